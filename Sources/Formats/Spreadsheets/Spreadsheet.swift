import Diagnostics

/// A file of sheets, whatever its format: `SheetTable` makes a table of one of them.
protocol Spreadsheet {
  /// The path of the file, for messages.
  var path: String { get }
  var sheetNames: [String] { get }
  /// Converts the number of a moment to days since 1970-01-01; the fraction is the time of day.
  func day(_ number: Double) -> Double
  func cells(ofSheet index: Int) throws(Diagnostic) -> SheetCells
}

extension Spreadsheet {
  /// The index of the sheet with this name or number (from 1); of the first sheet by default.
  func sheetIndex(_ wanted: String?) throws(Diagnostic) -> Int {
    guard !sheetNames.isEmpty else { throw Diagnostic("the workbook has no sheet", place: path) }
    guard let wanted else { return 0 }
    if let found = sheetNames.firstIndex(of: wanted) { return found }
    if let number = Int(wanted), sheetNames.indices.contains(number - 1) { return number - 1 }
    throw Diagnostic(
      "the workbook has no sheet `\(wanted)`",
      hint: "there is " + sheetNames.map { "`\($0)`" }.joined(separator: ", "), place: path
    ).about(option: "sheet")
  }
}
