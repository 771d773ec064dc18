import ArgumentParser
import Diagnostics
import Foundation
import LinearAlgebra
import Notebook
import Terminal

/// The program: parses options, makes a session, and runs its loop. Nothing here depends on tables.
@main
struct Lectern: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lectern",
    abstract: "A terminal notebook for recommender experiments.",
    discussion: """
      Without a subcommand it opens a prompt; with a script on standard input it runs the script. The name of a file \
      opens that file: a session (.md) is played, or run where there is no terminal; a table or a model is shown. With \
      --version, --verbose also names the numeric kernels in use.
      """,
    version: CommandLine.arguments.contains("--verbose") ? verboseVersion() : "lectern \(version)",
    subcommands: [
      Prompt.self, Run.self, Play.self, Follow.self, Check.self, Promote.self, Export.self, Eval.self, View.self,
      Simulate.self, Kernel.self, Reference.self,
    ],
    defaultSubcommand: Prompt.self)

  static func main() {
    do throws(Diagnostic) { try KernelSets.check() } catch {
      _ = TerminalStream.error.write("error: \(error.message)\n\(error.hint.map { "hint: \($0)\n" } ?? "")")
      exit(withError: ExitCode(64))
    }
    main(arguments(Array(CommandLine.arguments.dropFirst())))
  }

  /// Inserts the subcommand that opens a file, if a file name is given instead of a subcommand.
  private static func arguments(_ given: [String]) -> [String] {
    let subcommands = configuration.subcommands.map { $0._commandName } + ["help"]
    guard let first = given.first, !first.isEmpty, !first.hasPrefix("-"), !subcommands.contains(first) else {
      return given
    }
    guard FileManager.default.fileExists(atPath: first) else {
      let hint = didYouMean(first, among: subcommands) ?? "`lectern --help` lists the subcommands"
      _ = TerminalStream.error.write("error: there is no subcommand and no file `\(first)`\nhint: \(hint)\n")
      exit(withError: ExitCode(64))
    }
    let isSession = [".md", ".markdown"].contains { first.lowercased().hasSuffix($0) }
    let isAtTerminal = TerminalStream.input.isTerminal && TerminalStream.output.isTerminal
    return [isSession ? (isAtTerminal ? "play" : "run") : "view"] + given
  }
}

/// The options of all commands that run a session.
struct SessionOptions: ParsableArguments {
  @ArgumentParser.Option(
    name: .long, help: ArgumentHelp("Where relative paths of `load` start.", valueName: "folder"),
    completion: .directory)
  var data: String?

  @ArgumentParser.Option(
    name: .long, help: ArgumentHelp("How many cores to use; all of them by default.", valueName: "cores"))
  var threads: Int?

  @Flag(name: .customLong("no-color"), help: "No colours, as with NO_COLOR.")
  var noColor = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is 1 or more") }
  }

  /// Makes a session with these options and, at a prompt, with the user's settings.
  func session(_ output: Output, readingSettings: Bool = false) -> Session {
    let session = Session()
    session.emit = { output.show($0, of: session) }
    if readingSettings, let file = StateFolders().settings { session.readSettings(from: file) }
    if let threads { session.settings.threads = threads }
    session.dataFolder = data
    session.host.width = { TerminalStream.output.size?.columns }
    session.applySettings()
    return session
  }

  /// The output of the session.
  func output() -> Output { Output(usesColor: !noColor) }
}

/// The option for writing the times of statements.
struct TimingOptions: ParsableArguments {
  @ArgumentParser.Option(
    name: .long,
    help: ArgumentHelp("Writes a line of JSON with the wall time of every statement.", valueName: "file"),
    completion: .file())
  var timings: String?
}

/// The options for the file access of a session that may be untrusted.
struct TrustOptions: ParsableArguments {
  @Flag(
    help: """
      Let the session read only below its folder and the data folder and write only below its folder. `check` and \
      `play` do this automatically, unless the folder is trusted.
      """)
  var safe = false

  @Flag(help: "Trust the session's folder, now and from now on.")
  var trust = false

  func validate() throws {
    if safe, trust { throw ValidationError("`--safe` and `--trust` say the opposite of each other") }
  }

  /// The file access of a session file. Trusts its folder if requested.
  ///
  /// - Parameter isStrangers: whether it is untrusted unless its folder is trusted.
  func access(of path: String, isStrangers: Bool = false) throws(Diagnostic) -> FileAccess {
    var trusted = trustedFolders()
    return try access(of: path, isStrangers: isStrangers, &trusted)
  }

  /// Sets the file access of a session at a prompt, and of the session files opened in it.
  func apply(to session: Session, at path: String, isStrangers: Bool = false) throws(Diagnostic) {
    var trusted = trustedFolders()
    session.confine(to: try access(of: path, isStrangers: isStrangers, &trusted))
    session.trusted = trusted
  }

  private func trustedFolders() -> TrustedFolders { TrustedFolders(in: StateFolders().trusted) }

  private func access(
    of path: String, isStrangers: Bool, _ trusted: inout TrustedFolders
  ) throws(Diagnostic) -> FileAccess {
    if safe { return .beside(path) }
    if trust {
      try trusted.add(folderOf: path)
      do throws(Diagnostic) {
        try trusted.save()
      } catch {
        TerminalStream.error.write("warning: the folder is trusted for now only: \(error.message)\n")
      }
    }
    return isStrangers && !trusted.contains(folderOf: path) ? .beside(path) : .everywhere
  }
}
