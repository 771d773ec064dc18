import ArgumentParser
import Diagnostics
import Formats
import Notebook
import Terminal

/// Writes a session in a form for people who do not run it.
struct Export: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a session file as a web page or a Jupyter notebook.",
    discussion:
      "What is recorded is written, and nothing runs unless you say `--run`. Notes for the speaker and hidden cells are left out.\n\n"
      + ExportFormat.all.map { "- `--to \($0.name)`: \($0.summary)" }.joined(separator: "\n"))

  @Argument(help: "The session, a Markdown file.", completion: .file())
  var file: String
  @ArgumentParser.Option(
    name: .customLong("to"),
    help: ArgumentHelp("The form: \(ExportFormat.all.map(\.name).joined(separator: " or ")).", valueName: "form"),
    completion: .list(ExportFormat.all.map(\.name)))
  var form: String
  @ArgumentParser.Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file to write, `-` for standard output; by default the session's name.", valueName: "file"),
    completion: .file())
  var output: String?
  @Flag(
    name: .customLong("run"),
    help: "Run the session for it: tables with more rows and all their columns, plots as pictures.")
  var isRun = false
  @ArgumentParser.Option(help: ArgumentHelp("With --run, how many rows of a table are written.", valueName: "rows"))
  var rows = 50
  @OptionGroup var options: SessionOptions
  @OptionGroup var trust: TrustOptions

  func validate() throws {
    guard (1...10_000).contains(rows) else { throw ValidationError("--rows is 1 to 10000") }
    guard ExportFormat.all.contains(where: { $0.name == form }) else {
      throw ValidationError(
        "there is no form `\(form)`; there are \(ExportFormat.all.map(\.name).joined(separator: ", "))")
    }
  }

  func run(_ output: Output) throws {
    guard let format = ExportFormat.all.first(where: { $0.name == form }) else { return }
    let name = fileName(file)
    let stem = name.hasSuffix(".md") ? String(name.dropLast(3)) : name
    let document = try output.document(in: file)
    var context = ExportContext(title: stem, folder: folderName(file))
    if isRun {
      var runner = SessionRunner(document: document, path: file, dataFolder: options.data)
      runner.access = try trust.access(of: file)
      let settings = options.session(output).settings
      context.outputs = try working(output) { () throws(Diagnostic) in
        try runner.render(rows: rows, settings: settings)
      }
    }
    let text = try format.text(document, context)
    if self.output == "-" {
      TerminalStream.output.write(text).leaveIfIncomplete()
      return
    }
    let path = self.output ?? "\(folderName(file))/\(stem).\(format.name)"
    try authorizeReplacing(path, format)
    try replaceFile(at: path, with: text)
    output.show(.note("wrote \(path)"), of: Session())
  }

  /// Asks before a file is replaced that no export made; where nobody sits, it stays.
  private func authorizeReplacing(_ path: String, _ format: ExportFormat) throws(Diagnostic) {
    guard isNameTaken(path) else { return }
    if let text = try? readTextFile(at: path), format.isOwn(text) { return }
    guard let answer = askPerson("`\(path)` exists already, and no export made it. Replace it?") else {
      throw Diagnostic(
        "`\(path)` exists already, and no export made it",
        hint: "`-o FILE` writes another file, or remove this one first")
    }
    if !answer { throw Diagnostic("`\(path)` was not changed") }
  }
}
