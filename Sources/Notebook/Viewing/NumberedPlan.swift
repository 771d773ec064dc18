import Diagnostics
import Query
import Tables

/// A plan that only selects, orders or numbers the rows of one source and computes columns from them. It is rewritten
/// to give row numbers instead of rows.
struct NumberedPlan {
  private let source: any TableSource
  private var plan: Plan
  /// The source column of each column; nil for a computed one.
  private var origins: [Int?]
  private var changesRows = false

  /// Nil for a plan that makes new rows: groups, joins, unnested lists.
  init?(_ plan: Plan) {
    switch plan {
    case .scan(let source):
      guard UInt32(exactly: source.rowCount) != nil else { return nil }
      self.init(source: source, plan: .scan(NumberedSource(source)), origins: Array(0..<source.schema.count))
    case .filter(let input, let condition):
      self.init(input) { .filter($0, condition) }
    case .sort(let input, let keys):
      self.init(input) { .sort($0, keys) }
    case .slice(let input, let offset, let count):
      self.init(input) { .slice($0, offset: offset, count: count) }
    case .distinct(let input, let columns, let keep):
      self.init(input) { .distinct($0, columns: columns, keep: keep) }
    case .project(let input, let columns):
      guard let inner = NumberedPlan(input), let number = inner.plan.columns.last else { return nil }
      self = inner
      self.plan = .project(inner.plan, columns + [number])
      origins = columns.map { column in
        if case .column(let index, _) = column.expression.node { inner.origins[index] } else { nil }
      }
    case .operation(let input, let operation) where operation.name == "row_index":
      // As long as all rows are there, the requested number is the row number that is computed anyway.
      guard let inner = NumberedPlan(input), !inner.changesRows, let number = inner.plan.columns.last,
        let name = operation.schema.names.first
      else { return nil }
      self = inner
      self.plan = .project(inner.plan, [NamedExpression(name, number.expression)] + inner.plan.columns)
      origins = [nil] + inner.origins
    case .remote, .aggregate, .join, .concatenate, .operation: return nil
    }
  }

  private init(source: any TableSource, plan: Plan, origins: [Int?]) {
    self.source = source
    self.plan = plan
    self.origins = origins
  }

  private init?(_ input: Plan, _ step: (Plan) -> Plan) {
    guard let inner = NumberedPlan(input) else { return nil }
    self = inner
    plan = step(inner.plan)
    changesRows = true
  }

  /// The result as a selection: only row numbers and computed columns are computed.
  func selection(
    schema: Schema, executing execute: (Plan) throws(Diagnostic) -> Table
  ) throws(Diagnostic) -> any TableSource {
    var wanted = plan.columns.indices.dropLast().filter { origins[$0] == nil }
    if changesRows { wanted.append(plan.columns.count - 1) }
    var found: [Column] = []
    if !wanted.isEmpty {
      let columns = plan.columns
      found = try execute(.project(plan, wanted.map { columns[$0] })).columns
    }
    var rows: [UInt32]?
    if changesRows, case .u32(let numbers)? = found.popLast()?.values {
      rows = numbers.array
    }
    let own = Dictionary(uniqueKeysWithValues: zip(wanted, found))
    let places = origins.enumerated().map { place, origin -> SelectedRows.Origin in
      if let origin { return .base(origin) }
      return own[place].map { .own($0) } ?? .own(.nulls(schema[place].type, count: rows?.count ?? source.rowCount))
    }
    return try SelectedRows.selecting(source, rows: rows, schema: schema, origins: places)
  }
}

/// A source with row numbers as an additional last column.
private final class NumberedSource: TableSource {
  private let base: any TableSource
  let schema: Schema
  let partitions: [Partition]

  init(_ base: any TableSource) {
    self.base = base
    // Plans need final types. Errors of reading are reported later, when the column is read.
    _ = try? base.finalizeTypes(of: Set(base.schema.fields.indices))
    schema = Schema(base.schema.fields + [Field("\u{1}row", .u32)])
    partitions = base.partitions.map { Partition(rows: $0.rows, statistics: $0.statistics + [nil]) }
  }

  var name: String { base.name }
  var rowCount: Int { base.rowCount }
  var notes: [String] { base.notes }

  func isInMemory(_ column: Int) -> Bool { column == base.schema.count || base.isInMemory(column) }

  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    let read = try base.columns(indices.filter { $0 < base.schema.count })
    return numbering(indices, read, 0..<rowCount)
  }

  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] {
    let read = try base.columns(indices.filter { $0 < base.schema.count }, partition: partition)
    return numbering(indices, read, partitions[partition].rows)
  }

  private func numbering(_ indices: [Int], _ read: [Column], _ rows: Range<Int>) -> [Column] {
    var rest = read[...]
    return indices.map { index in
      if index < base.schema.count, let column = rest.popFirst() { return column }
      return Column(rows.map { UInt32(truncatingIfNeeded: $0) })
    }
  }
}
