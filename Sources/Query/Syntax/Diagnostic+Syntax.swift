import Diagnostics

/// Messages for text that is not a valid statement: brackets, quotes, numbers, verbs and their arguments.
extension Diagnostic {

  // MARK: Characters

  static func strangeCharacter(_ scalar: Unicode.Scalar, at span: SourceSpan) -> Diagnostic {
    let code = "U+" + String(scalar.value, radix: 16, uppercase: true).leftPadded(to: 4)
    switch scalar {
    case "\u{2010}"..."\u{2015}", "\u{2212}":
      return Diagnostic("a dash that is not a minus sign (\(code))", at: span, hint: "write `-`")
    case "\u{A0}", "\u{2000}"..."\u{200B}", "\u{202F}", "\u{205F}", "\u{2060}", "\u{3000}", "\u{FEFF}":
      return Diagnostic("a space that is not an ordinary one (\(code))", at: span, hint: "type an ordinary space there")
    case "≠": return Diagnostic("unexpected `≠`", at: span, hint: "write `!=`")
    case "≤": return Diagnostic("unexpected `≤`", at: span, hint: "write `<=`")
    case "≥": return Diagnostic("unexpected `≥`", at: span, hint: "write `>=`")
    case "×", "·": return Diagnostic("unexpected `\(scalar)`", at: span, hint: "write `*`")
    case "÷": return Diagnostic("unexpected `÷`", at: span, hint: "write `/`")
    case "…": return Diagnostic("unexpected `…`", at: span, hint: "write what it stands for instead")
    case "∈": return Diagnostic("unexpected `∈`", at: span, hint: "write `in`")
    case _ where scalar.properties.isWhitespace || scalar.value < 0x20 || scalar.value == 0x7F:
      return Diagnostic("a control character (\(code))", at: span, hint: "delete it")
    default:
      return Diagnostic(
        "unexpected `\(scalar)` (\(code))", at: span,
        hint: "write a name with such a character in backquotes: `` `\(scalar)` ``")
    }
  }

  static func smartQuotes(around text: String?, at span: SourceSpan) -> Diagnostic {
    Diagnostic("typographic quotes", at: span, hint: text.map { "write `\"\($0)\"`" } ?? "write `\"`")
  }

  static func unclosedQuote(_ quote: String, _ span: SourceSpan, end: SourceSpan) -> Diagnostic {
    Diagnostic(
      quote == "`" ? "a quoted name is never closed" : "a text is never closed", at: span, label: "opened here",
      hint: quote == "`"
        ? "close it with a backquote" : "close it with `\(quote)`; a line break inside is written `\\n`"
    ).labelling(end, "the line ends here")
  }

  static func unknownEscape(_ character: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("unknown escape `\\\(character)`", at: span, hint: "write `\\\\\(character)` for a backslash itself")
  }

  static func malformedScalar(at span: SourceSpan) -> Diagnostic {
    Diagnostic("no such character", at: span, hint: "a character by its number is written `\\u{1F600}`")
  }

  static func missingSessionName(at span: SourceSpan) -> Diagnostic {
    Diagnostic("a name is missing after `$`", at: span, hint: "`$x` is the session's value `x`")
  }

  // MARK: Numbers

  static func unfinishedNumber(_ digits: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("a digit is missing after the point", at: span, hint: "write `\(digits).0`")
  }

