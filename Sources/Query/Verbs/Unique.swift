import Diagnostics
import Tables

private struct UniqueOptions: VerbOptions {
  var keep = DuplicatePolicy.first

  static let declared: [VerbOption<Self>] = [.word("keep", \.keep, "which of the equal rows to keep")]
}

extension RelationalVerb {
  static let unique = onTable(
    VerbDeclaration(
      "unique", summary: "removes duplicate rows",
      discussion: """
        Compares the columns named, or all. `keep=none` drops every row that has a duplicate. The order of the rows stays.
        """,
      arguments: .columns(0...Int.max),
      keepsColumns: true,
      examples: [
        Example("train | unique", "without repeats"),
        Example("train | sort date | unique user_id keep=last", "every user's latest order"),
      ]), UniqueOptions.self
  ) { (call, options, input, context) throws(Diagnostic) in
    let named = try context.indices(of: call.names, in: input)
    return .distinct(
      input, columns: named.isEmpty ? Array(input.schema.fields.indices) : named, keep: options.keep)
  }
}
