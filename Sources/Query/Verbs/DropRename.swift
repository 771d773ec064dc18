import Diagnostics
import Tables

extension RelationalVerb {
  static let drop = onTable(
    VerbDeclaration(
      "drop", summary: "removes columns", arguments: .columns(1...Int.max),
      examples: [
        Example("actions | drop page_product_id, widget_name", "all but two"),
        Example("actions | drop columns(\"page_.*\") | head 3", "by a pattern for their names"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    let dropped = Set(try context.indices(of: call.names, in: input))
    guard dropped.count < input.schema.count else {
      throw Diagnostic("no column would be left", at: call.span, hint: "keep at least one")
    }
    return .project(input, input.columns.enumerated().filter { !dropped.contains($0.offset) }.map(\.element))
  }

  static let rename = onTable(
    VerbDeclaration(
      "rename", summary: "renames columns",
      discussion: "All names change at once: `rename a = b, b = a` swaps two columns.", arguments: .renames,
      examples: [Example("products | rename title = name, kind = type", "two new names")])
  ) { (call, input, context) throws(Diagnostic) in
    var columns = input.columns
    var renamed: [OutputName] = []
    var old: [Identifier] = []
    for (name, expression) in call.assignments() {
      guard let name, case .name(let oldName) = expression.node else { continue }
      renamed.append(OutputName(name))
      old.append(Identifier(oldName, expression.span))
    }
    try requireDistinctNames(renamed)
    let schema = input.schema
    for (new, own) in zip(renamed, old)
    where schema.index(of: own.name) == nil && schema.index(of: new.name) != nil {
      throw Diagnostic(
        "no column `\(own.name)`, but there is a column `\(new.name)`", at: own.span,
        hint: "the new name comes first: `rename \(Spelling.name(own.name)) = \(Spelling.name(new.name))`")
    }
    let indices = try context.indices(of: old, in: input)
    for (index, new) in zip(indices, renamed) { columns[index] = NamedExpression(new.name, columns[index].expression) }
    var counts: [String: Int] = [:]
    for column in columns { counts[column.name, default: 0] += 1 }
    for new in renamed where counts[new.name, default: 0] > 1 {
      throw Diagnostic("there is a column `\(new.name)` already", at: new.span, hint: "drop or rename that one too")
    }
    return .project(input, columns)
  }
}
