public import Diagnostics
public import Tables

/// A step the optimiser knows nothing of: it takes a table and gives one.
///
/// Whatever a verb needs beyond the steps of `Plan` is in its own closure; the executor calls it once, with the whole
/// input. Long loops inside listen to `Cancellation.current`.
public struct TableOperation: Sendable {
  /// The verb: `explode`, `sample`.
  public let name: String
  /// What a plan prints after it: `product_ids`, `1000 rows, seed 0`.
  public let detail: String
  /// The columns of what it gives.
  public let schema: Schema
  /// The result and what is worth a dim line: `explode dropped 5 empty lists`.
  public let run: @Sendable (Table) throws(Diagnostic) -> (table: Table, notes: [String])

  public init(
    _ name: String, detail: String = "", schema: Schema,
    run: @escaping @Sendable (Table) throws(Diagnostic) -> (table: Table, notes: [String])
  ) {
    self.name = name
    self.detail = detail
    self.schema = schema
    self.run = run
  }
}

extension TableOperation: Hashable {
  public static func == (one: TableOperation, other: TableOperation) -> Bool {
    one.name == other.name && one.detail == other.detail && one.schema == other.schema
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(detail)
  }
}
