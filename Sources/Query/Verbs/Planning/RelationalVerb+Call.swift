public import Diagnostics
public import Tables

extension RelationalVerb {
  /// A verb that works on a table, the result of the pipeline so far.
  static func onTable(
    _ declaration: VerbDeclaration,
    _ plan: @escaping @Sendable (VerbCall, Plan, PlanningContext) throws(Diagnostic) -> Plan
  ) -> RelationalVerb {
    RelationalVerb(declaration) { (call, input, context) throws(Diagnostic) in
      guard let input else { throw .fault("`\(call.name)` was given no table", at: call.written.span) }
      return try plan(call, input, context)
    }
  }

  /// A verb with options that works on a table.
  static func onTable<Options: VerbOptions>(
    _ declaration: VerbDeclaration, _ options: Options.Type,
    _ plan: @escaping @Sendable (VerbCall, OptionValues<Options>, Plan, PlanningContext) throws(Diagnostic) -> Plan
  ) -> RelationalVerb {
    onTable(declaration.taking(options)) { (call, input, context) throws(Diagnostic) in
      try plan(call, OptionValues(call, context.environment), input, context)
    }
  }
}

extension VerbDeclaration {
  /// The same declaration with the options of a `VerbOptions` structure.
  public func taking<Options: VerbOptions>(_: Options.Type) -> VerbDeclaration {
    var declaration = self
    declaration.options += Options.declared.map(\.declaration)
    return declaration
  }
}

/// Access to the arguments of a verb, for planning.
extension VerbCall {
  /// The arguments that are expressions.
  public var expressions: [Expression] {
    arguments.compactMap { if case .expression(let expression) = $0 { expression } else { nil } }
  }

  /// The names of columns after the verb, as written.
  public var names: [Identifier] {
    expressions.compactMap { if case .name(let name) = $0.node { Identifier(name, $0.span) } else { nil } }
  }

  /// `name = expression` after the verb, or after a clause's keyword.
  public func assignments(after keyword: String? = nil) -> [(name: Identifier?, expression: Expression)] {
    let arguments = keyword.map { clauses[$0] ?? [] } ?? arguments
    return arguments.compactMap {
      if case .assignment(let name, let expression) = $0 { (name, expression) } else { nil }
    }
  }
}

extension Schema {
  /// The indices of named columns.
  ///
  /// - Throws: a diagnostic if a column does not exist or is named twice.
  public func indices(of names: [Identifier], in table: String? = nil) throws(Diagnostic) -> [Int] {
    var indices: [Int] = []
    var spans: [Int: SourceSpan] = [:]
    for name in names {
      let index = try requireIndex(of: name.name, in: table, at: name.span)
      if let earlier = spans.updateValue(name.span, forKey: index) {
        throw Diagnostic("`\(name.name)` is named twice", at: name.span).labelling(earlier, "first here")
      }
      indices.append(index)
    }
    return indices
  }
}

extension PlanningContext {
  /// The value of a whole number that is a literal, computed, or a session variable.
  public func wholeNumber(_ expression: Expression, for what: String) throws(Diagnostic) -> Int {
    guard case .scalar(.integer(let value), _) = try evaluate(expression), let number = Int(exactly: value) else {
      throw Diagnostic("\(what) is a whole number, found \(expression.span.text)", at: expression.span)
    }
    return number
  }

  /// The value of a number that is a literal, computed, or a session variable.
  public func number(_ expression: Expression, for what: String) throws(Diagnostic) -> Double {
    guard case .scalar(let value, _) = try evaluate(expression), let number = value.number else {
      throw Diagnostic("\(what) is a number, found \(expression.span.text)", at: expression.span)
    }
    return number
  }

  /// Binds an assignment to a plan's columns.
  func bind(_ assignment: (name: Identifier?, expression: Expression), to schema: Schema) throws(Diagnostic)
    -> NamedExpression
  {
    NamedExpression(
      assignment.name?.name ?? assignment.expression.columnName, try bind(assignment.expression, to: schema))
  }

  /// Adds a note if an expression is the name of a column in quotes: it is a constant text, which is hardly ever
  /// intended.
  func noteQuotedColumn(_ expression: Expression, _ schema: Schema) {
    guard case .literal(.text(let text)) = expression.node else { return }
    let written = "`\(expression.span.text)` is a text, the same in every row"
    if schema.index(of: text.string) != nil {
      note(written + "; columns are written without quotes: `\(Spelling.name(text.string))`")
    } else if let near = nearNames(to: text.string, among: schema.names, limit: 1).first {
      note(written + "; columns are written without quotes: `\(Spelling.name(near))`")
    }
  }

  func bind(
    _ assignments: [(name: Identifier?, expression: Expression)], to schema: Schema
  ) throws(Diagnostic) -> [NamedExpression] {
    var bound: [NamedExpression] = []
    for assignment in assignments {
      bound.append(try bind(assignment, to: schema))
      if assignment.name == nil { noteQuotedColumn(assignment.expression, schema) }
    }
    try requireDistinctNames(zip(bound, assignments).map { ($0.name, $1.name?.span ?? $1.expression.span) })
    return bound
  }
}

/// Throws if two columns of a result would have the same name.
func requireDistinctNames(_ names: [(name: String, span: SourceSpan)]) throws(Diagnostic) {
  var seen: [[UInt8]: SourceSpan] = [:]
  for (name, span) in names {
    if let earlier = seen.updateValue(span, forKey: Array(name.utf8)) {
      throw Diagnostic(
        "two columns would be named `\(name)`", at: span, hint: "name one of them: `new_name = \(span.text)`"
      ).labelling(earlier, "the other")
    }
  }
}
