import Diagnostics
import Parallelism
import Tables

extension FileFormat {
  /// An SQLite database. It can only be read.
  static let sqlite = FileFormat(
    name: "sqlite", summary: "a database; `table=` names one of its tables or views",
    extensions: ["sqlite", "db", "sqlite3"],
    isText: false, understands: ["table", "types"], needsLocalFile: true,
    recognises: { input in input.bytes.starts(with: Array("SQLite format 3\0".utf8)) },
    open: { (input, options) throws(Diagnostic) in try SQLiteSource(input.path, options) },
    write: nil)
}

/// A table of a database. Columns are read when they are needed.
///
/// SQLite types its values, not its columns, so the type of a column is the one that all its values have. A column
/// that was declared as date, datetime or bool gets that type if every value can be read as such. Values of several types
/// are read as text, or as bytes if some are bytes: neither loses anything.
final class SQLiteSource: TableSource {
  let name: String
  let schema: Schema
  let rowCount: Int
  let notes: [String]
  private let path: String
  private let table: String
  /// The types that the values have, whatever types the user asks for.
  private let stored: [DataType]
  private let tests: SQLiteTests
  /// The clause that puts rows into the order of the table; nil for a view, which has none. Without it SQLite may read
  /// an index in the table's place, in the order of the index.
  private let order: String?
  private let cache = Mutex<[Int: Column]>([:])

  init(_ path: String, _ options: LoadOptions) throws(Diagnostic) {
    guard path != "-" else {
      throw Diagnostic("a database is no stream: SQLite reads it where it lies", hint: "save it to a file first")
    }
    self.path = path
    name = path
    let database = try SQLiteDatabase(path: path)
    let (tables, views) = try SQLiteSource.tables(of: database)
    let table = try SQLiteSource.chosen(options.table, among: tables, path)
    self.table = table
    let declared = try SQLiteSource.columns(of: table, database)
    guard !declared.isEmpty else { throw Diagnostic("`\(table)` has no columns", place: path) }
    var fields: [Field] = []
    var found: [String] = []
    var count = 0
    let width = SQLiteSource.countsPerColumn
    var kinds: [SQLiteTests.Column] = []
    var reasons: [String?] = []
    // One pass over all rows determines the types of up to 100 columns: a query has a limited number of result
    // columns.
    for start in stride(from: 0, to: declared.count, by: 100) {
      let part = declared[start..<min(declared.count, start + 100)]
      let counts = part.map { SQLiteSource.counts(of: $0.name) }.joined(separator: ", ")
      try database.query("SELECT count(*), \(counts) FROM \(SQLiteSource.quoted(table))") { row in
        count = Int(row.integer(0))
        for (place, column) in part.enumerated() {
          let own = (0..<width).map { Int(row.integer(1 + width * place + $0)) }
          let (type, note) = SQLiteSource.type(own, declared: column.type, column.name)
          fields.append(Field(column.name, type))
          reasons.append(note)
          kinds.append(SQLiteTests.Column(type, own, rowCount: count, column))
        }
      }
    }
    for index in fields.indices where [.date, .datetime(.microseconds)].contains(fields[index].type) {
      let (name, type) = (fields[index].name, fields[index].type)
      (fields[index].type, reasons[index]) = try SQLiteSource.moments(name, as: type, of: table, database)
      if fields[index].type != type { kinds[index].kind = nil }
    }
    for (field, reason) in zip(fields, reasons) where options.types[field.name] == nil {
      if let reason { found.append("`\(field.name)` is \(field.type): \(reason)") }
    }
    stored = fields.map(\.type)
    for (name, type) in options.types {
      guard let index = fields.firstIndex(where: { $0.name == name }) else {
        throw .unknownColumn(name, in: path, schema: Schema(fields)).about(option: "types")
      }
      if fields[index].type != type { kinds[index].kind = nil }
      fields[index].type = type
    }
    tests = SQLiteTests(columns: kinds)
    order = views.contains(table) ? nil : SQLiteSource.order(of: table, declared, database)
    schema = Schema(fields)
    rowCount = count
    notes = found
  }

