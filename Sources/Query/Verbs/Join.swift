import Diagnostics
import Tables

extension RelationalVerb {
  static let join = joining(
    "join", .inner, "joins each row with the matching rows of another table",
    discussion: """
      Drops rows without a match (`left_join` keeps them). Repeats a row with several matches; a note says where keys \
      repeat in both tables. A key with the same name in both tables becomes one column. Other columns of the same \
      name get `_right`. Null matches nothing. The order is that of the left table.

      Comparisons may follow the keys: `start <= day, day < end`. One side names a column of this table, the other \
      side a column of the other table. A name that both tables have means this table on the left of the sign.
      """,
    examples: [
      Example("train | join products on product_id", "with the product's name beside each order"),
      Example("train | join (products | select product_id, name) on product_id", "with one column of it"),
      Example(
        "train | join (test | rename buyer = user_id) on user_id == buyer, product_id", "keys of different names"),
      Example("train | join (test | rename later = date) on user_id, date < later | head 3", "every later order"),
    ])

  static let leftJoin = joining(
    "left_join", .left, "joins each row with the matching rows of another table, or with nulls",
    examples: [Example("train | left_join products on product_id", "keeps orders of unknown products")])

  static let fullJoin = joining(
    "full_join", .full, "joins two tables and keeps the rows of both, with nulls where there is no match",
    examples: [Example("train | full_join products on product_id", "products nobody bought are there too")])

  static let semiJoin = joining(
    "semi_join", .semi, "keeps the rows that have a match in another table",
    examples: [Example("test | semi_join train on user_id", "users that were there before")])

  static let antiJoin = joining(
    "anti_join", .anti, "keeps the rows that have no match in another table",
    examples: [Example("test | anti_join train on user_id", "new users")])

  static let crossJoin = onTable(
    VerbDeclaration(
      "cross_join", summary: "combines each row with every row of another table", arguments: .tables(1...1),
      examples: [Example("(train | unique user_id) | cross_join (products | head 2)", "all pairs")])
  ) { (call, input, context) throws(Diagnostic) in
    .join(input, try call.otherTable(context), JoinDescription(.cross, keys: [], span: call.span))
  }

  private static func joining(
    _ name: String, _ kind: JoinDescription.Kind, _ summary: String, discussion: String = "", examples: [Example]
  ) -> RelationalVerb {
    onTable(
      VerbDeclaration(
        name, summary: summary, discussion: discussion,
        arguments: .tables(1...1),
        clauses: [
          Clause(
            "on", .joinConditions, isRequired: true,
            "the columns to compare: `on a`, `on left == right` for different names, `on start <= day`")
        ],
        keepsColumns: kind == .semi || kind == .anti, examples: examples)
    ) { (call, input, context) throws(Diagnostic) in
      let other = try call.otherTable(context)
      let keys = try call.joinKeys(input.schema, other.schema, leftTable: context.table)
      let comparisons = try call.joinComparisons(input.schema, other.schema, leftTable: context.table)
      return .join(input, other, JoinDescription(kind, keys: keys, comparisons: comparisons, span: call.span))
    }
  }
}

extension VerbCall {
  func otherTable(_ context: PlanningContext) throws(Diagnostic) -> Plan {
    guard case .table(let pipeline)? = arguments.first else { throw .fault("`\(name)` without a table") }
    return try context.plan(pipeline)
  }

  /// The name of the other table; nil if it is a pipeline.
  var otherName: String? {
    guard case .table(let pipeline)? = arguments.first, case .name(let name) = pipeline.head else { return nil }
    return pipeline.stages.isEmpty ? name.name : nil
  }

  func joinKeys(
    _ left: Schema, _ right: Schema, leftTable: String?, clause: String = "on"
  ) throws(Diagnostic) -> [JoinDescription.Key] {
    var keys: [JoinDescription.Key] = []
    for argument in clauses[clause] ?? [] {
      guard case .joinKey(let leftName, let rightName) = argument, case .name(let leftKey) = leftName.node,
        case .name(let rightKey) = rightName.node
      else { continue }
      let leftIndex = try left.requireIndex(of: leftKey, in: leftTable, at: leftName.span)
      let rightIndex = try right.requireIndex(of: rightKey, in: otherName ?? "the other table", at: rightName.span)
      let types = (left[leftIndex].type, right[rightIndex].type)
      guard types.0.isComparable(with: types.1) else {
        throw Diagnostic(
          "keys of type \(types.0) and \(types.1) cannot be equal", at: leftName.span,
          label: leftName.span == rightName.span ? "\(types.0) here, \(types.1) there" : "\(types.0)",
          hint: types.0 == .string || types.1 == .string
            ? "cast one of them first: `with \(leftKey) = cast(\(leftKey), \(types.1))`"
            : DataType.zoneHint((types.0, leftKey), (types.1, rightKey))
        ).labelling(leftName.span == rightName.span ? nil : rightName.span, "\(types.1)")
      }
      keys.append(JoinDescription.Key(left: leftIndex, right: rightIndex))
    }
    return keys
  }
}