  static func malformedNumber(_ text: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "`\(text)` is neither a number nor a name", at: span,
      hint: "write a name that starts with a digit in backquotes: `` `\(text)` ``")
  }

  static func numberTooLarge(_ text: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("`\(text)` is too large a number", at: span)
  }

  // MARK: Brackets

  static func unclosedBracket(_ symbol: Symbol, _ span: SourceSpan, end: SourceSpan) -> Diagnostic {
    let closing = symbol.closing?.rawValue ?? ""
    return Diagnostic("`\(symbol.rawValue)` is never closed", at: span, label: "opened here")
      .labelling(end, "`\(closing)` is missing")
  }

  static func unopenedBracket(_ symbol: Symbol, at span: SourceSpan) -> Diagnostic {
    Diagnostic("`\(symbol.rawValue)` has no opening bracket", at: span)
  }

  static func mismatchedBracket(
    _ open: Symbol, _ openSpan: SourceSpan, _ close: Symbol, _ closeSpan: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      "`\(close.rawValue)` closes `\(open.rawValue)`", at: closeSpan,
      label: "`\(open.closing?.rawValue ?? "")` was expected"
    ).labelling(openSpan, "opened here")
  }

  static func nestedTooDeeply(at span: SourceSpan) -> Diagnostic {
    Diagnostic("nested too deeply", at: span, hint: "to compare with many values, write `x in [a, b, …]`")
  }

  static func pipelineTooLong(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "more than \(Parser.chainLimit) verbs in a pipeline", at: span, hint: "name a part: `x = …`, then `x | …`")
  }

  // MARK: Statements

  static func unassignableName(_ name: Identifier) -> Diagnostic {
    let isResult = name.name.first == "_"
    return Diagnostic(
      "`\(name.name)` cannot be assigned", at: name.span,
      hint: isResult
        ? "it is always a result; choose another name" : "it is a word of the language; choose another name")
  }

  static func repeatedTarget(_ name: Identifier) -> Diagnostic {
    Diagnostic("`\(name.name)` is named twice", at: name.span)
  }

  static func missingValue(of name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("a value is missing after `\(name)=`", at: span)
  }

  static func cellMagic(at span: SourceSpan) -> Diagnostic {
    Diagnostic("there are no `%` commands", at: span, hint: "commands start with `:`; `:time STATEMENT` measures one")
  }

  static func foreignStatement(_ word: String, hint: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("`\(word)` has no meaning here", at: span, hint: hint)
  }

  static func sqlQuery(_ word: String, _ pipeline: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("`\(word)` cannot begin a statement", at: span, hint: "a pipeline starts with the table: `\(pipeline)`")
  }

  // MARK: Pipelines

  static func missingTable(at span: SourceSpan) -> Diagnostic {
    Diagnostic("a table is missing before `|`", at: span, hint: "`_` is the last result: `_ | …`")
  }

  static func missingVerb(at span: SourceSpan, before next: SourceSpan?) -> Diagnostic {
    Diagnostic(
      "a verb is missing after `|`", at: span,
      hint: next == nil ? "`| head 10`, or leave the `|` out" : "remove one `|`"
    )
    .labelling(next, "")
  }

  static func notAVerb(_ text: String, at span: SourceSpan, after pipe: SourceSpan) -> Diagnostic {
    let isCondition = text == "("
    return Diagnostic(
      "a verb has to follow `|`, found \(text.hasPrefix("`") ? text : "`\(text)`")", at: span,
      hint: isCondition ? "conditions are combined with `or`: `a == 1 or b == 2`" : "`:help` lists the verbs"
    ).labelling(pipe, "")
  }

  static func unknownVerb(_ name: String, hint: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("no verb `\(name)`", at: span, hint: hint)
  }

  static func functionAsVerb(_ name: String, _ example: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("`\(name)` is a function, not a verb", at: span, hint: "`| agg \(example)` or `| with x = \(example)`")
  }

  static func sourceAsStage(_ word: Identifier) -> Diagnostic {
    Diagnostic(
      "`\(word.name)` takes no table", at: word.span, hint: "it begins a pipeline: `x = \(word.name) …`")
  }

  static func verbOnNothing(_ verb: String, _ call: String, continuesLine: Bool, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "`\(verb)` has no table to work on", at: span,
      hint: continuesLine
        ? "to continue the line above: `| \(call)`" : "a pipeline starts with the table: `train | \(call)`")
  }

  /// `head train 3`, as a function would be called.
  static func verbBeforeInput(_ verb: String, _ input: String, _ rest: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "`\(verb)` has no table to work on", at: span,
      hint: "what it works on stands before it: `\(input) | \(verb) \(rest)`")
  }

  /// `group_by k sum(x)`
  static func missingAgg(before aggregates: String, _ function: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("`agg` is missing before `\(function)`", at: span, hint: "write `agg \(aggregates)`")
  }

  static func missingPipe(before stage: String, _ verb: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("`|` is missing before `\(verb)`", at: span, hint: "write `| \(stage)`")
  }

  static func separateAggregation(
    _ grouping: String, _ aggregation: String, at span: SourceSpan
  ) -> Diagnostic {
    let clause = aggregation == "agg" ? "agg n = len()" : aggregation
    return Diagnostic(
      "after `group_by k |`, `agg` would aggregate the whole table", at: span,
      hint: "leave out the `|`: `\(grouping) \(clause)`"
    )
  }

  static func barePipeline(_ word: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("a pipeline inside another needs parentheses", at: span, hint: "write `(\(word) …)`")
  }

  // MARK: Anything else

  static func unexpected(_ found: String, wanted: String?, at span: SourceSpan) -> Diagnostic {
    Diagnostic("unexpected \(found)", at: span, label: wanted.map { "\($0) was expected" } ?? "")
  }

  static func commaBeforeAgg(at span: SourceSpan) -> Diagnostic {
    Diagnostic("there is no comma before `agg`", at: span, hint: "write `group_by key agg n = len()`")
  }

  static func sideBySide(
    _ left: String, _ right: String, in verb: VerbDeclaration?, at span: SourceSpan
  ) -> Diagnostic {
    if let verb, verb.arguments == .none {
      return Diagnostic(
        "`\(verb.name)` takes no arguments, found `\(right)`", at: span,
        hint: verb.examples.first.map { "for example `\($0.code)`" }, notes: verb.optionNote)
    }
    if verb?.arguments == .sortKeys, left == "by" {
      return Diagnostic("`by` is not needed", at: span, hint: "write `sort \(right)`")
    }
    if left == "agg", verb?.clauses.contains(where: { $0.keyword == "agg" }) == true {
      return .commaBeforeAgg(at: span)
    }
    if verb?.arguments == .sortKeys, let direction = ["descending": "desc", "ascending": "asc"][right.lowercased()] {
      return Diagnostic("unexpected `\(right)` after `\(left)`", at: span, hint: "write `\(left) \(direction)`")
    }
    let hint: String? =
      switch right.lowercased() {
      case "by" where ["order", "sort"].contains(left.lowercased()):
        "ordering is a verb of its own: `… | sort key desc`; in a window, `over (k order by d)`"
      case "by" where left.lowercased() == "group": "grouping is a verb of its own: `… | group_by key agg n = len()`"
      case "by" where left.lowercased() == "partition": "a window's keys stand after `over`: `over key`"
      case "running" where left == ")", "rows" where left == ")", "range" where left == ")":
        "a frame stands in the brackets of `over`: `sum(x) over (order by day \(right == "running" ? right : right + " 7"))`"
      case "isnull": "write `\(left) is null`"
      case "notnull": "write `\(left) is not null`"
      case "as": "a name comes first: `name = \(left)`"
      case "having" where verb?.clauses.contains { $0.keyword == "agg" } == true,
        "offset" where ["head", "tail", "slice"].contains(verb?.name),
        "using" where verb?.clauses.contains { $0.keyword == "on" } == true:
        ForeignIdioms.verbs[right.lowercased()]
      case "if": "the form is `if condition then \(left) else b`"
      default:
        switch verb?.arguments {
        case nil: TypoDiagnosis(of: left, among: ["load", "table"])?.hint()
        case .expression?: "conditions are joined by `and` or `or`"
        case .claim?: "conditions are joined by `and` or `or`; the error message follows as a text: `\"…\"`"
        default: "several are separated by commas: `\(left), \(right)`"
        }
      }
    return Diagnostic("unexpected `\(right)` after `\(left)`", at: span, hint: hint)
  }
}

extension String {
  fileprivate func leftPadded(to width: Int) -> String { String(repeating: "0", count: max(0, width - count)) + self }
}
