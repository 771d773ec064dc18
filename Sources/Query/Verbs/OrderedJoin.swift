import Diagnostics
import Tables

private struct AsofOptions: VerbOptions {
  var direction = NearestDirection.backward
  var within: Value?

  static let declared: [VerbOption<Self>] = [
    .word(
      "direction", \.direction, "which row to take: `backward` (at or before), `forward` (at or after) or `nearest`"),
    .value("within", \.within, "the greatest distance: a number, or a duration such as `\"7d\"`"),
  ]
}

extension RelationalVerb {
  static let asofJoin = onTable(
    VerbDeclaration(
      "asof_join", summary: "joins each row with the nearest earlier row of another table",
      discussion: """
        `on` names the columns that must be equal, `by` the column by which the nearest row is found (`by a == b` if \
        the names differ). A row with the same value counts as nearest; of several such rows the last one is taken. \
        All rows of this table are kept, with nulls where there is no match. The tables need not be sorted. With \
        `direction=nearest`, the later of two rows at the same distance is taken. If both `by` columns have the same \
        name, the other table's column is left out; rename it to see which row was found.
        """,
      arguments: .tables(1...1),
      clauses: [
        Clause(
          "on", .joinKeys, isRequired: false,
          "the columns to compare: `on a`, or `on left == right` for different names"),
        Clause("by", .joinKey, isRequired: true, "the column by which the nearest row is found"),
      ],
      examples: [
        Example(
          "actions | asof_join (train | rename timestamp = date) on user_id by timestamp | head 3",
          "the last order before each action"),
        Example(
          "train | asof_join (test | rename later = date) on user_id by date == later direction=forward within=\"30d\" | head 3",
          "the next order within thirty days"),
      ]),
    AsofOptions.self
  ) { (call, options, input, context) throws(Diagnostic) in
    let other = try call.otherTable(context)
    let keys = try call.joinKeys(input.schema, other.schema, leftTable: context.table)
    guard
      let nearest = try call.joinKeys(input.schema, other.schema, leftTable: context.table, clause: "by").first,
      case .joinKey(let written, let writtenRight)? = call.clauses["by"]?.first
    else { throw .fault("`asof_join` without `by`", at: call.span) }
    let (own, found) = (input.schema[nearest.left], other.schema[nearest.right])
    guard !own.type.isNested, let type = DataType.ofOrder(own.type, found.type) else {
      if let hint = DataType.zoneHint((own.type, own.name), (found.type, found.name)) {
        throw Diagnostic(
          "keys of type \(own.type) and \(found.type) have no common order", at: written.span, label: "\(own.type)",
          hint: hint)
      }
      throw Diagnostic("`by` takes a column that has an order, not \(own.type)", at: written.span, label: "\(own.type)")
    }
    let measures = type.isNumeric || type.isTemporal
    if options.direction == .nearest, !measures {
      throw Diagnostic("`direction=nearest` needs numbers or times, not \(type)", at: written.span, label: "\(type)")
    }
    var within: KeyDistance?
    if let distance = options.within {
      within = try KeyDistance(
        BoundExpression.constant(distance, distance.literalType, span: options.span(of: \.within)), along: type,
        of: "`within`", at: options.span(of: \.within) ?? call.span)
    }
    return .join(
      input, other,
      JoinDescription(
        .asof, keys: keys,
        nearest: JoinDescription.Nearest(
          nearest, options.direction, within: within,
          isShownOnce: own.name == found.name && written.span == writtenRight.span),
        span: call.span))
  }
}

extension VerbCall {
  /// The comparisons after `on`. A name that only one table has may be on either side of the sign. A name that both
  /// tables have means the left table on the left side and the right table on the right side.
  func joinComparisons(
    _ left: Schema, _ right: Schema, leftTable: String?
  ) throws(Diagnostic) -> [JoinDescription.Comparison] {
    var comparisons: [JoinDescription.Comparison] = []
    for argument in clauses["on"] ?? [] {
      guard case .joinComparison(let first, let sign, let second) = argument, case .name(let one) = first.node,
        case .name(let other) = second.node, let own = OrderComparison.Sign(rawValue: sign.rawValue)
      else { continue }
      let isTurned =
        left.index(of: one) == nil && right.index(of: one) != nil
        || right.index(of: other) == nil
          && left.index(of: other) != nil && right.index(of: one) != nil
      let (leftName, rightName) = isTurned ? (second, first) : (first, second)
      let (leftKey, rightKey) = isTurned ? (other, one) : (one, other)
      if left.index(of: leftKey) != nil, right.index(of: rightKey) == nil, left.index(of: rightKey) != nil {
        throw Diagnostic(
          "`\(one)` and `\(other)` are both columns of \(leftTable.map { "`\($0)`" } ?? "this table")",
          at: first.span.union(second.span),
          hint:
            "compare with a column of the other table here; rows by themselves: `filter \(one) \(sign.rawValue) \(other)`"
        )
      }
      let leftIndex = try left.requireIndex(of: leftKey, in: leftTable, at: leftName.span)
      let rightIndex = try right.requireIndex(of: rightKey, in: otherName ?? "the other table", at: rightName.span)
      let types = (left[leftIndex].type, right[rightIndex].type)
      guard types.0.isComparable(with: types.1), !types.0.isNested else {
        throw Diagnostic(
          "keys of type \(types.0) and \(types.1) have no common order", at: leftName.span, label: "\(types.0)",
          hint: DataType.zoneHint((types.0, leftKey), (types.1, rightKey))
        ).labelling(rightName.span, "\(types.1)")
      }
      comparisons.append(
        JoinDescription.Comparison(left: leftIndex, isTurned ? own.mirrored : own, right: rightIndex))
    }
    return comparisons
  }
}
