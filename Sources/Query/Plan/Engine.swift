public import Diagnostics
public import Tables

/// An engine that runs plans on its own tables, such as a Spark server.
///
/// A plan that starts from a table of an engine runs there as a whole when its rows are needed. Local tables of the plan
/// are uploaded. An engine refuses a plan that it cannot run exactly.
public protocol Engine: AnyObject, Sendable {
  /// The name in plans and messages: `spark`.
  var name: String { get }
  /// A description: `Spark 4.1.1 at sc://host:15002`.
  var summary: String { get }
  /// Checks whether the engine can run a plan, without running it.
  ///
  /// - Throws: the reason, with the span of the expression.
  func check(_ plan: Plan) throws(Diagnostic)
  /// Runs a plan. Returns the rows, and notes on differences in behaviour.
  func run(_ plan: Plan) throws(Diagnostic) -> (table: Table, notes: [String])
  /// Returns the steps of a plan for `explain`, one line each.
  func steps(of plan: Plan) -> [String]
}

/// An engine that also factorises: it fits the factors of users and items of a plan, as MLlib's ALS does.
public protocol FactorizingEngine: Engine {
  /// Fits factors to rows of a user's number, an item's number and a rating: the three columns of the plan. The numbers
  /// are dense and begin at 0.
  ///
  /// - Throws: an engine that cannot; an error of the engine; an interruption.
  func factorize(_ plan: Plan, _ settings: FactorizationSettings) throws(Diagnostic) -> Factorization
}

/// The parameters of a factorisation.
public struct FactorizationSettings: Sendable, Hashable {
  public var factors: Int
  public var iterations: Int
  public var regularization: Double
  public var alpha: Double
  /// Whether ratings are confidence in a preference.
  public var isImplicit: Bool
  public var seed: Int

  public init(factors: Int, iterations: Int, regularization: Double, alpha: Double, isImplicit: Bool, seed: Int) {
    (self.factors, self.iterations, self.regularization) = (factors, iterations, regularization)
    (self.alpha, self.isImplicit, self.seed) = (alpha, isImplicit, seed)
  }
}

/// Factors, in tables of two columns: the number of a user or an item, and the list of its factors.
public struct Factorization: Sendable {
  public var users: Table
  public var items: Table

  public init(users: Table, items: Table) { (self.users, self.items) = (users, items) }
}

/// A table of an engine. Its columns are known, its rows are not.
public final class RemoteTable: Sendable {
  /// The name in plans and messages: the path on the engine.
  public let name: String
  public let schema: Schema
  public let engine: any Engine
  /// The engine's own description of the table.
  public let content: any Sendable

  public init(name: String, schema: Schema, engine: any Engine, content: any Sendable) {
    (self.name, self.schema, self.engine, self.content) = (name, schema, engine, content)
  }
}

extension Plan {
  /// The engine of the plan's remote tables; nil for a local plan.
  public var engine: (any Engine)? {
    if case .remote(let table) = self { return table.engine }
    return inputs.lazy.compactMap(\.engine).first
  }

  /// The largest local subplans.
  public var localParts: [Plan] { engine == nil ? [self] : inputs.flatMap(\.localParts) }
}

/// A placeholder for a remote table in local execution. Reading it is an internal error.
final class AbsentRows: TableSource {
  let name: String
  let schema: Schema

  init(_ table: RemoteTable) { (name, schema) = (table.name, table.schema) }

  var rowCount: Int { 0 }
  var partitions: [Partition] { [] }
  var notes: [String] { [] }
  func isInMemory(_ column: Int) -> Bool { false }
  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] { throw .fault("`\(name)` was not fetched") }
  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] { try columns(indices) }
}
