import Diagnostics
import Parallelism
import Query
public import Tables
import Testing

/// Runs lines of the language on small tables, as a session would.
struct Session {
  var sources: [String: any TableSource] = [:]
  var environment = Environment()

  init(sources: [String: any TableSource], environment: Environment) {
    self.sources = sources
    self.environment = environment
  }

  init(_ tables: [String: Table] = [:]) {
    for (name, table) in tables { sources[name] = TableInMemory(name: name, table) }
  }

  func plan(_ text: String) throws(Diagnostic) -> Plan { try planning(text).plan }

  /// What planning has to say beside its plan.
  func planningNotes(_ text: String) throws(Diagnostic) -> [String] { try planning(text).context.notes }

  private func planning(_ text: String) throws(Diagnostic) -> (plan: Plan, context: PlanningContext) {
    let parser = Parser(verbs: relationalVerbs.map(\.declaration), functionNames: functions.map(\.name))
    let statements = try parser.statements(in: Source(name: "test", text: text))
    guard case .evaluation(_, let pipeline)? = statements.first?.body else { throw Diagnostic("not a pipeline") }
    let context = PlanningContext(
      catalog: FixedCatalog(sources: sources), environment: environment, verbs: relationalVerbs)
    return (try context.plan(pipeline), context)
  }

  func run(_ text: String) throws(Diagnostic) -> Table { try execute(plan(text)).table }

  func notes(_ text: String) throws(Diagnostic) -> [String] { try execute(plan(text)).report.notes }

  /// The values of one computed column.
  func values(_ expression: String, of table: String = "t") throws(Diagnostic) -> [Value] {
    let result = try run("\(table) | with x = \(expression) | select x")
    return (0..<result.rowCount).map { result.columns[0][$0] }
  }

  func type(_ expression: String, of table: String = "t") throws(Diagnostic) -> DataType {
    try plan("\(table) | select x = \(expression)").schema[0].type
  }

  /// What goes wrong, or nil.
  func mistake(_ text: String) -> Diagnostic? {
    do throws(Diagnostic) {
      _ = try run(text)
      return nil
    } catch {
      return error
    }
  }

  /// The value of an expression without a table.
  func constant(_ text: String) throws(Diagnostic) -> Value {
    let parser = Parser(verbs: relationalVerbs.map(\.declaration), functionNames: functions.map(\.name))
    return try evaluate(parser.expression(in: Source(name: "test", text: text)), environment: environment).value
  }
}

struct FixedCatalog: Catalog {
  let sources: [String: any TableSource]

  func plan(named name: String, at span: SourceSpan) throws(Diagnostic) -> Plan {
    guard let source = sources[name] else { throw Diagnostic("no table `\(name)`", at: span) }
    return .scan(source)
  }

  func plan(_ pipeline: Pipeline) throws(Diagnostic) -> Plan { throw Diagnostic("not a table", at: pipeline.span) }

  func drawSeed(for call: VerbCall) -> Int { 0 }
}

/// A source in parts that counts what is read of it.
final class CountingSource: TableSource {
  let name: String
  let table: Table
  let partLength: Int
  private let log = Mutex<[String]>([])

  init(name: String, _ table: Table, partLength: Int) {
    self.name = name
    self.table = table
    self.partLength = partLength
  }

  /// What was read, sorted: `user 0` is a column of a part, `user *` a whole column.
  var reads: [String] { log.withLock { $0 }.sorted() }

  var schema: Schema { table.schema }
  var rowCount: Int { table.rowCount }
  var notes: [String] { [] }
  func isInMemory(_ column: Int) -> Bool { false }

  var partitions: [Partition] {
    stride(from: 0, to: rowCount, by: partLength).map { start in
      let rows = start..<min(rowCount, start + partLength)
      let statistics = table.columns.map { column -> ColumnStatistics? in
        let values = rows.map { column[$0] }.filter { $0 != .null }
        let numbers = values.compactMap(\.number)
        guard let least = numbers.min(), let greatest = numbers.max(), column.type.isInteger else { return nil }
        return ColumnStatistics(
          minimum: .integer(Int128(least)), maximum: .integer(Int128(greatest)), nullCount: rows.count - values.count)
      }
      return Partition(rows: rows, statistics: statistics)
    }
  }

  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    log.withLock { log in log += indices.map { "\(schema[$0].name) *" } }
    return indices.map { table.columns[$0] }
  }

  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] {
    log.withLock { log in log += indices.map { "\(schema[$0].name) \(partition)" } }
    let rows = partitions[partition].rows
    return indices.map { table.columns[$0][rows] }
  }
}

extension Value: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) { self = .integer(Int128(value)) }
}

extension Value: ExpressibleByFloatLiteral {
  public init(floatLiteral value: Double) { self = .float(value) }
}

extension Value: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self = .text(Text(value)) }
}

extension Value: ExpressibleByBooleanLiteral {
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension Value: ExpressibleByNilLiteral {
  public init(nilLiteral: ()) { self = .null }
}

extension Value: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: Value...) { self = .list(elements) }
}
