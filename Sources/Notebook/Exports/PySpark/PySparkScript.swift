import Diagnostics
import Display
import Query

extension ExportFormat {
  package static let pyspark = ExportFormat(
    name: "pyspark", fileExtension: "py",
    summary: "a PySpark script: tables by data frames, models as comments; the session is run for it",
    isOwn: { $0.hasPrefix(PySparkScript.firstLine) }
  ) { (document, context) throws(Diagnostic) in
    PySparkScript(document, context.python ?? .untranslated(document)).text
  }
}

extension PythonNotebook {
  /// The cells of a session that was not run, as comments: the translation needs the types that running finds.
  fileprivate static func untranslated(_ document: SessionDocument) -> PythonNotebook {
    let cells = document.cells.map { cell in
      cell.code.split(separator: "\n", omittingEmptySubsequences: false).map(PySparkScript.comment).joined(
        separator: "\n")
    }
    return PythonNotebook(head: PySparkScript.firstLine, helpers: "", cells: cells)
  }
}

/// A session as a script of PySpark, in cells that editors know (`# %%`).
struct PySparkScript {
  static let firstLine = "# Written by Lectern"

  let text: String

  init(_ document: SessionDocument, _ python: PythonNotebook) {
    var pieces = [python.head]
    var (place, number) = (0, 0)
    for part in document.parts {
      switch part {
      case .prose(let prose):
        let lines = prose.text.trimmed.split(separator: "\n", omittingEmptySubsequences: false)
        if lines != [""] {
          pieces.append((["# %% [markdown]"] + lines.map(PySparkScript.comment)).joined(separator: "\n"))
        }
      case .cell(let cell):
        // The number is that of the prompt.
        if !cell.options.isSkipped { number += 1 }
        let code = python.cells.indices.contains(place) ? python.cells[place] : nil
        place += 1
        guard let code, !code.isEmpty else { continue }
        pieces.append("# %%\(cell.options.isSkipped ? "" : " [\(number)]")\n\(code)")
      }
    }
    text = pieces.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  /// Spark reads moments in nanoseconds as numbers; other servers read them.
  static let moments = #"""
    def moments(table, *names):
        """Moments that were read as numbers of nanoseconds, in microseconds."""
        for name in names:
            if dict(table.dtypes)[name] == "bigint":
                value = F.timestamp_micros(F.expr(f"`{name}` div 1000"))
                table = table.withColumn(name, value.cast("timestamp_ntz"))
        return table
    """#

  fileprivate static func comment(_ line: Substring) -> String {
    line.isEmpty ? "#" : "# \(sanitisedLines(String(line)))"
  }
}

extension PythonTranslator {
  /// The lines above all cells: imports, the session of Spark and the folder of the tables.
  func sparkHead(dataFolder: String, version: String?) -> [String] {
    var lines = version.map { ["\(PySparkScript.firstLine) \($0)."] } ?? []
    lines += [
      "# Rows of Spark have no order unless they are sorted, and rows that are equal in a sort come in any order."
    ]
    var standard: [String] = []
    if needs.modules.contains(.dates) { standard.append("from datetime import date, timedelta") }
    if needs.modules.contains(.decimals) { standard.append("from decimal import Decimal") }
    if needsData { standard.insert("import sys", at: 0) }
    let isWindowed = needs.modules.contains(.sparkWindow)
    lines += standard.isEmpty ? [] : standard + [""]
    lines.append("from pyspark.sql import SparkSession\(isWindowed ? ", Window" : "")")
    if needs.modules.contains(.sparkFunctions) { lines.append("from pyspark.sql import functions as F") }
    lines.append("")
    let builder = remote.map { ".remote(\(PythonSpelling.text($0)))" } ?? ""
    lines.append("spark = SparkSession.builder\(builder).getOrCreate()")
    lines.append("spark.conf.set(\"spark.sql.session.timeZone\", \"UTC\")")
    if readsNanoseconds { lines.append("spark.conf.set(\"spark.sql.legacy.parquet.nanosAsLong\", \"true\")") }
    if needsData {
      lines += [
        "# The folder of the tables, as the server sees it.",
        "DATA = sys.argv[1] if len(sys.argv) > 1 else \(PythonSpelling.text(dataFolder))",
      ]
    }
    if readsNanoseconds { lines += ["", "", PySparkScript.moments] }
    return lines
  }

  /// The lines of a cell. Tables are shown, values printed.
  func sparkLines(_ statements: [Lines]) -> String {
    var lines: [String] = []
    for statement in statements {
      lines += statement.lines.dropLast()
      guard var last = statement.lines.last else { continue }
      guard statement.result != nil || statement.isShown else {
        lines.append(last)
        continue
      }
      if let result = statement.result, usedResults.contains(result) {
        lines.append("\(resultNames[result]) = \(last)")
        last = resultNames[result]
      }
      guard statement.isShown else { continue }
      if let chain = statement.chain {
        let isNamed = statement.result.map(usedResults.contains) ?? false
        lines.append((isNamed ? PythonChain(head: last) : chain).then("show()").text())
      } else {
        lines.append("print(\(last))")
      }
    }
    return lines.joined(separator: "\n")
  }
}
