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

  /// An assignment over a plan's columns, with the name its column gets.
  func bind(
    _ assignment: (name: Identifier?, expression: Expression), to schema: Schema, groupKeys: [Expression] = []
  ) throws(Diagnostic) -> NamedExpression {
    NamedExpression(
      assignment.name?.name ?? assignment.expression.columnName,
      try bind(assignment.expression, to: schema, groupKeys: groupKeys))
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

  /// Adds a note for the name of a column in quotes where a text makes no sense: as what is aggregated, as the key of a
  /// window, or compared with another text.
  func noteQuotedColumns(of expression: Expression, _ schema: Schema) {
    func noteIfColumn(_ place: Expression) {
      guard case .literal(.text(let text)) = place.node, schema.index(of: text.string) != nil else { return }
      noteQuotedColumn(place, schema)
    }
    switch expression.node {
    case .call(let name, let arguments, let window):
      if let first = arguments.first, namesOfGroupFunctions.contains(name.name) { noteIfColumn(first) }
      for key in (window?.keys ?? []) + (window?.order.map(\.expression) ?? []) { noteIfColumn(key) }
    case .binary(let operation, let left, let right, _) where operation.isComparison:
      if left.isLiteral, right.isLiteral { for side in [left, right] { noteIfColumn(side) } }
    case .membership(let operand, _, _): noteIfColumn(operand)
    default: break
    }
    for child in expression.children { noteQuotedColumns(of: child, schema) }
  }

  func bind(
    _ assignments: [(name: Identifier?, expression: Expression)], to schema: Schema, groupKeys: [Expression] = []
  ) throws(Diagnostic) -> [NamedExpression] {
    var bound: [NamedExpression] = []
    for assignment in assignments {
      bound.append(try bind(assignment, to: schema, groupKeys: groupKeys))
      if assignment.name == nil { noteQuotedColumn(assignment.expression, schema) }
    }
    try requireDistinctNames(zip(bound, assignments).map { OutputName($0.name, $1) })
    return bound
  }
}

/// The name of a column that a verb makes, and what it comes from.
struct OutputName {
  let name: String
  let span: SourceSpan
  /// Whether the statement gives it, and not the expression.
  let isGiven: Bool

  init(_ given: Identifier) { (name, span, isGiven) = (given.name, given.span, true) }

  /// - Parameter name: where the expression's own name is not the one that its column gets.
  init(_ name: String? = nil, _ assignment: (name: Identifier?, expression: Expression)) {
    self.name = name ?? assignment.name?.name ?? assignment.expression.columnName
    span = assignment.name?.span ?? assignment.expression.span
    isGiven = assignment.name != nil
  }

  /// How to have another name.
  fileprivate var hint: String {
    if span.text.contains("columns(") { return "leave one of them out" }
    return isGiven ? "choose another name for one of them" : "name one of them: `new_name = \(span.text)`"
  }
}

/// Throws where two columns of a result would have the same name.
func requireDistinctNames(_ names: [OutputName]) throws(Diagnostic) {
  var seen: [[UInt8]: SourceSpan] = [:]
  for output in names {
    if let earlier = seen.updateValue(output.span, forKey: Array(output.name.utf8)) {
      throw Diagnostic("two columns would be named `\(output.name)`", at: output.span, hint: output.hint)
        .labelling(earlier, "the other")
    }
  }
}

/// The functions that aggregate, or that look at other rows.
private let namesOfGroupFunctions = Set(functions.filter { $0.kind != .row }.flatMap { [$0.name] + $0.synonyms })

extension Expression {
  fileprivate var isLiteral: Bool { if case .literal = node { true } else { false } }
}
