package import Diagnostics
import Display
package import Tables

/// The visible rows and columns, as values and as text.
package struct SheetPage: Sendable {
  /// The text of a cell, and whether its value is null.
  package struct Cell: Sendable, Hashable {
    package var text: String
    package var isNull: Bool
  }

  package private(set) var rows: Range<Int> = 0..<0
  /// Cells by index into the schema. A column that could not be read has placeholder cells.
  private var cells: [Int: [Cell]] = [:]
  private var columns: [Int: Column] = [:]

  package static let empty = SheetPage()

  private init() {}

  init(rows: Range<Int>) { self.rows = rows }

  /// - Parameter sample: other rows of the column. They take part in choosing the format, so that the number of
  ///   digits does not change from page to page.
  mutating func add(_ column: Column, at index: Int, sample: Column?, ellipsis: String) {
    let format = ColumnFormat([column] + (sample.map { [$0] } ?? []), ellipsis: ellipsis)
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

  /// The width of a column's widest text.
  func width(of column: Int, _ measure: DisplayWidth) -> Int {
    cells[column]?.reduce(0) { max($0, measure.cells(of: $1.text)) } ?? 0
  }

  /// The greatest magnitude of a column's numbers.
  func magnitude(of column: Int) -> Double {
    guard let column = columns[column], column.type.isNumeric else { return 0 }
    return (0..<column.count).reduce(0) { greatest, row in
      column[row].number.map { $0.isFinite ? max(greatest, $0.magnitude) : greatest } ?? greatest
    }
  }
}

extension Value {
  /// The value as a float; nil if it is not a number.
  var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .float(let number): number
    default: nil
    }
  }
}

/// A request to a worker to read a page.
package struct PageRequest: Sendable {
  let sheet: Int
  let version: Int
  let source: any ViewerSource
  let rows: Range<Int>
  let columns: [Int]
  /// Columns that are seen for the first time, of which a sample is read too.
  let unsampled: [Int]
  /// The number of rows of a sample.
  static let sampleSize = 1_000

  var isReady: Bool { source.isReady(rows: rows, columns: columns) }

  func asksTheSame(as other: PageRequest) -> Bool {
    sheet == other.sheet && version == other.version && rows == other.rows && columns == other.columns
  }

  /// Reads the page. If a column cannot be read, the others are read anyway.
  package func read() -> PageAnswer {
    var answer = PageAnswer(request: self)
    do throws(Diagnostic) {
      answer.columns = try source.page(rows: rows, columns: columns).columns
    } catch {
      answer.damage = error
      answer.columns = columns.map { try? source.page(rows: rows, columns: [$0]).columns.first }
    }
    let start = max(0, min(rows.lowerBound, source.rowCount - Self.sampleSize))
    let sampled = start..<min(source.rowCount, start + Self.sampleSize)
    for index in unsampled {
      // A sample must not cause decoding.
      guard source.isReady(rows: sampled, columns: [index]) else { continue }
      answer.samples[index] = try? source.page(rows: sampled, columns: [index]).columns.first
    }
    return answer
  }
}

/// The answer to a `PageRequest`.
package struct PageAnswer: Sendable {
  let request: PageRequest
  var columns: [Column?] = []
  var samples: [Int: Column] = [:]
  package var damage: Diagnostic?

  init(request: PageRequest) { self.request = request }
}
