import Diagnostics
import Query
import Tables

/// A session that knows some tables, and gives the seed 7 to whoever has none.
struct TestCatalog: Catalog {
  var tables: [String: Table]

  func plan(named name: String, at span: SourceSpan) throws(Diagnostic) -> Plan {
    guard let table = tables[name] else { throw Diagnostic("no value `\(name)`", at: span) }
    return .table(table, name: name)
  }

  func plan(_ pipeline: Pipeline) throws(Diagnostic) -> Plan {
    throw Diagnostic("not a relational pipeline", at: pipeline.span)
  }

  func drawSeed(for call: VerbCall) -> Int { 7 }
}

/// The tables that the examples of the verbs run on.
let exampleTables: [String: Table] = {
  do {
    let days = try Column(.date, [19_905, 19_906, 19_906, 19_910, 19_911, 19_912].map { Value.date($0) })
    let train = Table([
      ("user_id", Column([1, 1, 2, 100, 2, 3] as [Int32])), ("product_id", Column([10, 11, 10, 12, 10, 519_413_018])),
      ("date", days),
    ])
    let test = Table([
      ("user_id", Column([1, 2, 2, 5] as [Int32])), ("product_id", Column([12, 10, 13, 10])),
      ("date", days[2..<6]),
    ])
    let products = Table([
      ("product_id", Column([10, 11, 12, 13])), ("name", Column(["чай", "молоко", "хлеб", "соль"])),
      ("brand", Column(["A", "B", "A", "C"])), ("type", Column(["напиток", "напиток", "еда", "еда"])),
      ("category_id", Column([1, 1, 2, 2] as [Int32])), ("category_name", Column(["n", "n", "e", "e"])),
    ])
    let moments = try Column(
      .datetime(.nanoseconds), (0..<5).map { Value.datetime(Int64($0) * 1_000_000_000, .nanoseconds) })
    let actions = Table([
      ("user_id", Column([1, 1, 2, 2, 3] as [Int32])), ("timestamp", moments),
      ("action_type", Column(["view", "search", "view", "view", "to_cart"])),
      ("widget_name", Column(["w", "w", "x", "x", "y"])),
      ("search_query", Column([nil, "чай", nil, nil, nil])),
      ("product_id", Column([10, nil, 11, 10, nil] as [Double?])),
      ("page_product_id", Column([nil, nil, 11, 12, 10] as [Double?])),
    ])
    return ["train": train, "test": test, "products": products, "actions": actions]
  } catch {
    return [:]
  }
}()

/// The last statement's table and the notes of making it.
func run(
  _ code: String, on tables: [String: Table] = exampleTables
) throws(Diagnostic) -> (table: Table, notes: [String]) {
  guard let statement = try parse(code).last, case .evaluation(_, let pipeline) = statement.body else {
    throw Diagnostic("no pipeline")
  }
  let context = PlanningContext(
    catalog: TestCatalog(tables: tables), environment: Environment(), verbs: relationalVerbs)
  let (table, report) = try execute(try context.plan(pipeline))
  return (table, context.notes + report.notes)
}

/// The table as text, a line a row, then the notes.
func listing(_ code: String, on tables: [String: Table] = exampleTables) -> String {
  do {
    let (table, notes) = try run(code, on: tables)
    var lines = [table.schema.summary]
    for row in 0..<table.rowCount { lines.append(table.row(row).map(\.description).joined(separator: " · ")) }
    return (lines + notes.map { "– " + $0 }).joined(separator: "\n")
  } catch {
    return "error: " + transcript(error)
  }
}
