import Diagnostics

/// Messages for invalid expressions and for idioms of other languages.
extension Diagnostic {
  static func equals(_ comparison: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("`=` assigns a name; it does not compare", at: span, hint: "to compare, write `\(comparison)`")
  }

  static func chainedComparison(_ rewritten: String?, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "comparisons cannot be chained", at: span,
      hint: rewritten.map { "write `\($0)`" } ?? "join two comparisons with `and`, or put one in parentheses")
  }

  static func missingOperand(after operatorText: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("a value is missing after `\(operatorText)`", at: span)
  }

  static func missingOperand(before word: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("a value is missing before `\(word)`", at: span)
  }

  static func missingAfterComma(at span: SourceSpan) -> Diagnostic {
    Diagnostic("something is missing after `,`", at: span)
  }

  static func missingField(at span: SourceSpan) -> Diagnostic {
    Diagnostic("the name of a field is missing after `.`", at: span)
  }

  static func leadingDot(at span: SourceSpan) -> Diagnostic {
    Diagnostic("`.` needs a value before it", at: span, hint: "a number below one starts with a zero: `0.5`")
  }

  static func unaryPlus(at span: SourceSpan) -> Diagnostic {
    Diagnostic("`+` has nothing before it", at: span, hint: "leave it out")
  }

  static func looseNot(at span: SourceSpan) -> Diagnostic {
    Diagnostic("`not` binds less tightly than what is before it", at: span, hint: "put it in parentheses: `(not a)`")
  }

  static func notWithoutIn(at span: SourceSpan) -> Diagnostic {
    Diagnostic("`in` is missing after `not`", at: span, hint: "`a not in [1, 2]`, `a != b`, or `not (…)` in front")
  }

  static func notANullTest(_ left: String, _ found: String, isNegated: Bool, at span: SourceSpan) -> Diagnostic {
    let hint: String
    switch found.lowercased() {
    case "none", "na", "null", "nil": hint = "write `\(left) is\(isNegated ? " not" : "") null`"
    case "nan": hint = "write `\(isNegated ? "not " : "")is_nan(\(left))`"
    default: hint = "to compare, write `\(left) \(isNegated ? "!=" : "==") \(found.isEmpty ? "…" : found)`"
    }
    return Diagnostic("`is` tests only for `null`", at: span, hint: hint)
  }

  static func incompleteConditional(_ word: String, at span: SourceSpan, opened: SourceSpan) -> Diagnostic {
    Diagnostic("`\(word)` is missing", at: span, hint: "the form is `if condition then a else b`").labelling(opened, "")
  }

  static func looseBranch(_ word: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("`\(word)` without `if`", at: span, hint: "the form is `if condition then a else b`")
  }

  static func conditionalCall(at span: SourceSpan) -> Diagnostic {
    Diagnostic("`if` is not a function", at: span, hint: "write `if condition then a else b`")
  }

  static func distinctInside(_ call: Identifier, _ argument: String, at span: SourceSpan) -> Diagnostic {
    let isCount = call.name.lowercased() == "count"
    return Diagnostic(
      "`\(span.text)` has no meaning in the brackets of `\(call.name)`", at: span,
      hint: isCount ? "write `n_unique(\(argument))`" : "`unique(\(argument))` is the list of the distinct values")
  }

  static func conditionInside(
    _ call: Identifier, _ begun: String, _ condition: Substring, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      "the condition stands behind the bracket of `\(call.name)`", at: span,
      hint: "write `\(begun)) where\(condition)`")
  }

  /// `x::str`, `cast(x as str)`
  static func castInSQL(
    _ sign: String, of operand: String, to type: String?, function: String = "cast", at span: SourceSpan
  ) -> Diagnostic {
    let name = type?.lowercased() ?? "i64"
    let known = ForeignIdioms.types[name] ?? name
    return Diagnostic("unexpected `\(sign)`", at: span, hint: "write `\(function)(\(operand), \(known))`")
  }

  static func looseOver(at span: SourceSpan) -> Diagnostic {
    Diagnostic("`over` follows a function", at: span, hint: "`sum(x) over k`, `rank() over (k order by d desc)`")
  }

  static func missingWindowKey(at span: SourceSpan) -> Diagnostic {
    Diagnostic("a column is missing after `over`", at: span, hint: "`sum(x) over k`, `rank() over (k order by d desc)`")
  }

  static func computedWindowKey(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("a computed key after `over` needs parentheses", at: span, hint: "write `over (\(name)(…))`")
  }

  static func missingCondition(at span: SourceSpan) -> Diagnostic {
    Diagnostic("a condition is missing after `where`", at: span, hint: "`sum(price) where kind == \"order\"`")
  }

  static func frameWithoutOrder(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "`\(span.text)` needs an order before it", at: span,
      hint: "`over (k order by d rows 7)`; a column of that name is written in backticks")
  }

  static func missingExtent(_ unit: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "a number is missing after `\(unit)`", at: span,
      hint: unit == "rows" ? "`rows 7`, or `rows 3 before 3 after`" : "`range \"7d\"`, or `range 10`")
  }

  static func foreignFrame(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "unexpected `\(span.text)`", at: span,
      hint: "`rows 7` is this row and the six before, `rows 3 before 3 after` looks both ways, `running` starts at the "
        + "first row")
  }

  static func looseOrder(_ word: String, at span: SourceSpan) -> Diagnostic {
    let lower = word.lowercased()
    return Diagnostic(
      "unexpected `\(word)`", at: span, hint: "`\(lower)` follows a sort key: `sort a \(lower)`")
  }

  static func listInParentheses(_ inner: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("a list needs square brackets", at: span, hint: "write `[\(inner)]`")
  }

  static func pipelineInExpression(_ pipeline: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "a pipeline cannot stand inside an expression", at: span, hint: "name it first: `x = \(pipeline)`, then use `$x`")
  }

  static func namedArgument(_ name: String, of function: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "functions take their arguments in order, without names", at: span,
      hint: "leave out `\(name) =`; to compare, write `\(name) == …`")
  }

  static func star(in name: String?, at span: SourceSpan) -> Diagnostic {
    switch name {
    case "count"?, "len"?:
      Diagnostic("`*` has no meaning here", at: span, hint: "write `len()` for the number of rows")
    case "select"?:
      Diagnostic("`*` has no meaning here", at: span, hint: "leave out `select`: all columns are kept")
    default: Diagnostic("`*` has nothing before it", at: span)
    }
  }

  // MARK: Operators of other languages

  static func foreignOperator(_ symbol: Symbol, at span: SourceSpan) -> Diagnostic? {
    let hint: String
    switch symbol {
    case .doubleAmpersand, .ampersand: hint = "write `and`"
    case .doublePipe: hint = "write `or`; texts are joined by `concat(a, b)`"
    case .exclamation: hint = "write `not` in front, or `!=`"
    case .tilde: hint = "write `not`"
    case .angles: hint = "write `!=`"
    case .tripleEqual: hint = "write `==`"
    case .caret: hint = "a power is written `**`"
    case .walrus: hint = "assign with `=`"
    case .pipeArrow: hint = "verbs are joined by `|` alone"
    case .thinArrow, .fatArrow:
      hint = "functions cannot be defined here; write the expression with column names: `a * 2`"
    case .colon: hint = "a command stands on a line of its own: `:help`"
    case .backslash:
      hint = "leave it out: a line goes on after `|`, `,` or an operator, or where the next starts with `|`"
    case .at: hint = "a value of the session is written `$x`"
    case .question: hint = "`?` asks for help at the end of a statement: `train | group_by ?`"
    case .openBrace, .closeBrace: return braces(at: span)
    default: return nil
    }
    return Diagnostic("unexpected `\(symbol.rawValue)`", at: span, hint: hint)
  }

  static func foreignNot(at span: SourceSpan) -> Diagnostic {
    Diagnostic("unexpected `\(span.text)`", at: span, hint: "write `not`")
  }

  /// `!ls`, as in IPython, or a statement that begins with a negation.
  static func shellCommand(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "unexpected `!`", at: span,
      hint: "there are no shell commands here; `:files` lists files. A negation is written `not`")
  }

  static func foreignPipe(at span: SourceSpan) -> Diagnostic {
    Diagnostic("`|` starts a verb; it does not combine conditions", at: span, hint: "write `or`")
  }

  static func braces(at span: SourceSpan) -> Diagnostic {
    Diagnostic("braces have no meaning here", at: span, hint: "write lists in square brackets: `[1, 2]`")
  }

  static func upperCaseKeyword(_ word: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("unexpected `\(word)`", at: span, hint: "write `\(word.lowercased())`")
  }

  static func sqlOperator(_ word: String, at span: SourceSpan) -> Diagnostic {
    let hint =
      word == "like" ? "`starts_with(a, \"x\")`, `contains(a, \"x\")` or `matches(a, \"^x\")`" : "`a >= 1 and a <= 5`"
    return Diagnostic("there is no `\(word)`", at: span, hint: hint)
  }

  static func caseWhen(at span: SourceSpan) -> Diagnostic {
    Diagnostic("there is no `\(span.text)`", at: span, hint: "the form is `if condition then a else b`")
  }

  static func foreignLiteral(_ word: String, _ literal: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("unexpected `\(word)`", at: span, hint: "write `\(literal)`")
  }

  static func foreignNull(_ word: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("unexpected `\(word)`", at: span, hint: "write `null`; to test for it, `a is null`")
  }

  static func lambda(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "functions cannot be defined here", at: span,
      hint: "expressions name columns and work on all rows at once: `with double = a * 2`")
  }

  static func indexing(_ pipeline: String?, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "square brackets do not index tables or columns", at: span,
      hint: pipeline.map { "write `\($0)`" } ?? "`list_get(a, 0)` takes an element of a list")
  }

  /// What brackets after a column take in other languages.
  enum IndexedElement { case place(Int), first(Int), field(String) }

  /// `name[0]`, `name[:3]`, `name["a"]` of a column.
  static func indexedColumn(_ column: String, _ element: IndexedElement?, at span: SourceSpan) -> Diagnostic {
    let hint =
      switch element {
      case .place(let place): "`slice(\(column), \(place), 1)` of a text, `list_get(\(column), \(place))` of a list"
      case .first(let count):
        "`slice(\(column), 0, \(count))` of a text, `list_slice(\(column), 0, \(count))` of a list"
      case .field(let field): "a field of a struct is `\(column).\(field)`"
      case nil: "`slice(\(column), 0, 3)` of a text, `list_get(\(column), 0)` of a list"
      }
    return Diagnostic("square brackets do not index tables or columns", at: span, hint: hint)
  }

  static func methodCall(_ method: Identifier, hint: String?) -> Diagnostic {
    Diagnostic(
      "there are no methods", at: method.span,
      hint: hint.map { "write `\($0)`" }
        ?? "verbs follow a `|`, functions take all arguments in parentheses: `round(a, 2)`")
  }

  static func columnFunction(_ column: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("columns are written without quotes", at: span, hint: "write `\(column)`")
  }
}
