import Diagnostics
import Notebook
import Query
import Synchronization
import Tables

/// An engine that runs plans on a table of its own, here, and counts them.
final class NearEngine: Engine {
  let name = "near"
  let summary = "an engine of the tests"
  private let table: Table
  /// The number of rows, and of sorted groups, that it claims to have; nil for those of the table.
  private let claimed: Int?
  private let ran = Mutex(0)

  init(_ table: Table, claiming claimed: Int? = nil) { (self.table, self.claimed) = (table, claimed) }

  var runs: Int { ran.withLock { $0 } }
  var value: NotebookValue {
    .table(.remote(RemoteTable(name: "shop/orders", schema: table.schema, engine: self, content: 0)))
  }

  func check(_ plan: Plan) throws(Diagnostic) {}

  func run(_ plan: Plan) throws(Diagnostic) -> (table: Table, notes: [String]) {
    ran.withLock { $0 += 1 }
    if let claimed, case .aggregate(let input, let keys, _) = plan, keys.isEmpty, isOfRowsOrSorted(input) {
      return (Table([("rows", Column([claimed]))]), [])
    }
    return (try execute(local(plan)).table, [])
  }

  func steps(of plan: Plan) -> [String] { ["on near"] }

  private func isOfRowsOrSorted(_ plan: Plan) -> Bool {
    switch plan {
    case .remote, .sort: true
    case .project(let input, _): isOfRowsOrSorted(input)
    default: false
    }
  }

  /// The same plan over the table itself.
  private func local(_ plan: Plan) -> Plan {
    switch plan {
    case .remote: .table(table, name: "orders")
    case .filter(let input, let condition): .filter(local(input), condition)
    case .project(let input, let columns): .project(local(input), columns)
    case .aggregate(let input, let keys, let values): .aggregate(local(input), keys: keys, aggregates: values)
    case .slice(let input, let offset, let count): .slice(local(input), offset: offset, count: count)
    case .sort(let input, let keys): .sort(local(input), keys)
    default: plan
    }
  }
}
