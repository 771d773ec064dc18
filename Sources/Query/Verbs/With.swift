import Diagnostics
import Tables

extension RelationalVerb {
  static let with = onTable(
    VerbDeclaration(
      "with", synonyms: ["mutate", "with_columns", "extend"], summary: "adds columns, or replaces some",
      discussion: """
        A later column can use an earlier one. An aggregate is computed over the whole table, or over the group that \
        `over` names.
        """,
      arguments: .assignments(1...Int.max),
      examples: [
        Example("train | with day = weekday(date), is_weekend = day >= 6", "the second uses the first"),
        Example("train | with orders = len() over user_id", "how many rows the user has, beside each"),
        Example("actions | with product_id = cast(product_id, i64)", "replaces a column"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    let assignments = call.assignments()
    try requireDistinctNames(assignments.map { OutputName(nil, $0) })
    var plan = input
    // One projection computes all new columns that do not use each other.
    var columns = plan.columns
    var schema = plan.schema
    var fresh = Fresh()
    var chained = 0
    for assignment in assignments {
      // The schema is rebuilt only for an expression that may use a new column.
      if fresh.mayBeNamed(in: assignment.expression) || !schema.holdsNames(of: assignment.expression) {
        schema = Schema(columns.map { Field($0.name, $0.expression.type) })
        fresh.isInSchema = true
      }
      let new = try context.bind(assignment, to: schema)
      if assignment.name == nil { context.noteQuotedColumn(assignment.expression, schema) }
      if !new.expression.columnIndices.isDisjoint(with: fresh.columns) {
        chained += 1
        // Each projection adds one level to the plan, and recursive walks of the plan need stack for it.
        guard chained <= Parser.chainLimit else {
          throw Diagnostic(
            "more than \(Parser.chainLimit) columns in a chain, each computed from an earlier one",
            at: assignment.expression.span,
            hint: "name a part: `x = … | with …`, then `x | with …`")
        }
        plan = .project(plan, columns)
        columns = plan.columns
        fresh = Fresh()
      }
      let place = fresh.place(of: new.name) ?? schema.index(of: new.name)
      fresh.add(new.name, at: place ?? columns.count)
      if let place { columns[place] = new } else { columns.append(new) }
    }
    return .project(plan, columns)
  }
}

/// The columns of a projection that are new or replaced.
private struct Fresh {
  private(set) var columns: Set<Int> = []
  private var places: [[UInt8]: Int] = [:]
  /// Whether the current schema contains all of them.
  var isInSchema = true

  func place(of name: String) -> Int? { places[Array(name.utf8)] }

  mutating func add(_ name: String, at place: Int) {
    columns.insert(place)
    places[Array(name.utf8)] = place
    isInSchema = false
  }

  func mayBeNamed(in expression: Expression) -> Bool {
    !isInSchema && expression.columnNames.contains { place(of: $0) != nil }
  }
}

extension Schema {
  /// Whether the schema has all columns that an expression names.
  fileprivate func holdsNames(of expression: Expression) -> Bool {
    expression.columnNames.allSatisfy { index(of: $0) != nil }
  }
}
