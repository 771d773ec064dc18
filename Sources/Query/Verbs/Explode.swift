import Diagnostics
import Tables

private struct ExplodeOptions: VerbOptions {
  enum Kept: String, CaseIterable {
    case empty
  }

  var keep: Kept?

  static let declared: [VerbOption<Self>] = [.word("keep", \.keep, "keep rows without elements")]
}

extension RelationalVerb {
  static let explode = onTable(
    VerbDeclaration(
      "explode", summary: "makes a row of each element of a list column",
      discussion: """
        Drops rows whose list is empty or null, and a note counts them. `keep=empty` keeps them, with null in the \
        column.
        """,
      arguments: .columns(1...1),
      examples: [
        Example("train | group_by user_id agg ids = unique(product_id) | explode ids", "there and back")
      ]), ExplodeOptions.self
  ) { (call, options, input, context) throws(Diagnostic) in
    let index = try context.indices(of: call.names, in: input)[0]
    guard case .list(let element) = input.schema[index].type else {
      throw Diagnostic(
        "`explode` takes a list column, `\(input.schema[index].name)` is \(input.schema[index].type)",
        at: call.names[0].span, label: "\(input.schema[index].type)")
    }
    var fields = input.schema.fields
    fields[index].type = element
    return .operation(
      input, ExplodeList(schema: Schema(fields), column: index, keepsEmpty: options.keep == .empty))
  }

  static let unnest = onTable(
    VerbDeclaration(
      "unnest", summary: "makes columns of the fields of a struct", arguments: .columns(1...1),
      examples: [
        Example(
          "train | group_by user_id agg ids = list(product_id), days = list(date) "
            + "| with last = list_last(list_zip(ids, days)) | unnest last", "each user's last product and its day")
      ])
  ) { (call, input, context) throws(Diagnostic) in
    let schema = input.schema
    let index = try context.indices(of: call.names, in: input)[0]
    let span = call.names[0].span
    guard case .structure(let fields) = schema[index].type else {
      throw Diagnostic(
        "`unnest` takes a struct column, `\(schema[index].name)` is \(schema[index].type)", at: span,
        label: "\(schema[index].type)")
    }
    let base = BoundExpression.column(index, schema[index], span: span)
    var columns = input.columns
    columns.replaceSubrange(
      index...index,
      with: fields.enumerated().map { position, field in
        NamedExpression(field.name, BoundExpression(.field(base, position, name: field.name), field.type, span: span))
      })
    if let clash = Schema(columns.map { Field($0.name, $0.expression.type) }).firstRepeatedName {
      throw Diagnostic(
        "two columns would be named `\(clash)`", at: span,
        hint: "rename the other first: `rename other = \(Spelling.name(clash))`")
    }
    return .project(input, columns)
  }
}
