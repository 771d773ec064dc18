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
      "What is recorded is written; nothing runs. Notes for the speaker and hidden cells are left out.\n\n"
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
  @OptionGroup var options: SessionOptions

  func validate() throws {
    guard ExportFormat.all.contains(where: { $0.name == form }) else {
      throw ValidationError(
        "there is no form `\(form)`; there are \(ExportFormat.all.map(\.name).joined(separator: ", "))")
    }
  }

  func run(_ output: Output) throws {
    guard let format = ExportFormat.all.first(where: { $0.name == form }) else { return }
    let name = fileName(file)
    let stem = name.hasSuffix(".md") ? String(name.dropLast(3)) : name
    let text = try format.text(output.document(in: file), stem)
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
