import ArgumentParser
import Diagnostics
import LinearAlgebra
import Notebook
import Terminal

/// The program: options in, a session made of them, a loop around it. Nothing here knows what a table is.
@main
struct Lectern: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lectern",
    abstract: "A terminal notebook for recommender experiments.",
    discussion: """
      Without a subcommand it opens a prompt; with a script on standard input it runs the script. With --version, \
      --verbose also names the numeric kernels in use.
      """,
    version: CommandLine.arguments.contains("--verbose") ? verboseVersion() : "lectern \(version)",
    subcommands: [
      Prompt.self, Run.self, Play.self, Check.self, Promote.self, Export.self, Eval.self, View.self, Simulate.self,
      Reference.self,
    ],
    defaultSubcommand: Prompt.self)

  static func main() {
    do throws(Diagnostic) { try KernelSets.check() } catch {
      _ = TerminalStream.error.write("error: \(error.message)\n\(error.hint.map { "hint: \($0)\n" } ?? "")")
      exit(withError: ExitCode(64))
    }
    main(nil)
  }
}

/// What every way of running a session takes.
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

  /// A session with these options and, at a prompt, the person's settings.
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

  /// Where the session's output goes.
  func output() -> Output { Output(usesColor: !noColor) }
}

/// Where the times of statements are written, for those who measure.
struct TimingOptions: ParsableArguments {
  @ArgumentParser.Option(
    name: .long,
    help: ArgumentHelp("Writes a line of JSON with the wall time of every statement.", valueName: "file"),
    completion: .file())
  var timings: String?
}
