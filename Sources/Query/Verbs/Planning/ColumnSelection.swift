import Diagnostics
import Tables

// `columns(f64)` and `columns("price_.*")` select several columns. They are expanded before a verb is planned: to one
// name per column, or, inside an expression, to one expression per column.

extension Expression {
  /// Whether it is only `columns(…)`.
  var isColumnSelection: Bool {
    if case .call(let function, _, nil) = node { function.name == Keyword.columns } else { false }
  }

  /// All `columns(…)` in the expression.
  fileprivate var columnSelections: [Expression] {
    isColumnSelection ? [self] : children.flatMap(\.columnSelections)
  }

  /// The expression with every `columns(…)` replaced by one column.
  fileprivate func choosing(_ column: String) -> Expression {
    if isColumnSelection { return Expression(.name(column), span) }
    return mappingChildren { $0.choosing(column) }
  }
}

extension VerbCall {
  /// The call with every `columns(…)` expanded to columns of a table.
  func writingOutColumns(of schema: Schema) throws(Diagnostic) -> VerbCall {
    var call = self
    call.arguments = try arguments.writingOutColumns(of: schema)
    for (keyword, own) in clauses { call.clauses[keyword] = try own.writingOutColumns(of: schema) }
    return call
  }
}

extension [Argument] {
  fileprivate func writingOutColumns(of schema: Schema) throws(Diagnostic) -> [Argument] {
    var result: [Argument] = []
    for argument in self {
      switch argument {
      case .expression(let expression) where expression.isColumnSelection:
        for name in try schema.names(chosenBy: expression) { result.append(.expression(expression.choosing(name))) }
      case .assignment(nil, let expression) where !expression.columnSelections.isEmpty:
        for name in try expression.chosenNames(of: schema) {
          let own = expression.choosing(name)
          let isAlone = expression.isColumnSelection
          result.append(.assignment(isAlone ? nil : Identifier(name, expression.span), own))
        }
      case .assignment(let name?, let expression):
        if let selection = expression.columnSelections.first {
          throw Diagnostic(
            "one name for several columns", at: name.span, label: "for all columns of `\(selection.span.text)`",
            hint: "leave the name out: each column keeps its own")
        }
        result.append(argument)
      case .assignments(let columns, let value):
        for name in try schema.names(chosenBy: columns) {
          result.append(.assignment(Identifier(name, columns.span), value))
        }
      case .sortKey(let key) where key.expression.isColumnSelection:
        for name in try schema.names(chosenBy: key.expression) {
          result.append(.sortKey(SortKey(key.expression.choosing(name), isDescending: key.isDescending)))
        }
      default: result.append(argument)
      }
    }
    return result
  }
}

extension Expression {
  /// The columns that `columns(…)` selects. If it occurs several times, all must select the same columns.
  fileprivate func chosenNames(of schema: Schema) throws(Diagnostic) -> [String] {
    var found: [String]?
    for selection in columnSelections {
      let names = try schema.names(chosenBy: selection)
      if let found, found != names {
        throw Diagnostic(
          "the `columns(…)` of one expression select different columns", at: selection.span,
          label: "selects other columns")
      }
      found = names
    }
    return found ?? []
  }
}

extension Schema {
  /// The columns of a type, or those whose whole name matches a regular expression.
  fileprivate func names(chosenBy selection: Expression) throws(Diagnostic) -> [String] {
    guard case .call(_, let arguments, _) = selection.node, arguments.count == 1 else {
      throw Diagnostic(
        "`columns` takes a type, or a pattern for names in quotes", at: selection.span,
        hint: "`columns(f64)`, `columns(\"price_.*\")`")
    }
    let found: [String]
    switch arguments[0].node {
    case .literal(.text(let text)):
      let pattern = try Pattern(text, at: arguments[0].span, isWhole: true)
      let matcher = try Pattern.Matcher(pattern)
      var fitting: [String] = []
      for name in names {
        let fits = try located(at: arguments[0].span) { () throws(Diagnostic) in
          try matcher.matches(Buffer(Array(name.utf8)))
        }
        if fits { fitting.append(name) }
      }
      found = fitting
    case .name(let written):
      guard let type = DataType(named: written) else {
        if let unknown = DataType.unknownZone(in: written) { throw unknown.located(at: arguments[0].span) }
        throw Diagnostic(
          "no type `\(written)`", at: arguments[0].span,
          label: didYouMean(written, among: DataType.simpleTypes.map(\.description)) ?? "",
          hint: "write a pattern for names in quotes: `columns(\"\(written).*\")`")
      }
      found = fields.filter { $0.type == type }.map(\.name)
    default:
      throw Diagnostic(
        "`columns` takes a type, or a pattern for names in quotes", at: arguments[0].span,
        hint: "`columns(f64)`, `columns(\"price_.*\")`")
    }
    guard !found.isEmpty else {
      throw Diagnostic(
        "`\(selection.span.text)` matches no column", at: selection.span, notes: ["columns: " + summary])
    }
    return found
  }
}
