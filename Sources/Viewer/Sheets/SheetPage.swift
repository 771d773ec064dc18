import Display
package import Tables

/// The rows and columns under the window, as values and as text.
package struct SheetPage: Sendable {
  package struct Cell: Sendable, Hashable {
    package var text: String
    package var isNull: Bool
  }

  package var rows: Range<Int>
  /// By index into the schema.
  private var cells: [Int: [Cell]]
  private var table: Table?
  private var positions: [Int: Int]

  package static let empty = SheetPage()

  private init() {
    rows = 0..<0
    cells = [:]
    table = nil
    positions = [:]
  }

  /// - Parameter columns: the indices into the schema that the table's columns are.
  init(_ table: Table, rows: Range<Int>, columns: [Int]) {
    self.rows = rows
    self.table = table
    positions = Dictionary(uniqueKeysWithValues: zip(columns, columns.indices))
    cells = [:]
    for (index, column) in zip(columns, table.columns) {
      let format = ColumnFormat([column])
      cells[index] = (0..<column.count).map { Cell(text: format.text(column, $0), isNull: column.isNull($0)) }
    }
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
    guard rows.contains(row), let position = positions[column] else { return nil }
    return table?.columns[position][row - rows.lowerBound]
  }

  /// The cells that a column's widest text takes.
  package func width(of column: Int) -> Int {
    let measure = DisplayWidth()
    return cells[column]?.reduce(0) { max($0, measure.cells(of: $1.text)) } ?? 0
  }
}
