import Diagnostics
import Tables

extension RelationalVerb {
  static let sort = onTable(
    VerbDeclaration(
      "sort", synonyms: ["order_by", "arrange"], summary: "put the rows in order",
      discussion: "Ascending unless `desc` follows; rows that are equal keep their order; null comes last either way.",
      arguments: .sortKeys,
      keepsColumns: true,
      examples: [
        Example("train | sort user_id, date desc", "each user's latest first"),
        Example("products | sort length(name) desc | head 3", "by a computed value"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    var keys: [BoundSortKey] = []
    for argument in call.arguments {
      guard case .sortKey(let key) = argument else { continue }
      let bound = try context.bind(key.expression, to: input.schema)
      context.noteQuotedColumn(key.expression, input.schema)
      keys.append(BoundSortKey(bound, isDescending: key.isDescending))
    }
    return .sort(input, keys)
  }
}
