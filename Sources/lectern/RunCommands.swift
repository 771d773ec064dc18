import ArgumentParser
import Diagnostics
import Display
import Formats
import Notebook
import Terminal

/// Runs a session file from the first to the last cell.
struct Run: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a session file.",
    discussion: "Prints its cells and what they say. Ends with status 1 where a cell fails.")

  @Argument(help: "The session, a Markdown file; or a file of bare code.", completion: .file())
  var file: String
  @OptionGroup var options: SessionOptions
  @OptionGroup var trust: TrustOptions
  @OptionGroup var timing: TimingOptions

  func run(_ output: Output) throws {
    let document = try output.document(in: file)
    try runDocument(document, path: file, options, trust, timing, output, echoes: document.isMarkdown)
  }
}

/// Runs one cell given on the command line.
struct Eval: SessionCommand {
  static let configuration = CommandConfiguration(abstract: "Run one cell and print what it says.")

  @Argument(help: "The code: one line or several.")
  var code: String
  @ArgumentParser.Option(
    help: ArgumentHelp(
      "Write the table that the code gives to standard output, for a pipe: \(Eval.writtenFormats.joined(separator: ", ")).",
      valueName: "name"))
  var format: String?
  @OptionGroup var options: SessionOptions
  @OptionGroup var trust: TrustOptions
  @OptionGroup var timing: TimingOptions

  private static let writtenFormats = formats.filter(\.isWritten).map(\.name) + ["markdown"]

  /// The code, and a verb that writes its table where that is asked for.
  private var cell: String {
    guard let format else { return code }
    var text = code[...]
    while let last = text.last, last.isWhitespace || last == ";" { text.removeLast() }
    return String(text) + "\n| save \"-\" format=\(format)"
  }

  func validate() throws {
    guard let format, !Self.writtenFormats.contains(format) else { return }
    throw ValidationError("`\(format)` is no format; there are \(Self.writtenFormats.joined(separator: ", "))")
  }

  func run(_ output: Output) throws {
    let session = options.session(output)
    session.confine(to: try trust.access(of: unsavedSession))
    let timings = Timings(path: timing.timings)
    session.onStatement = timings.add
    let outcome = working(output) { session.run(cell, name: "eval") }
    try timings.write()
    switch outcome {
    case .finished: return
    case .failed: throw ExitCode(1)
    case .interrupted: throw ExitCode(interruptedStatus)
    }
  }
}

/// Teaches a session file cell by cell.
struct Play: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Teach a session file cell by cell.",
    discussion:
      """
      Shows the prose, a page at a time; each cell stands at the prompt already, Enter runs it. It waits until it has run \
      well: whatever else is typed is an experiment, which the lesson's cells do not see. Enter on the empty line gives \
      the cell again. `:back` and `:goto N` go to another cell, `:keep` keeps what experiments named. The file is read \
      again when it was changed.

      With `--notes`, a second terminal shows the speaker what the audience does not see: the file's `<!-- note: … -->`, \
      the next cell, the time that has passed and is left. `duration: 80 min` at the file's top says how long the lesson \
      is to take. `lectern follow` shows the audience's side in further terminals.
      """)

  @Argument(help: "The session.", completion: .file())
  var file: String
  @Flag(help: "Follow the terminal that plays this file: notes for the speaker, the next cell, the time.")
  var notes = false
  @ArgumentParser.Option(
    help: ArgumentHelp("How long the lesson is to take: `80m`, `1h 20m`.", valueName: "time"),
    transform: { text in
      guard let seconds = LessonReport.seconds(text) else {
        throw ValidationError("`\(text)` is no time; `80m` and `1h 20m` are")
      }
      return seconds
    })
  var duration: Double?
  @OptionGroup var options: SessionOptions
  @OptionGroup var trust: TrustOptions

  func validate() throws {
    guard TerminalStream.input.isTerminal else {
      throw ValidationError("`play` needs a terminal; `lectern run \(file)` runs it without one")
    }
  }

  func run(_ output: Output) throws {
    if notes {
      _ = try working(output) { () throws(Diagnostic) in try readTextFile(at: file) }
      return try SpeakerTerminal(
        file: file, usesColor: !options.noColor && TerminalAbilities(of: .output).color > .none
      )
      .run()
    }
    let session = options.session(output, readingSettings: true)
    try trust.apply(to: session, at: file, isStrangers: true)
    let terminal = PromptTerminal(session: session, output: output, folders: StateFolders())
    terminal.plannedDuration = duration
    let text = try working(output) { () throws(Diagnostic) in try readTextFile(at: file) }
    try terminal.play(SessionDocument(parsing: text, name: fileName(file)), text: text, at: file)
  }
}

/// Runs all cells of a document and shows their output.
func runDocument(
  _ document: SessionDocument, path: String, _ options: SessionOptions, _ trust: TrustOptions,
  _ timing: TimingOptions, _ output: Output, echoes: Bool
) throws {
  let session = options.session(output)
  let timings = Timings(path: timing.timings)
  var runner = SessionRunner(document: document, path: path, dataFolder: options.data)
  runner.onStatement = timings.add
  runner.access = try trust.access(of: path)
  let report = try working(output) { () throws(Diagnostic) in
    try runner.run(in: session) { cell, number in
      if echoes, !cell.options.isHidden { output.echo(cell, label: "\(number)", of: session) }
    }
  }
  try timings.write()
  try output.end(with: report, of: session)
}

/// The path of a session without a file; its folder is the working directory.
let unsavedSession = "standard input"

extension Output {
  /// Reads a session file. If it is a pipe, Ctrl-C ends the wait.
  func document(in file: String) throws(Diagnostic) -> SessionDocument {
    try working(self) { () throws(Diagnostic) in
      try SessionDocument(parsing: readTextFile(at: file), name: fileName(file))
    }
  }

  /// Shows a cell before it runs, as at a prompt.
  func echo(_ cell: SessionDocument.Cell, label: String, of session: Session) {
    let text = echoedText(cell.code, prompt: "In [\(label)]: ", width: session.host.width())
    write(StyledText("") + text, session.settings)
  }

  /// Shows the messages of a run, and ends the program if it failed.
  func end(with report: SessionRunner.Report, of session: Session) throws {
    for piece in report.pieces { show(piece, of: session) }
    if report.wasInterrupted { throw ExitCode(interruptedStatus) }
    if !report.isSuccess { throw ExitCode(1) }
  }
}
