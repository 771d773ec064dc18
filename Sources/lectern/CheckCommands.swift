import ArgumentParser
import Diagnostics
import Display
import Formats
import Notebook
import Parallelism
import Terminal

/// Compares the output of sessions with the recorded output.
struct Check: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run session files anew and compare their output with what is recorded.",
    discussion: """
      Text must be equal, and numbers nearly equal. A folder stands for all its sessions. The exit status is 0 if \
      everything is as recorded, 1 if a cell prints something else or fails, 2 if the tables are not those of the \
      recording (`promote` records them), 130 if it was interrupted. A session in an untrusted folder can read only \
      its folder and the data folder, and write only its folder.
      """)

  @Argument(help: "Sessions, and folders of sessions.", completion: .file())
  var files: [String]
  @Flag(help: "Compare also where the tables are not those that were recorded.")
  var anyway = false
  @Flag(help: "Write the results as JSON, and nothing else.")
  var json = false
  @OptionGroup var options: SessionOptions
  @OptionGroup var trust: TrustOptions
  @OptionGroup var timing: TimingOptions

  func run(_ output: Output) throws {
    let timings = Timings(path: timing.timings)
    let session = options.session(output)
    let paths = try sessionFiles(in: files)
    var checks: [SessionCheck] = []
    for path in paths {
      checks.append(SessionCheck(path: path, access: try trust.access(of: path, isStrangers: true)))
    }
    let settings = session.settings
    let found = try working(output) { () throws(Diagnostic) in
      try Cores.limited(to: settings.threads) { () throws(Diagnostic) in
        try check(checks, dataFolder: options.data, settings: settings, anyway: anyway)
      }
    }
    for timing in found.flatMap(\.timings) { timings.add(timing) }
    try timings.write()
    let results = found.map(\.result)
    if json {
      output.write(StyledText(try checkJSON(of: results)), settings)
    } else {
      for piece in results.flatMap({ $0.pieces(version: version) }) { output.show(piece, of: session) }
      if results.count > 1 { output.show(.note(checkSummary(of: results)), of: session) }
    }
    let status = results.map(\.status.exitStatus).max() ?? 0
    if status != 0 { throw ExitCode(status) }
  }
}

/// Records the present output of a session.
struct Promote: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a session file anew and record its output in it.",
    discussion: """
      Where the file has lines at its top, they say afterwards which version recorded it and what the tables were, so that \
      `check` knows others. Nothing is written where a cell fails that was not expected to.
      """)

  @Argument(help: "The session.", completion: .file())
  var file: String
  @OptionGroup var options: SessionOptions
  @OptionGroup var trust: TrustOptions

  func run(_ output: Output) throws {
    let session = options.session(output)
    let document = try output.document(in: file)
    var runner = SessionRunner(document: document, path: file, dataFolder: options.data)
    runner.access = try trust.access(of: file)
    let report = try working(output) { () throws(Diagnostic) in
      try runner.recordWithTables(in: Session(settings: session.settings))
    }
    try output.end(with: report, of: session)
    let promoted = document.recording(report, version: version)
    if promoted == document {
      output.show(.note("\(fileName(file)) records this already"), of: session)
    } else {
      try replaceFile(at: file, with: promoted.text)
      output.show(.note("recorded \(counted(document.cells.count, "cell")) in \(fileName(file))"), of: session)
    }
  }
}
