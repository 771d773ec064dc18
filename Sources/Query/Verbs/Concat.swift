import Diagnostics
import Tables

extension RelationalVerb {
  static let concat = onTable(
    VerbDeclaration(
      "concat", summary: "the rows of several tables, one after another",
      discussion: "Columns go together by name; the first table's order stays. Types must be the same.",
      arguments: .tables(1...Int.max),
      examples: [Example("train | concat test", "both months")])
  ) { (call, input, context) throws(Diagnostic) in
    let schema = input.schema
    var inputs = [input]
    for argument in call.arguments {
      guard case .table(let pipeline) = argument else { continue }
      let other = try context.plan(pipeline)
      if let extra = other.schema.names.first(where: { schema.index(of: $0) == nil }) {
        throw Diagnostic(
          "only one table has a column `\(extra)`", at: pipeline.span, label: "has it",
          notes: ["the first: " + schema.summary, "the other: " + other.schema.summary])
      }
      var columns: [NamedExpression] = []
      for field in schema.fields {
        guard let index = other.schema.index(of: field.name) else {
          throw Diagnostic(
            "only one table has a column `\(field.name)`", at: pipeline.span, label: "lacks it",
            notes: ["the first: " + schema.summary, "the other: " + other.schema.summary])
        }
        let found = other.schema[index]
        guard found.type == field.type || found.type == .null else {
          let name = Spelling.name(field.name)
          throw Diagnostic(
            "`\(field.name)` is \(field.type) in the first table and \(found.type) here", at: pipeline.span,
            label: "\(found.type)", hint: "`with \(name) = cast(\(name), \(field.type))` before")
        }
        columns.append(NamedExpression(field.name, .column(index, found).cast(to: field.type)))
      }
      inputs.append(other.schema == schema ? other : .project(other, columns))
    }
    return .concatenate(inputs)
  }
}
