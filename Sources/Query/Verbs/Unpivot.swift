import Diagnostics
import Tables

private struct UnpivotOptions: VerbOptions {
  var name = "variable"
  var value = "value"

  static let declared: [VerbOption<Self>] = [
    .newColumn("name", \.name, "the column of the names"),
    .newColumn("value", \.value, "the column of the values"),
  ]
}

extension RelationalVerb {
  static let unpivot = onTable(
    VerbDeclaration(
      "unpivot", summary: "makes rows of columns: one column for the name, another for the value",
      discussion: "The other columns are repeated. The types of the columns must have a common type.",
      arguments: .columns(1...Int.max),
      examples: [
        Example("products | select product_id, brand, type | unpivot brand, type", "two rows a product"),
        Example("actions | unpivot product_id, page_product_id name=kind value=id", "with names of one's own"),
      ]), UnpivotOptions.self
  ) { (call, options, input, context) throws(Diagnostic) in
    let schema = input.schema
    let melted = try context.indices(of: call.names, in: input)
    let isMelted = Set(melted)
    let kept = schema.fields.indices.filter { !isMelted.contains($0) }
    let types = melted.map { schema[$0].type }
    guard let type = types.reduce(.null, { common, type in common.flatMap { DataType.meeting($0, type) } }) else {
      throw Diagnostic(
        "the columns have no common type", at: call.names[0].span, label: "\(types[0])",
        hint: castsToOneType(melted.map { schema[$0] }).map { "make them one type first: `\($0)`" }
          ?? "lists and structs are unpivoted by themselves",
        notes: zip(call.names, types).map { "\($0.name) \($1)" })
    }
    let result = Schema(kept.map { schema[$0] } + [Field(options.name, .string), Field(options.value, type)])
    if let clash = result.firstRepeatedName {
      throw Diagnostic(
        "two columns would be named `\(clash)`", at: call.span, hint: "`name=` and `value=` choose others")
    }
    return .operation(
      input, UnpivotColumns(input: schema, schema: result, columns: melted, repeatedColumns: kept, span: call.span))
  }
}
