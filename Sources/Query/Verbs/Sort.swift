import Diagnostics
import Tables

extension RelationalVerb {
  static let sort = onTable(
    VerbDeclaration(
      "sort", synonyms: ["order_by", "arrange"], summary: "sorts the rows",
      discussion:
        "Ascending; write `desc` after a column for descending. Equal rows keep their order. Nulls come last in both directions.",
      arguments: .sortKeys,
      keepsColumns: true,
      examples: [
        Example("train | sort user_id, date desc", "each user's latest first"),
        Example("products | sort length(name) desc | head 3", "by a computed value"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    let schema = input.schema
    var keys: [BoundSortKey] = []
    for argument in call.arguments {
      guard case .sortKey(let key) = argument else { continue }
      let bound = try context.bind(key.expression, to: schema)
      context.noteQuotedColumn(key.expression, schema)
      keys.append(BoundSortKey(bound, isDescending: key.isDescending))
    }
    return .sort(input, keys)
  }
}
