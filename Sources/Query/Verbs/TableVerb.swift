import Diagnostics
import Tables

extension RelationalVerb {
  static let table = RelationalVerb(
    VerbDeclaration(
      "table", summary: "makes a small table from values, column by column",
      discussion: "A column is a list. A single value is repeated in every row.",
      arguments: .assignments(1...Int.max), isSource: true,
      examples: [
        Example("table product_id = [1, 2], name = [\"tea\", \"milk\"]", "two rows"),
        Example("table day = [date(2024, 7, 1), null], weight = 0.5", "dates, a null, the same weight in both rows"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    var constants: [(name: String, span: SourceSpan, constant: Constant)] = []
    for (name, expression) in call.assignments() {
      let constant = try context.evaluate(expression)
      constants.append((name?.name ?? expression.columnName, name?.span ?? expression.span, constant))
    }
    try requireDistinctNames(call.assignments().map { OutputName(nil, $0) })
    let lists = constants.compactMap { column in
      if case .list(let elements) = column.constant { (span: column.span, elements: elements) } else { nil }
    }
    let rowCount = lists.first?.elements.count ?? 1
    if let first = lists.first, let other = lists.first(where: { $0.elements.count != rowCount }) {
      throw Diagnostic(
        "columns of different lengths", at: other.span, label: "\(other.elements.count) values"
      ).labelling(first.span, "\(rowCount) values")
    }
    let columns = try constants.map { (column) throws(Diagnostic) in
      switch column.constant {
      case .list(let elements): elements
      case .scalar(let value, let type): try Column(repeating: value, type, count: rowCount)
      }
    }
    let schema = Schema(zip(constants, columns).map { Field($0.name, $1.type) })
    return .table(Table(schema, columns, rowCount: rowCount), name: "table")
  }
}
