import Diagnostics
import Formats
import Notebook

/// The file of `--timings`: one line of JSON for each executed statement.
final class Timings {
  private let path: String?
  private var lines = ""

  init(path: String?) { self.path = path }

  func add(_ timing: StatementTiming) {
    guard path != nil else { return }
    var line = "{\"cell\": \(timing.cell), \"statement\": \(quoted(timing.statement)), \"seconds\": \(timing.seconds)"
    if let rows = timing.rows { line += ", \"rows\": \(rows)" }
    lines += line + "}\n"
  }

  func write() throws(Diagnostic) {
    guard let path else { return }
    try replaceFile(at: path, with: lines)
  }

  /// A text as a JSON string.
  private func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
