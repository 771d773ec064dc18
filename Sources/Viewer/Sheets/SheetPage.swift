import Display
package import Tables

/// The rows and columns under the window, as values and as text.
package struct SheetPage: Sendable {
  package struct Cell: Sendable, Hashable {
    package var text: String
    package var isNull: Bool
  }

  package private(set) var rows: Range<Int> = 0..<0
  /// By index into the schema; a column that could not be read has cells all the same.
  private var cells: [Int: [Cell]] = [:]
  private var columns: [Int: Column] = [:]

  package static let empty = SheetPage()

  private init() {}

  init(rows: Range<Int>) { self.rows = rows }

  mutating func add(_ column: Column, at index: Int) {
    let format = ColumnFormat([column])
    columns[index] = column
    cells[index] = (0..<column.count).map { Cell(text: format.text(column, $0), isNull: column.isNull($0)) }
  }

  mutating func addUnreadable(at index: Int) {
    cells[index] = Array(repeating: Cell(text: "!", isNull: true), count: rows.count)
  }

  package func covers(_ wanted: Range<Int>, _ columns: [Int]) -> Bool {
    (wanted.isEmpty || (rows.lowerBound <= wanted.lowerBound && rows.upperBound >= wanted.upperBound))
      && columns.allSatisfy { cells[$0] != nil }
  }

  package func cell(row: Int, column: Int) -> Cell? {
    guard rows.contains(row) else { return nil }
    return cells[column]?[row - rows.lowerBound]
  }

  package func value(row: Int, column: Int) -> Value? {
    rows.contains(row) ? columns[column]?[row - rows.lowerBound] : nil
  }

  /// The cells that a column's widest text takes.
  package func width(of column: Int) -> Int {
    let measure = DisplayWidth()
    return cells[column]?.reduce(0) { max($0, measure.cells(of: $1.text)) } ?? 0
  }
}