  private static func tables(of database: SQLiteDatabase) throws(Diagnostic) -> (all: [String], views: Set<String>) {
    var tables: [String] = []
    var views: Set<String> = []
    try database.query(
      "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
    ) {
      tables.append($0.string(0))
      if $0.string(1) == "view" { views.insert($0.string(0)) }
    }
    return (tables, views)
  }

  private static func columns(of table: String, _ database: SQLiteDatabase) throws(Diagnostic) -> [SQLiteDeclaration] {
    var columns: [SQLiteDeclaration] = []
    try database.query("SELECT name, type, pk FROM pragma_table_xinfo(\(text(table))) WHERE hidden <> 1") {
      columns.append(
        SQLiteDeclaration(name: $0.string(0), type: $0.string(1).uppercased(), keyPlace: Int($0.integer(2))))
    }
    return columns
  }

  private static func chosen(_ wanted: String?, among tables: [String], _ path: String) throws(Diagnostic) -> String {
    let list = tables.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
    if let wanted {
      if let found = tables.first(where: { $0.lowercased() == wanted.lowercased() }) { return found }
      throw Diagnostic("the database has no table `\(wanted)`", hint: "there is \(list)", place: path)
        .about(option: "table")
    }
    guard let first = tables.first else { throw Diagnostic("the database has no table", place: path) }
    guard tables.count == 1 else {
      throw Diagnostic(
        "the database has \(tables.count) tables", hint: "`table=\(first)` chooses one of \(list)", place: path)
    }
    return first
  }

  private static let countsPerColumn = 9

  /// SQL that counts a column's values by storage class, its texts that look like dates or datetimes, its numbers 0 and
  /// 1, and its whole numbers that a float may not hold.
  private static func counts(of name: String) -> String {
    let own = quoted(name)
    let day = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
    return ["integer", "real", "text", "blob"].map { "total(typeof(\(own)) = '\($0)')" }.joined(separator: ", ")
      + ", total(\(own) GLOB '\(day)'), total(\(own) GLOB '\(day)[ T][0-9][0-9]:[0-9][0-9]*'), total(\(own) IN (0, 1))"
      + ", total(typeof(\(own)) = 'integer' AND \(own) NOT BETWEEN -9007199254740992 AND 9007199254740992)"
      + ", total(\(own) GLOB '\(day)' AND date(\(own)) = \(own))"
  }

  private static func order(of table: String, _ columns: [SQLiteDeclaration], _ database: SQLiteDatabase) -> String? {
    let names = Set(columns.map { $0.name.lowercased() })
    for name in ["rowid", "_rowid_", "oid"] where !names.contains(name) {
      if (try? database.query("SELECT \(name) FROM \(quoted(table)) LIMIT 0") { _ in }) != nil {
        return " ORDER BY \(name)"
      }
    }
    let keys = columns.filter { $0.keyPlace > 0 }.sorted { $0.keyPlace < $1.keyPlace }
    return keys.isEmpty ? nil : " ORDER BY " + keys.map { quoted($0.name) }.joined(separator: ", ")
  }

  private static func type(_ counts: [Int], declared: String, _ name: String) -> (DataType, note: String?) {
    let (whole, real, text, blob) = (counts[0], counts[1], counts[2], counts[3])
    let known = whole + real + text + blob
    if known == 0 {
      if declared.contains("INT") { return (.i64, nil) }
      if ["REAL", "FLOA", "DOUB", "NUM", "DEC"].contains(where: declared.contains) { return (.f64, nil) }
      return (.string, nil)
    }
    if whole == known { return (declared.hasPrefix("BOOL") && counts[6] == known ? .bool : .i64, nil) }
    if whole + real == known {
      if counts[7] == 0 { return (.f64, nil) }
      return (.string, "its whole numbers would lose digits beside floating ones" + roundingHint(name))
    }
    if blob == known { return (.binary, nil) }
    if blob > 0 { return (.binary, "some of its values are bytes, \(blob) of \(known)") }
    if text == known, declared.contains("DATE") || declared.contains("TIME") {
      if counts[4] == known { return (.date, nil) }
      if counts[4] + counts[5] == known { return (.datetime(.microseconds), nil) }
    }
    return (.string, text == known ? nil : "its values are of several types")
  }

