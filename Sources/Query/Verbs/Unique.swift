import Diagnostics
import Tables

extension RelationalVerb {
  static let unique = onTable(
    VerbDeclaration(
      "unique", summary: "one row of those that are equal",
      discussion: """
        Equal in the columns named, or in all. `keep=none` drops every row that has an equal. The rows stay in order.
        """,
      arguments: .columns(0...Int.max),
      options: [Option("keep", .word(DuplicatePolicy.allCases.map(\.rawValue)), default: "first", "which one stays")],
      keepsColumns: true,
      examples: [
        Example("train | unique", "without repeats"),
        Example("train | sort date | unique user_id keep=last", "every user's latest order"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    let named = try context.indices(of: call.names, in: input)
    let keep = call.word("keep").flatMap(DuplicatePolicy.init) ?? .first
    return .distinct(input, columns: named.isEmpty ? Array(input.schema.fields.indices) : named, keep: keep)
  }
}
