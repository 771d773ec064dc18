import Diagnostics
import Parallelism
import RandomNumbers
import Tables

extension RelationalVerb {
  static let sample = onTable(
    VerbDeclaration(
      "sample", summary: "rows drawn at random, or all rows of keys drawn at random",
      discussion: """
        The rows are the beginning of numpy's `RandomState(seed).permutation(rows)`, in that order. A fraction is \
        rounded to the nearest whole number, halves to the even one. With `by=` whole groups are drawn, as numbered in \
        order of first appearance, and their rows stay in the order of the table. Without a seed one is drawn and said.
        """,
      arguments: .values(names: ["rows"], required: 0),
      options: [
        Option("fraction", .real(0...1), "the part of the rows, or of the groups"),
        Option("by", .columns, "draw whole groups of rows with the same values here"),
        Option("seed", .integer(0...Int(UInt32.max)), "where the random numbers start"),
      ],
      examples: [
        Example("train | sample 3 seed=0", "three rows"),
        Example("train | sample fraction=0.5 by=user_id seed=0", "all orders of half the users"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    .operation(input, drawing(try Sample(call, input.schema, context), from: input.schema))
  }

  private static func drawing(_ sample: Sample, from schema: Schema) -> TableOperation {
    var operation =
      if sample.columns.isEmpty {
        TableOperation("sample", detail: sample.detail, schema: schema, choosing: sample.rows)
      } else {
        TableOperation("sample", detail: sample.detail, schema: schema) { (table) throws(Diagnostic) in
          try sample.groups(of: table)
        }
      }
    if !sample.columns.isEmpty {
      operation.chosenGroups = TableOperation.GroupChoice(columns: sample.columns, choose: sample.groups(among:))
    }
    operation.reduced = TableOperation.Reduction(ownColumns: Set(sample.columns), carried: schema.inPlace()) { kept in
      var own = sample
      own.columns = sample.columns.compactMap { kept.firstIndex(of: $0) }
      return drawing(own, from: schema.choosing(kept))
    }
    return operation
  }
}

/// What to draw, and from where in the random numbers.
private struct Sample {
  enum Size {
    case count(Int)
    case fraction(Double)
  }

  let size: Size
  /// The keys of `by=`, by position.
  var columns: [Int]
  let seed: Int
  let detail: String

  init(_ call: VerbCall, _ schema: Schema, _ context: PlanningContext) throws(Diagnostic) {
    var detail: [String] = []
    let by =
      try call.columns("by").map { (names) throws(Diagnostic) in try schema.indices(of: names, in: context.table) }
      ?? []
    switch (call.expressions.first, call.value("fraction")) {
    case (let rows?, nil):
      let count = try context.wholeNumber(rows, for: "the number of rows of `sample`")
      guard count >= 0 else { throw Diagnostic("`sample` takes no negative number of rows", at: rows.span) }
      size = .count(count)
      detail.append("\(count) \(by.isEmpty ? "rows" : "groups")")
    case (nil, let fraction?):
      let value = try context.number(fraction, for: "`fraction=`")
      guard (0...1).contains(value) else {
        throw Diagnostic("`fraction=` is a number from 0 to 1, found \(fraction.span.text)", at: fraction.span)
      }
      size = .fraction(value)
      detail.append("fraction \(value)")
    case (_?, let fraction?):
      throw Diagnostic("`sample` takes a number of rows or `fraction=`, not both", at: fraction.span)
    case (nil, nil):
      throw Diagnostic("`sample` needs a number of rows", at: call.span, hint: "`sample 1000`, `sample fraction=0.01`")
    }
    columns = by
    if !by.isEmpty { detail.append("by " + by.map { schema[$0].name }.joined(separator: ", ")) }
    if let value = call.value("seed") {
      seed = try context.wholeNumber(value, for: "`seed=`")
      guard UInt32(exactly: seed) != nil else {
        throw Diagnostic("`seed=` is a whole number from 0 to \(UInt32.max), found \(seed)", at: value.span)
      }
    } else {
      seed = context.drawSeed(for: call)
    }
    detail.append("seed \(seed)")
    self.detail = detail.joined(separator: ", ")
  }

  /// The numbers of the rows drawn.
  @Sendable func rows(among count: Int) throws(Diagnostic) -> (rows: [UInt32], notes: [String]) {
    try positions(among: count, "rows")
  }

  /// The numbers of the groups drawn.
  @Sendable func groups(among count: Int) throws(Diagnostic) -> (groups: [UInt32], notes: [String]) {
    let (groups, notes) = try positions(among: count, "groups")
    return (groups, notes)
  }

  /// The rows of the groups drawn.
  func groups(of table: Table) throws(Diagnostic) -> (table: Table, notes: [String]) {
    let grouping = try Grouping(by: columns.map { table.columns[$0] }, count: table.rowCount, finding: .groupOfRow)
    let (groups, notes) = try self.groups(among: grouping.groupCount)
    var isDrawn = [Bool](repeating: false, count: grouping.groupCount)
    for group in groups { isDrawn[Int(group)] = true }
    let drawn = isDrawn
    let rows = try Bitmap.ofRows(table.rowCount) { drawn[Int(grouping.groupOfRow[$0])] }
    return (try Tables.filter(table, rows), notes)
  }

  /// The beginning of a permutation.
  private func positions(
    among count: Int, _ what: String
  ) throws(Diagnostic) -> (rows: [UInt32], notes: [String]) {
    var random = RandomState(seed: UInt32(truncatingIfNeeded: seed))
    var notes: [String] = []
    let wanted: Int
    switch size {
    case .count(let number): wanted = number
    case .fraction(let fraction): wanted = Int((fraction * Double(count)).rounded(.toNearestOrEven))
    }
    if wanted > count { notes.append("sample: \(grouped(wanted)) \(what) were asked for, there are \(grouped(count))") }
    let cancellation = Cancellation.current
    let drawn = try random.permutation(count, prefix: wanted) { () throws(Diagnostic) in try cancellation.check() }
    return (drawn, notes)
  }
}
