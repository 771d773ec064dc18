public import Diagnostics
import Query

/// A session in Python: the code of each cell, and the code above all cells.
public struct PythonNotebook: Sendable {
  /// The imports, and the path of the data.
  package var head: String
  /// The functions that the cells call; empty if there are none.
  package var helpers: String
  /// The code of each cell; nil for cells without code.
  package var cells: [String?]
}

/// Writes the cells of a session in Python while they run.
package final class PythonWriter {
  private var translator: PythonTranslator?
  private var cells: [[PythonTranslator.Lines]] = []
  private let dialect: PythonDialect

  package init(_ dialect: PythonDialect = .polars) { self.dialect = dialect }

  /// Adds the code of a cell that ran.
  ///
  /// - Parameter comment: a comment on the part that did not run.
  package func add(_ traces: [StatementTrace], of session: Session, comment: String? = nil) {
    var lines: [PythonTranslator.Lines] = []
    for trace in traces {
      let translator = self.translator ?? PythonTranslator(session: session, trace: trace, dialect: dialect)
      self.translator = translator
      translator.trace = trace
      lines.append(translator.translate(trace.statement))
    }
    if let comment { lines.append(PythonWriter.comment(comment)) }
    cells.append(lines)
  }

  /// Adds a cell that does not run in Python, as a comment.
  package func add(comment: String) {
    cells.append([PythonWriter.comment(comment)])
  }

  private static func comment(_ text: String) -> PythonTranslator.Lines {
    PythonTranslator.Lines(lines: text.split(separator: "\n", omittingEmptySubsequences: false).map { "# " + $0 })
  }

  /// - Parameters:
  ///   - dataFolder: the folder as written in the notebook.
  ///   - version: the version of Lectern to mention in the code; nil mentions none.
  package func notebook(dataFolder: String, version: String?) -> PythonNotebook {
    if dialect == .spark {
      let head = translator?.sparkHead(dataFolder: dataFolder, version: version) ?? []
      return PythonNotebook(
        head: head.joined(separator: "\n"), helpers: "", cells: cells.map { translator?.sparkLines($0) })
    }
    let needs = translator?.needs ?? PythonNeeds()
    var called = needs.helpers
    while let missing = called.flatMap(\.needed).first(where: { !called.contains($0) }) { called.insert(missing) }
    let modules = called.reduce(needs.modules) { $0.union($1.modules) }
    var head = version.map { ["# Written by Lectern \($0)."] } ?? []
    let imported = PythonNeeds.Module.allCases.filter(modules.contains)
    if !imported.isEmpty {
      // The standard library first, as is usual.
      let standard = imported.filter(\.isStandard).map(needs.line)
      let others = imported.filter { !$0.isStandard }.map(needs.line)
      head += standard + (standard.isEmpty || others.isEmpty ? [] : [""]) + others
    }
    if modules.contains(.paths) { head += ["", "DATA = Path(\(PythonSpelling.text(dataFolder)))"] }
    let helpers = PythonHelper.allCases.filter(called.contains).map(\.source).joined(separator: "\n\n\n")
    return PythonNotebook(
      head: head.joined(separator: "\n"), helpers: helpers,
      cells: cells.map(text))
  }

  /// The lines of a cell. Values other than the last one are shown by `display`.
  private func text(of statements: [PythonTranslator.Lines]) -> String {
    var lines: [String] = []
    for (index, statement) in statements.enumerated() {
      lines += statement.lines.dropLast()
      guard var last = statement.lines.last else { continue }
      if let result = statement.result, let translator, translator.usedResults.contains(result) {
        let name = translator.resultNames[result]
        lines.append("\(name) = \(last)")
        guard statement.isShown else { continue }
        last = name
      }
      if !statement.isShown {
        // Jupyter shows the last expression of a cell, unless it ends with a semicolon.
        let isExpression = statement.result != nil && index == statements.count - 1
        lines.append(isExpression ? last + ";" : last)
      } else if index == statements.count - 1 {
        lines.append(last)
      } else {
        // What stands in brackets needs no second pair.
        lines.append(last.hasPrefix("(\n") && last.hasSuffix("\n)") ? "display" + last : "display(\(last))")
      }
    }
    return lines.joined(separator: "\n")
  }
}

extension SessionRunner {
  /// Runs every cell and translates it to Python.
  public func python(settings: Settings, version: String) throws(Diagnostic) -> PythonNotebook {
    try python(.polars, settings: settings, version: version)
  }

  /// Runs every cell and translates it to a data frame program.
  package func python(
    _ dialect: PythonDialect, settings: Settings, version: String
  ) throws(Diagnostic) -> PythonNotebook {
    let session = Session(settings: settings)
    session.dataFolder = dataFolder
    session.confine(to: access)
    try session.adopt(document, at: path)
    session.keepsTraces = true
    let writer = PythonWriter(dialect)
    for cell in document.cells {
      if cell.options.isSkipped {
        writer.add(comment: cell.code.trimmed)
        continue
      }
      session.traces = []
      let outcome = session.run(cell.code, access: session.access(of: cell))
      if outcome == .interrupted { throw .interrupted }
      guard outcome == .failed else {
        writer.add(session.traces, of: session)
        continue
      }
      let failed = session.traces.last?.statement.span.text ?? cell.code.trimmed
      writer.add(
        session.traces.dropLast(), of: session, comment: "This fails in Lectern:\n\(failed)")
    }
    let named = dataFolder ?? document.frontMatter["data"] ?? "."
    return writer.notebook(dataFolder: named, version: version)
  }
}
