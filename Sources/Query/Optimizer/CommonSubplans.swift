import Diagnostics
import Parallelism
import Tables

/// A common subplan: it occurs several times in a plan, is computed once, and then read like a table.
final class CommonSubplan: TableSource {
  let name: String
  let plan: Plan
  let schema: Schema
  private let result = Mutex<(columns: [Int: Column], rowCount: Int)?>(nil)

  init(name: String, _ plan: Plan) {
    self.name = name
    self.plan = plan
    schema = plan.schema
  }

  /// Stores the result: the columns that are needed, by their index in the schema.
  func keep(_ columns: [Int: Column], rowCount: Int) { result.withLock { $0 = (columns, rowCount) } }

  var rowCount: Int { result.withLock { $0?.rowCount ?? 0 } }
  var notes: [String] { [] }
  var partitions: [Partition] { [Partition(rows: 0..<rowCount, statistics: schema.fields.map { _ in nil })] }
  func isInMemory(_ column: Int) -> Bool { true }

  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    let known = result.withLock { $0?.columns ?? [:] }
    var columns: [Column] = []
    for index in indices {
      guard let column = known[index] else { throw .fault("`\(schema[index].name)` of \(name) was not computed") }
      columns.append(column)
    }
    return columns
  }

  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] { try columns(indices) }
}

extension Plan {
  /// Replaces every subplan that occurs more than once by a scan of one source. Returns the new plan and these sources,
  /// each after the sources that it reads itself.
  func sharingCommonSubplans() -> (plan: Plan, subplans: [CommonSubplan]) {
    var repeats = RepeatedSubplans()
    repeats.count(self)
    return (repeats.shared(self), repeats.subplans)
  }

  /// Whether both plans certainly give the same rows. For a `TableOperation` this is not certain.
  fileprivate func isSame(as other: Plan) -> Bool {
    switch (self, other) {
    case (.scan(let a), .scan(let b)): a === b
    case (.filter(let a, let own), .filter(let b, let condition)): own == condition && a.isSame(as: b)
    case (.project(let a, let own), .project(let b, let columns)): own == columns && a.isSame(as: b)
    case (.aggregate(let a, let ownKeys, let own), .aggregate(let b, let keys, let aggregates)):
      ownKeys == keys && own == aggregates && a.isSame(as: b)
    case (.sort(let a, let own), .sort(let b, let keys)): own == keys && a.isSame(as: b)
    case (.slice(let a, let ownOffset, let own), .slice(let b, let offset, let count)):
      ownOffset == offset && own == count && a.isSame(as: b)
    case (.distinct(let a, let own, let ownKept), .distinct(let b, let columns, let kept)):
      own == columns && ownKept == kept && a.isSame(as: b)
    case (.join(let a, let ownRight, let own), .join(let b, let right, let join)):
      own == join && a.isSame(as: b) && ownRight.isSame(as: right)
    case (.concatenate(let own), .concatenate(let inputs)):
      own.count == inputs.count && zip(own, inputs).allSatisfy { $0.isSame(as: $1) }
    default: false
    }
  }

  /// Whether computing it twice costs time: choosing rows and columns of a source does not.
  fileprivate var isWorthSharing: Bool {
    switch self {
    case .scan, .remote, .operation: false
    case .slice(let input, _, _): input.isWorthSharing
    case .project(let input, let columns):
      input.isWorthSharing || columns.contains { $0.expression.columnIndex == nil && !$0.expression.isConstant }
    default: true
    }
  }
}

/// Finds the subplans that repeat. The parts of a repeated subplan are not counted again.
private struct RepeatedSubplans {
  /// The subplans seen, by their number of nodes: only subplans with the same number can be equal.
  private var seen: [Int: [(subplan: Plan, count: Int, source: CommonSubplan?)]] = [:]
  private(set) var subplans: [CommonSubplan] = []

  mutating func count(_ plan: Plan) {
    if plan.isWorthSharing {
      let size = plan.stepCount
      if let known = seen[size]?.firstIndex(where: { $0.subplan.isSame(as: plan) }) {
        seen[size]?[known].count += 1
        return
      }
      seen[size, default: []].append((plan, 1, nil))
    }
    for input in plan.inputs { count(input) }
  }

  mutating func shared(_ plan: Plan) -> Plan {
    guard plan.isWorthSharing else { return replacingInputs(of: plan) }
    let size = plan.stepCount
    guard let same = seen[size], let known = same.firstIndex(where: { $0.count > 1 && $0.subplan.isSame(as: plan) })
    else {
      return replacingInputs(of: plan)
    }
    if let source = same[known].source { return .scan(source) }
    let inner = replacingInputs(of: plan)
    let source = CommonSubplan(name: "subplan \(subplans.count + 1)", inner)
    subplans.append(source)
    seen[size]?[known].source = source
    return .scan(source)
  }

  private mutating func replacingInputs(of plan: Plan) -> Plan {
    var inner = self
    let result = plan.mappingInputs { inner.shared($0) }
    self = inner
    return result
  }
}
