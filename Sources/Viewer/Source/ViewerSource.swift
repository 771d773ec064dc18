public import Diagnostics
public import Display
public import Tables

/// A table for the viewer, read page by page: only visible rows and columns are requested.
public protocol ViewerSource: Sendable {
  var schema: Schema { get }
  var rowCount: Int { get }

  /// Returns some rows of some columns, in the requested order. `rows` must be within the table.
  func page(rows: Range<Int>, columns: [Int]) throws(Diagnostic) -> Table

  /// Whether a page can be read without decoding, and so without delay.
  func isReady(rows: Range<Int>, columns: [Int]) -> Bool

  /// A description of a row's origin: its file and row group.
  func origin(ofRow row: Int) -> String?

  /// What Enter opens for its rows; nil opens the row itself.
  var opening: RowOpening? { get }

  /// Whether it is a matrix, which is best shown as a heat map.
  var isMatrix: Bool { get }

  /// The bytes of memory that only this source uses.
  var ownByteCount: Int { get }

  /// Notes on how the table was made.
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