  /// The type of a column of texts that look like dates or datetimes, and why it is not one that could be expected.
  ///
  /// - Complexity: O(rows).
  private static func moments(
    _ name: String, as type: DataType, of table: String, _ database: SQLiteDatabase
  ) throws(Diagnostic) -> (DataType, String?) {
    var (count, withOffset) = (0, 0)
    var misfit: String?
    try database.query("SELECT \(quoted(name)) FROM \(quoted(table))") { row in
      if misfit != nil || row.kind(0) == .null { return }
      let text = row.text(0)
      count += 1
      if type == .date, CalendarText.days(text.span) != nil { return }
      if type != .date, let moment = CalendarText.moment(text.span, unit: .microseconds) {
        if moment.hasOffset { withOffset += 1 }
        return
      }
      misfit = String(decoding: text.prefix(40), as: UTF8.self)
    }
    if let misfit { return (.string, "`\(misfit)` is no \(type == .date ? "date" : "datetime in microseconds")") }
    if withOffset == 0 { return (type, nil) }
    return withOffset == count
      ? (.zoned(.microseconds, .utc), nil) : (.string, "only some of its datetimes have an offset")
  }

  static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
  private static func text(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

  // MARK: Reading

  var partitions: [Partition] { [Partition(rows: 0..<rowCount, statistics: schema.fields.map { _ in nil })] }

  func isInMemory(_ column: Int) -> Bool { cache.withLock { $0[column] != nil } }

  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    let known = cache.withLock { $0 }
    // Two queries of a view may give its rows in two orders.
    let wanted = order == nil ? Set(schema.fields.indices) : Set(indices)
    let missing = wanted.filter { known[$0] == nil }.sorted()
    let read = missing.isEmpty ? [:] : try self.read(missing)
    cache.withLock { $0.merge(read) { own, _ in own } }
    return indices.compactMap { known[$0] ?? read[$0] }
  }

  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] { try columns(indices) }

  private func read(_ indices: [Int]) throws(Diagnostic) -> [Int: Column] {
    let (columns, count) = try read(indices, SQLiteDatabase(path: path))
    guard count == rowCount else { throw changed }
    return columns
  }

  private var changed: Diagnostic { Diagnostic("`\(table)` changed since it was opened", place: path) }

  /// Reads the rows that pass a condition, all by default.
  private func read(
    _ indices: [Int], _ database: SQLiteDatabase, where condition: SQLiteCondition = SQLiteCondition()
  ) throws(Diagnostic) -> (columns: [Int: Column], rowCount: Int) {
    var builders = indices.map { SQLiteColumn(storing: stored[$0], as: schema[$0].type) }
    let names = indices.isEmpty ? "1" : indices.map { SQLiteSource.quoted(schema[$0].name) }.joined(separator: ", ")
    var count = 0
    let query = "SELECT \(names) FROM \(SQLiteSource.quoted(table))\(condition.clause)\(order ?? "")"
    try database.query(query, condition.values) { row in
      for index in builders.indices { builders[index].append(row, index) }
      count += 1
    }
    var columns: [Int: Column] = [:]
    for (index, builder) in zip(indices, builders) {
      do throws(Diagnostic) {
        columns[index] = try builder.column(as: schema[index].type)
      } catch {
        throw Diagnostic("`\(schema[index].name)`: \(error.message)", hint: error.hint, place: path)
      }
    }
    return (columns, count)
  }

  // MARK: Tests

  func makes(_ test: RowTest) -> Bool { order != nil && tests.make(test) }

  func rows(
    where tests: [RowTest], and others: [RowTest], _ indices: [Int]
  ) throws(Diagnostic) -> FoundRows {
    let database = try SQLiteDatabase(path: path)
    let from = "SELECT count(*) FROM \(SQLiteSource.quoted(table))"
    // All queries look at one state of the database.
    try database.query("BEGIN") { _ in }
    var count = 0
    try database.query(from) { count = Int($0.integer(0)) }
    guard count == rowCount else { throw changed }
    var condition = SQLiteCondition()
    var nullCounts: [Int] = []
    for test in tests {
      var nulls = 0
      if self.tests.mayBeNull(test) {
        let unknown = condition.and(.isUnknown(test), schema)
        try database.query(from + unknown.clause, unknown.values) { nulls = Int($0.integer(0)) }
      }
      nullCounts.append(nulls)
      condition = condition.and(test, schema)
    }
    for test in others { condition = condition.and(test, schema) }
    let wanted = Set(indices).sorted()
    let (columns, found) = try read(wanted, database, where: condition)
    return FoundRows(columns: indices.compactMap { columns[$0] }, rowCount: found, nullCounts: nullCounts)
  }
}

