import Diagnostics
import Tables

extension RelationalVerb {
  static let head = onTable(
    VerbDeclaration(
      "head", synonyms: ["limit", "take"], summary: "keeps the first rows",
      discussion: "10 rows by default. A negative number leaves out that many rows at the end.",
      arguments: .values(names: ["rows"], required: 0),
      keepsColumns: true,
      examples: [
        Example("train | sort date desc | head 3", "the three latest orders"), Example("train | head", "ten rows"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    let count = try call.rowCount(default: 10, context)
    if count >= 0 { return .slice(input, offset: 0, count: count) }
    return .operation(input, DropLast(schema: input.schema, count: count.magnitude))
  }

  static let tail = onTable(
    VerbDeclaration(
      "tail", summary: "keeps the last rows",
      discussion: "10 rows by default. A negative number leaves out that many rows at the start.",
      arguments: .values(names: ["rows"], required: 0),
      keepsColumns: true,
      examples: [Example("train | sort date | tail 3", "the three latest orders, the last one last")])
  ) { (call, input, context) throws(Diagnostic) in
    let count = try call.rowCount(default: 10, context)
    if count == 0 { return .slice(input, offset: 0, count: 0) }
    return .slice(input, offset: count > 0 ? -count : Int(count.magnitude.clamped), count: nil)
  }

  static let slice = onTable(
    VerbDeclaration(
      "slice", summary: "keeps consecutive rows from any position",
      discussion:
        "The first number is the position of the first row, counted from 0, or from the end if it is negative. The second is the number of rows; by default all that follow.",
      arguments: .values(names: ["offset", "rows"], required: 1),
      keepsColumns: true,
      examples: [
        Example("train | slice 2, 3", "the third row and two more"), Example("train | slice -2", "the last two"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    guard let first = call.expressions.first else { throw .fault("`slice` without an offset") }
    let offset = try context.wholeNumber(first, for: "where `slice` starts")
    guard call.expressions.count > 1 else { return .slice(input, offset: offset, count: nil) }
    let count = try context.wholeNumber(call.expressions[1], for: "how many rows `slice` takes")
    guard count >= 0 else {
      throw Diagnostic("`slice` takes no negative number of rows", at: call.expressions[1].span)
    }
    return .slice(input, offset: offset, count: count)
  }
}

extension VerbCall {
  fileprivate func rowCount(default count: Int, _ context: PlanningContext) throws(Diagnostic) -> Int {
    guard let expression = expressions.first else { return count }
    return try context.wholeNumber(expression, for: "the number of rows of `\(name)`")
  }
}

extension UInt {
  fileprivate var clamped: UInt { Swift.min(self, UInt(Int.max)) }
}
