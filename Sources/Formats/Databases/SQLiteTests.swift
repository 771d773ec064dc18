import Tables

/// What a database says of a column.
struct SQLiteDeclaration {
  let name: String
  /// In capital letters.
  let type: String
  /// The place in the primary key, from 1; 0 if it is no part of it.
  let keyPlace: Int
}

/// The tests that SQLite makes with exactly the language's meaning.
///
/// SQLite compares values of different storage classes by the class, converts operands by the declared type of a
/// column, and texts by the collation that was declared. So a column is tested only if all its values are of one class
/// that the declared type leaves alone; texts are compared byte by byte, and only for equality, because the order of
/// bytes depends on the encoding of the database.
struct SQLiteTests {
  enum Kind { case integers, reals, texts, days }

  struct Column {
    /// Nil if its tests are made here.
    var kind: Kind?
    let hasNulls: Bool

    /// - Parameter counts: of whole numbers, reals, texts, bytes, texts like dates, texts like datetimes, 0 and 1, long
    ///   whole numbers, dates.
    init(_ type: DataType, _ counts: [Int], rowCount: Int, _ declared: SQLiteDeclaration) {
      let known = counts[0] + counts[1] + counts[2] + counts[3]
      hasNulls = known < rowCount
      let isText = ["CHAR", "CLOB", "TEXT"].contains(where: declared.type.contains)
      let isUntyped = declared.type.isEmpty || declared.type.contains("BLOB")
      let isNumeric = declared.type.contains("INT") || !isText
      switch type {
      case .i64 where counts[0] == known && isNumeric: kind = .integers
      case .f64 where counts[1] == known && isNumeric: kind = .reals
      case .string where counts[2] == known && known > 0 && (isText && !declared.type.contains("INT") || isUntyped):
        kind = .texts
      case .date where counts[8] == known: kind = .days
      default: kind = nil
      }
    }
  }

  let columns: [Column]

  func make(_ test: RowTest) -> Bool {
    switch test {
    case .compare(let column, let comparison, let value):
      let isEquality = comparison == .equal || comparison == .notEqual
      return SQLiteValue(value, columns[column].kind) != nil && (isEquality || columns[column].kind != .texts)
    case .isIn(let column, let values):
      // For SQLite, null is not in an empty list; in the language that is null, as with any other list.
      return 1...500 ~= values.count && values.allSatisfy { SQLiteValue($0, columns[column].kind) != nil }
    case .isNull: return true
    case .not(let test), .isUnknown(let test): return make(test)
    case .and(let left, let right), .or(let left, let right): return make(left) && make(right)
    }
  }

  func mayBeNull(_ test: RowTest) -> Bool { test.columns.contains { columns[$0].hasNulls } }
}

extension SQLiteValue {
  /// A value as a column of a kind stores it; nil if it does not.
  fileprivate init?(_ value: Value, _ kind: SQLiteTests.Kind?) {
    switch (value, kind) {
    case (.integer(let number), .integers):
      guard let number = Int64(exactly: number) else { return nil }
      self = .integer(number)
    case (.float(let number), .reals):
      // SQLite has no NaN.
      guard !number.isNaN else { return nil }
      self = .real(number)
    // What is no UTF-8 is read as U+FFFD, which only looks equal.
    case (.text(let text), .texts) where !text.string.unicodeScalars.contains("\u{FFFD}"):
      self = .text(text.bytes.array)
    case (.date(let days), .days):
      let text = CalendarText.date(days)
      // Years of more than four digits have no place in the order of texts.
      guard text.utf8.count == 10 else { return nil }
      self = .text(Array(text.utf8))
    default: return nil
    }
  }
}

/// A condition in SQL, with a question mark for each value.
struct SQLiteCondition {
  private(set) var text = ""
  private(set) var values: [SQLiteValue] = []

  var clause: String { text.isEmpty ? "" : " WHERE " + text }

  /// The condition that a test, which SQLite makes, is true as well.
  func and(_ test: RowTest, _ schema: Schema) -> SQLiteCondition {
    var both = self
    let own = both.sql(test, schema)
    both.text = text.isEmpty ? own : text + " AND " + own
    return both
  }

  private mutating func sql(_ test: RowTest, _ schema: Schema) -> String {
    switch test {
    case .compare(let column, let comparison, let value):
      let sign =
        switch comparison {
        case .equal: "="
        case .notEqual: "<>"
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        }
      return "(\(name(column, schema)) \(sign) \(mark(value)))"
    case .isIn(let column, let values):
      return "(\(name(column, schema)) IN (\(values.map { mark($0) }.joined(separator: ", "))))"
    case .isNull(let column): return "(\(SQLiteSource.quoted(schema[column].name)) IS NULL)"
    case .not(let test): return "(NOT \(sql(test, schema)))"
    case .isUnknown(let test): return "(\(sql(test, schema)) IS NULL)"
    case .and(let left, let right): return "(\(sql(left, schema)) AND \(sql(right, schema)))"
    case .or(let left, let right): return "(\(sql(left, schema)) OR \(sql(right, schema)))"
    }
  }

  private func name(_ column: Int, _ schema: Schema) -> String {
    let name = SQLiteSource.quoted(schema[column].name)
    return schema[column].type == .string || schema[column].type == .date ? name + " COLLATE BINARY" : name
  }

  private mutating func mark(_ value: Value) -> String {
    let kind: SQLiteTests.Kind =
      switch value {
      case .integer: .integers
      case .float: .reals
      case .date: .days
      default: .texts
      }
    if let own = SQLiteValue(value, kind) { values.append(own) }
    return "?"
  }
}
