import Diagnostics
import Display
import Foundation

extension ExportFormat {
  package static let jupyter = ExportFormat(
    name: "ipynb",
    summary:
      "a Jupyter notebook to read: prose, code and output, without a kernel; with `--language python` one to run",
    isOwn: { text in
      let notebook = try? JSONDecoder().decode(OwnNotebook.self, from: Data(text.utf8))
      return notebook?.metadata.kernelspec.name == "lectern" || notebook?.metadata.lectern != nil
    }
  ) { (document, context) throws(Diagnostic) in
    if let python = context.python { return try JupyterNotebook(document, python).json }
    var cells: [JupyterNotebook.Cell] = []
    for (number, part) in document.handedOut {
      switch part {
      case .prose(let prose):
        let text = Markdown.harmless(prose.text).trimmedLineEnds
        if !text.isEmpty { cells.append(.prose(text, id: cells.count)) }
      case .cell(let cell): cells.append(.code(cell, number: number, id: cells.count))
      }
    }
    return try JupyterNotebook(cells: cells).json
  }
}

/// The part of a notebook that tells whether an export made it.
private struct OwnNotebook: Decodable {
  var metadata: Metadata

  struct Metadata: Decodable {
    var kernelspec: Kernel
    /// Present in an exported Python notebook.
    var lectern: [String: String]?
  }
  struct Kernel: Decodable { var name: String }
}

/// A notebook in nbformat 4.5. Texts are lists of lines including their line ends.
private struct JupyterNotebook: Encodable {
  var cells: [Cell]
  var metadata = Metadata()
  var nbformat = 4
  var nbformat_minor = 5

  struct Metadata: Encodable {
    var kernelspec = ["name": "lectern", "display_name": "Lectern", "language": "lectern"]
    var language_info = ["name": "lectern", "file_extension": ".lectern", "mimetype": "text/plain"]
    var lectern: [String: String]?

    static let python = Metadata(
      kernelspec: ["name": "python3", "display_name": "Python 3", "language": "python"],
      language_info: ["name": "python", "file_extension": ".py", "mimetype": "text/x-python"],
      lectern: ["language": "python"])
  }

  /// The content of the file.
  var json: String {
    get throws(Diagnostic) {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      guard let json = try? encoder.encode(self) else { throw .fault("a session that cannot be written as JSON") }
      return String(decoding: json, as: UTF8.self) + "\n"
    }
  }

  struct Cell: Encodable {
    var cell_type: String
    var id: String
    var metadata: [String: [String]]
    var source: [String]
    /// Only code cells have these two fields. `execution_count` is required there, even if it is null.
    var execution_count: Int??
    var outputs: [Output]?

    static func python(_ text: String, id: Int, metadata: [String: [String]] = [:]) -> Cell {
      Cell(
        cell_type: "code", id: "cell-\(id)", metadata: metadata, source: lines(text), execution_count: .some(nil),
        outputs: [])
    }

    static func prose(_ text: String, id: Int) -> Cell {
      Cell(cell_type: "markdown", id: "cell-\(id)", metadata: [:], source: lines(text))
    }

    static func code(_ cell: SessionDocument.Cell, number: Int, id: Int) -> Cell {
      let recorded = cell.recorded?.trimmedLineEnds ?? ""
      return Cell(
        cell_type: "code", id: "cell-\(id)", metadata: [:], source: lines(sanitisedLines(cell.code.trimmedLineEnds)),
        execution_count: .some(cell.options.isSkipped ? nil : number),
        outputs: recorded.isEmpty ? [] : [Output(text: lines(terminated(sanitisedLines(recorded))))])
    }

    private static func lines(_ text: String) -> [String] { text.splitLines().map(String.init) }
  }

  struct Output: Encodable {
    var output_type = "stream"
    var name = "stdout"
    var text: [String]
  }
}

extension JupyterNotebook {
  /// Makes a notebook of the session's prose and its cells in Python. Cells that are hidden in a lesson are included,
  /// since they may define variables of other cells.
  init(_ document: SessionDocument, _ python: PythonNotebook) {
    cells = []
    cells.append(.python(python.head, id: 0))
    if !python.helpers.isEmpty { cells.append(.python(python.helpers, id: 1)) }
    var index = 0
    for part in document.parts {
      switch part {
      case .prose(let prose):
        let text = Markdown.harmless(prose.text).trimmedLineEnds
        if !text.isEmpty { cells.append(.prose(text, id: cells.count)) }
      case .cell:
        // A tag with the number of the session's cell, to compare the two.
        if python.cells.indices.contains(index), let code = python.cells[index] {
          cells.append(.python(code, id: cells.count, metadata: ["tags": ["lectern-\(index + 1)"]]))
        }
        index += 1
      }
    }
    metadata = .python
  }
}
