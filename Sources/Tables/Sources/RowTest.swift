public import Diagnostics

/// A test of rows that a source may make itself, where it finds rows faster than by reading all of them.
///
/// As in the language, a comparison is null where its value is null, and `and`, `or` and `not` know three values.
public indirect enum RowTest: Sendable, Hashable {
  public enum Comparison: Sendable, Hashable { case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual }

  /// A column, by its index in the source, compared with a value that is not null.
  case compare(Int, Comparison, Value)
  /// Whether the value is one of these, none of which is null.
  case isIn(Int, [Value])
  case isNull(Int)
  case not(RowTest)
  case and(RowTest, RowTest)
  case or(RowTest, RowTest)
  /// Whether the test itself is null.
  case isUnknown(RowTest)

  public var columns: Set<Int> {
    switch self {
    case .compare(let column, _, _), .isIn(let column, _), .isNull(let column): [column]
    case .not(let test), .isUnknown(let test): test.columns
    case .and(let left, let right), .or(let left, let right): left.columns.union(right.columns)
    }
  }

  /// The same test of columns with other indices.
  public func mapping(_ indices: [Int]) -> RowTest {
    switch self {
    case .compare(let column, let comparison, let value): .compare(indices[column], comparison, value)
    case .isIn(let column, let values): .isIn(indices[column], values)
    case .isNull(let column): .isNull(indices[column])
    case .not(let test): .not(test.mapping(indices))
    case .and(let left, let right): .and(left.mapping(indices), right.mapping(indices))
    case .or(let left, let right): .or(left.mapping(indices), right.mapping(indices))
    case .isUnknown(let test): .isUnknown(test.mapping(indices))
    }
  }
}

/// The rows of a source for which all tests are true.
public struct FoundRows: Sendable {
  public let columns: [Column]
  public let rowCount: Int
  /// For each test, in how many of the rows that passed the tests before it is null.
  public let nullCounts: [Int]

  public init(columns: [Column], rowCount: Int, nullCounts: [Int]) {
    (self.columns, self.rowCount, self.nullCounts) = (columns, rowCount, nullCounts)
  }
}

/// Rows that the source finds itself.
public protocol RowTesting {
  /// Whether the source makes a test itself, with exactly the language's meaning.
  func makes(_ test: RowTest) -> Bool

  /// The rows, in their order, for which all tests are true, and of them those that pass `others` too. Only for tests
  /// that the source makes.
  func rows(where tests: [RowTest], and others: [RowTest], _ indices: [Int]) throws(Diagnostic) -> FoundRows
}

extension RowTesting {
  public func makes(_ test: RowTest) -> Bool { false }

  public func rows(
    where tests: [RowTest], and others: [RowTest], _ indices: [Int]
  ) throws(Diagnostic) -> FoundRows {
    throw .fault("a source that makes no tests")
  }
}
