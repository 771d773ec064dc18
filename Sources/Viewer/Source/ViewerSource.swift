public import Diagnostics
public import Display
public import Tables

/// A table to look at, read page by page: only what is on the screen is ever asked for.
public protocol ViewerSource: Sendable {
  var schema: Schema { get }
  var rowCount: Int { get }

  /// Some rows of some columns, in the order asked for. `rows` lies within the table.
  func page(rows: Range<Int>, columns: [Int]) throws(Diagnostic) -> Table

  /// Whether a page is there without decoding anything, so that reading it keeps nobody waiting.
  func isReady(rows: Range<Int>, columns: [Int]) -> Bool

  /// Where a row comes from, in words: its file and row group.
  func origin(ofRow row: Int) -> String?

  /// What Enter opens on its rows; nil opens the row itself.
  var opening: RowOpening? { get }

  /// Whether it is a matrix, to be looked at by colour.
  var isMatrix: Bool { get }

  /// The bytes of memory that it holds and no other source does.
  var ownByteCount: Int { get }

  /// What is worth saying of how it came to be.
  var notes: [String] { get }
}

extension ViewerSource {
  public func isReady(rows: Range<Int>, columns: [Int]) -> Bool { true }
  public func origin(ofRow row: Int) -> String? { nil }
  public var opening: RowOpening? { nil }
  public var isMatrix: Bool { false }
  public var ownByteCount: Int { 0 }
  public var notes: [String] { [] }
}

/// A table in memory.
public struct TablePages: ViewerSource {
  private let table: Table

  public init(_ table: Table) { self.table = table }

  public var schema: Schema { table.schema }
  public var rowCount: Int { table.rowCount }

  public func page(rows: Range<Int>, columns: [Int]) throws(Diagnostic) -> Table {
    table.selecting(columns)[rows]
  }
}
