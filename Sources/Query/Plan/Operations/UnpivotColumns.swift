public import Diagnostics
import Parallelism
public import Tables

/// Turns columns into rows: the names in one column, the values in another; the other columns are repeated.
public struct UnpivotColumns: TableOperation {
  public let input: Schema
  /// The columns of the result: the repeated columns, the names, the values.
  public let schema: Schema
  /// The input columns that become rows.
  public let columns: [Int]
  public let repeatedColumns: [Int]
  /// The location for errors of single values.
  public let span: SourceSpan

  public var name: String { "unpivot" }
  public var detail: String { columns.map { input[$0].name }.joined(separator: ", ") }
  public var filterPassThrough: [Int: Int] {
    Dictionary(uniqueKeysWithValues: repeatedColumns.enumerated().map { ($0, $1) })
  }
  public var ownColumns: Set<Int>? { Set(columns) }
  public var projectionPassThrough: [Int: Int] { filterPassThrough }

  public func choosing(_ kept: [Int]) -> any TableOperation {
    let places = places(of: kept)
    let passed = repeatedColumns.indices.filter { places[repeatedColumns[$0]] != nil }
    return UnpivotColumns(
      input: input.choosing(kept),
      schema: schema.choosing(passed + [repeatedColumns.count, repeatedColumns.count + 1]),
      columns: columns.compactMap { places[$0] }, repeatedColumns: passed.compactMap { places[repeatedColumns[$0]] },
      span: span
    )
  }

  public func run(_ table: Table) throws(Diagnostic) -> (table: Table, notes: [String]) {
    var results = try repeatedColumns.map { (index) throws(Diagnostic) in
      try concat([Column](repeating: table.columns[index], count: columns.count))
    }
    results.append(try UnpivotColumns.repeated(columns.map { input[$0].name }, count: table.rowCount))
    let type = schema[repeatedColumns.count + 1].type
    results.append(try UnpivotColumns.castEndToEnd(columns.map { table.columns[$0] }, to: type, at: span))
    return (Table(schema, results, rowCount: table.rowCount * columns.count), [])
  }

  /// A column with every name repeated `count` times.
  private static func repeated(_ names: [String], count: Int) throws(Diagnostic) -> Column {
    var dictionary = TextDictionaryBuilder()
    let codeOfName = names.map { dictionary.code(for: Text($0).bytes.span) }
    let codes = try buildArray(count: count * names.count, grain: rowsPerChunk, of: UInt32.self) {
      (range, codes) in
      for row in range { codes[row - range.lowerBound] = codeOfName[row / count] }
    }
    return Column(.string, .text(TextValues(codes: Buffer(codes), dictionary: dictionary.dictionary())))
  }

  /// Concatenates columns of the same length, converted to a common type.
  private static func castEndToEnd(
    _ columns: [Column], to type: DataType, at span: SourceSpan
  ) throws(Diagnostic) -> Column {
    if columns.allSatisfy({ $0.type == type }) { return try concat(columns) }
    let count = columns[0].count
    return try Column.assembled(type, count: count * columns.count, grain: rowsPerChunk) {
      (range) throws(Diagnostic) in
      var pieces: [Column] = []
      for (place, column) in columns.enumerated() {
        let own = range.clamped(to: place * count..<(place + 1) * count)
        if own.isEmpty { continue }
        let first = own.lowerBound - place * count
        pieces.append(
          try convertedExactly(column[first..<first + own.count], to: type, firstRow: first, at: span))
      }
      return try concat(pieces)
    }
  }
}

/// The number of rows per chunk.
private let rowsPerChunk = 1 << 15
