import Diagnostics

/// Rows above the table of a sheet, such as a title in merged cells.
struct SheetTitle {
  /// How many rows are above the table, empty ones included.
  let rows: Int
  /// How many cells have a value: those of the first row that has any, and those of the table's first row.
  let (own, header): (Int, Int)

  /// The number of filled rows that are looked at.
  private static let sampledRows = 100

  /// Nil if the table begins with the first filled row.
  ///
  /// The rows above a table fill at most half as many cells as its rows do, from the first column on.
  init?(_ cells: SheetCells) {
    var counts: [Int: Int] = [:]
    for column in cells.columns {
      for cell in column.prefix(SheetTitle.sampledRows) { counts[cell.row, default: 0] += 1 }
    }
    let filled = counts.sorted { $0.key < $1.key }.prefix(SheetTitle.sampledRows)
    let width = filled.map(\.value).max() ?? 0
    guard let first = filled.first, 2 * first.value <= width,
      let start = filled.firstIndex(where: { 2 * $0.value > width }),
      let left = cells.columns.first(where: { !$0.isEmpty }), left.first?.row == first.key
    else { return nil }
    let table = filled[start...]
    guard table.count > 1, 2 * table.count(where: { 2 * $0.value > width }) > table.count else { return nil }
    (rows, own, header) = (filled[start].key, first.value, filled[start].value)
  }

  func diagnostic(sheet: String, _ path: String) -> Diagnostic {
    Diagnostic(
      "the first \(counted(rows, "row")) of `\(sheet)` \(rows == 1 ? "is" : "are") not of its table: "
        + "row \(rows + 1) has \(counted(header, "cell")), the first one \(own)",
      hint: "add `skip=\(rows)`; `header=true` takes the first row for the header", place: path)
  }
}