/// Collects the values of one column, row by row.
private struct SQLiteColumn {
  private enum Storage {
    case whole([Int64?])
    case real([Double?])
    /// Texts, also of numbers.
    case text([Value])
    case binary([Value])
  }

  private var storage: Storage

  /// - Parameters:
  ///   - stored: the type that all values have.
  ///   - wanted: the type of the column. Of numbers, a text or a decimal needs every digit.
  init(storing stored: DataType, as wanted: DataType) {
    switch (stored, wanted) {
    case (.binary, _): storage = .binary([])
    case (_, .string), (_, .decimal): storage = .text([])
    case (.i64, _), (.bool, _): storage = .whole([])
    case (.f64, _): storage = .real([])
    default: storage = .text([])
    }
  }

  mutating func append(_ row: SQLiteRow, _ column: Int) {
    let kind = row.kind(column)
    switch storage {
    case .whole(var values):
      storage = .binary([])
      values.append(kind == .null ? nil : row.integer(column))
      storage = .whole(values)
    case .real(var values):
      storage = .binary([])
      values.append(kind == .null ? nil : row.double(column))
      storage = .real(values)
    case .text(var values):
      storage = .binary([])
      values.append(kind == .null ? .null : .text(Text(Buffer(SQLiteColumn.bytes(row, column, kind)))))
      storage = .text(values)
    case .binary(var values):
      storage = .text([])
      values.append(kind == .null ? .null : .binary(Text(Buffer(SQLiteColumn.bytes(row, column, kind)))))
      storage = .binary(values)
    }
  }

  /// The bytes of a blob, or of a text as it is stored, or of a number's text. SQLite itself writes floats with 15
  /// digits.
  private static func bytes(_ row: SQLiteRow, _ column: Int, _ kind: SQLiteRow.Kind) -> [UInt8] {
    switch kind {
    case .blob: row.blob(column)
    case .float: Array(Value.float(row.double(column)).description.utf8)
    default: row.text(column)
    }
  }

  func column(as type: DataType) throws(Diagnostic) -> Column {
    let own: Column
    switch storage {
    case .whole(let values): own = Column(values)
    case .real(let values): own = Column(values)
    case .text(let values): own = try Column(.string, values)
    case .binary(let values): own = try Column(.binary, values)
    }
    // Bytes that stand for numbers or dates are read as texts.
    if own.type == .binary, type != .binary, type != .string { return try cast(cast(own, to: .string), to: type) }
    return try cast(own, to: type)
  }
}
