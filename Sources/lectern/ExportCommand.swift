import ArgumentParser
import Diagnostics
import Formats
import Notebook
import Terminal

/// Writes a session in a format for people who do not run it.
struct Export: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a session file as a web page, a PDF, a Jupyter notebook or a PySpark script.",
    discussion:
      "The recorded output is exported; cells run only with `--run`. Notes for the speaker and hidden cells are left out.\n\n"
      + forms.map { "- `--to \($0.name)`: \($0.summary)" }.joined(separator: "\n"))

  private static let forms: [(name: String, summary: String)] =
    ExportFormat.all.map { ($0.name, $0.summary) } + [(PDFExport.name, PDFExport.summary)]

  @Argument(help: "The session, a Markdown file.", completion: .file())
  var file: String
  @ArgumentParser.Option(
    name: .customLong("to"),
    help: ArgumentHelp("The form: \(forms.map(\.name).joined(separator: ", ")).", valueName: "form"),
    completion: .list(forms.map(\.name)))
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
  @ArgumentParser.Option(
    help: ArgumentHelp(
      "The language of a notebook's cells: lectern or python. For Python, the session is run.", valueName: "language"),
    completion: .list(["lectern", "python"]))
  var language = "lectern"
  @OptionGroup var options: SessionOptions
  @OptionGroup var trust: TrustOptions

  func validate() throws {
    guard ["lectern", "python"].contains(language) else {
      throw ValidationError("there is no language `\(language)`; there are lectern, python")
    }
    if language == "python", form != "ipynb" { throw ValidationError("--language python is for --to ipynb") }
    guard (1...10_000).contains(rows) else { throw ValidationError("--rows is 1 to 10000") }
    guard Export.forms.contains(where: { $0.name == form }) else {
      throw ValidationError("there is no form `\(form)`; there are \(Export.forms.map(\.name).joined(separator: ", "))")
    }
    if form == PDFExport.name, output == "-" { throw ValidationError("a PDF is written to a file: `-o FILE`") }
  }

  func run(_ output: Output) throws {
    let isPrinted = form == PDFExport.name
    guard let format = ExportFormat.all.first(where: { $0.name == (isPrinted ? "html" : form) }) else { return }
    if isPrinted { _ = try PDFExport.browser() }
    let name = fileName(file)
    let stem = name.hasSuffix(".md") ? String(name.dropLast(3)) : name
    let document = try output.document(in: file)
    var context = ExportContext(title: stem, folder: folderName(file))
    let dialect: PythonDialect? =
      form == ExportFormat.pyspark.name ? .spark : language == "python" ? .polars : nil
    if let dialect {
      var runner = SessionRunner(document: document, path: file, dataFolder: options.data)
      runner.access = try trust.access(of: file)
      let settings = options.session(output).settings
      context.python = try working(output) { () throws(Diagnostic) in
        try runner.python(dialect, settings: settings, version: version)
      }
    }
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
    let path = self.output ?? "\(folderName(file))/\(stem).\(isPrinted ? form : format.fileExtension)"
    try authorizeReplacing(path, format)
    if isPrinted {
      try working(output) { () throws(Diagnostic) in try PDFExport.write(page: text, to: path) }
    } else {
      try replaceFile(at: path, with: text)
    }
    output.show(.note("wrote \(path)"), of: Session())
  }

  /// Asks before replacing a file that was not made by an export. Without a user, the file is not replaced.
  private func authorizeReplacing(_ path: String, _ format: ExportFormat) throws(Diagnostic) {
    guard isNameTaken(path) else { return }
    if form == PDFExport.name ? PDFExport.isOwn(path) : (try? readTextFile(at: path)).map(format.isOwn) == true {
      return
    }
    guard let answer = askPerson("`\(path)` exists already, and no export made it. Replace it?") else {
      throw Diagnostic(
        "`\(path)` exists already, and no export made it",
        hint: "`-o FILE` writes another file, or remove this one first")
    }
    if !answer { throw Diagnostic("`\(path)` was not changed") }
  }
}
