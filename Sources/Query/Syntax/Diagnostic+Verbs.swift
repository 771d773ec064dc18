import Diagnostics

/// Messages for arguments, clauses and options that do not match the declaration of their verb.
extension Diagnostic {
  static func comparisonAsKey(_ name: String, _ sign: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "keys must be equal here, `\(sign)` is not allowed", at: span,
      hint:
        "`asof_join prices on item by time` finds the nearest, `join prices on item, \(name) \(sign) …` all that match")
  }

  static func missingArgument(
    of verb: String, _ what: String, at span: SourceSpan, hint: String? = nil, choices: [String] = []
  ) -> Diagnostic {
    Diagnostic(
      "`\(verb)` needs \(what)", at: span, hint: hint.map { "for example `\($0)`" },
      notes: choices.isEmpty ? [] : ["one of: " + choices.joined(separator: ", ")])
  }

  static func tooManyArguments(of verb: VerbDeclaration, limit: Int, at span: SourceSpan) -> Diagnostic {
    var allowed = limit == 0 ? "no arguments" : limit == 1 ? "one argument" : "at most \(limit) arguments"
    if case .word(let word, _, _) = verb.arguments { allowed += " after its \(word)" }
    // What a plot draws is named by options.
    let isNamed = verb.options.contains { $0.name == "x" }
    return Diagnostic(
      "`\(verb.name)` takes \(allowed), found `\(span.text)`", at: span,
      hint: isNamed ? "columns are named: `x=\(span.text)`" : nil, notes: verb.optionNote)
  }

  static func severalConditions(_ verb: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("`\(verb)` takes one condition", at: span, hint: "join them with `and`")
  }

  static func nameAsValue(_ name: String, in verb: String, written: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "`\(verb)` takes a value, found the name `\(name)`", at: span,
      hint: "write a text in quotes, `\"\(written)\"`; a value of the session is `$\(Spelling.name(name))`")
  }

  static func quotedColumnName(_ text: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("columns are written without quotes, found a text", at: span, hint: "write `\(Spelling.name(text))`")
  }

  static func listOfColumns(_ verb: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("`\(verb)` takes columns without brackets", at: span, hint: "write `\(verb) a, b`")
  }

  static func renameForm(swapped: Bool, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "`rename` takes `new = old`", at: span, hint: swapped ? "the new name comes first: `rename new = old`" : nil)
  }

  static func unknownWord(
    _ word: String, _ what: String?, of name: String, _ choices: [String], at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      "`\(name)` does not take `\(word)`" + (what.map { " as its \($0)" } ?? ""), at: span,
      hint: TypoDiagnosis(of: word, among: choices)?.hint() ?? didYouMean(word, among: choices),
      notes: ["one of: " + choices.joined(separator: ", ")])
  }

  // MARK: Clauses

  static func missingClause(_ clause: Clause, of verb: VerbDeclaration, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "`\(verb.name)` needs `\(clause.keyword)`", at: span, label: clause.summary,
      hint: verb.examples.first.map { "for example `\($0.code)`" })
  }

  static func emptyClause(_ clause: Clause, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      "nothing follows `\(clause.keyword)`", at: span,
      hint: clause.form == .assignments
        ? "`\(clause.keyword) n = len()`" : "`\(clause.keyword) k`, `\(clause.keyword) left == right`")
  }

  static func repeatedClause(_ keyword: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("`\(keyword)` is repeated", at: span, hint: "separate what follows it by commas")
  }

  // MARK: Options

  static func unknownOption(_ name: String, of verb: VerbDeclaration, at span: SourceSpan) -> Diagnostic {
    let names = verb.options.map(\.name)
    if name == "how", verb.clauses.contains(where: { $0.form == .joinConditions }) {
      return Diagnostic(
        "`\(verb.name)` has no option `how`", at: span,
        hint: "other joins are verbs of their own: `left_join`, `full_join`, `semi_join`, `anti_join`")
    }
    let example = names.isEmpty ? verb.examples.first.map { "for example `\($0.code)`" } : nil
    let hint = TypoDiagnosis(of: name, among: names)?.hint() ?? didYouMean(name, among: names) ?? example
    return Diagnostic("`\(verb.name)` has no option `\(name)`", at: span, hint: hint, notes: verb.optionNote)
  }

  static func repeatedOption(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("`\(name)=` is given twice", at: span)
  }

  static func wrongKind(of option: Option, found: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("`\(option.name)=` takes \(option.kind.phrase), found `\(found)`", at: span)
  }

  static func outOfRange(of option: Option, found: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic("`\(option.name)=` takes \(option.kind.phrase), found \(found)", at: span)
  }

  static func bareWord(_ word: String, in option: Option, mayBeText: Bool, at span: SourceSpan) -> Diagnostic {
    let session = "a value of the session is written `$\(Spelling.name(word))`"
    return Diagnostic(
      "`\(option.name)=` takes \(option.kind.phrase), found the name `\(word)`", at: span,
      hint: mayBeText ? "write a text in quotes, `\"\(word)\"`; \(session)" : session)
  }
}

extension VerbDeclaration {
  /// The options of the verb, for the notes of a diagnostic.
  var optionNote: [String] {
    options.isEmpty ? [] : ["options of `\(name)`: " + options.map(\.name).joined(separator: ", ")]
  }
}

extension Option.Kind {
  /// The values that the option takes, in words.
  var phrase: String {
    switch self {
    case .word(let choices): "one of \(choices.joined(separator: ", "))"
    case .column: "a column"
    case .columns: "a column or a list of columns"
    case .table: "a table"
    case .integer(let range) where range == Int.min...Int.max: "a whole number"
    case .integer(let range) where range.upperBound == Int.max: "a whole number from \(range.lowerBound)"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .integers(let range):
      "whole numbers from \(range.lowerBound) to \(range.upperBound), one or several in brackets"
    case .real(let range) where range.upperBound >= Double.greatestFiniteMagnitude:
      range.lowerBound <= -Double.greatestFiniteMagnitude ? "a number" : "a number from \(range.lowerBound.brief)"
    case .real(let range): "a number from \(range.lowerBound.brief) to \(range.upperBound.brief)"
    case .flag: "`true` or `false`"
    case .text: "a text"
    case .value: "a value"
    case .list: "a list"
    case .listOrColumn: "a list or a column of lists"
    }
  }
}

extension Double {
  /// The number without `.0` if it is whole.
  fileprivate var brief: String { Int(exactly: self).map(String.init) ?? String(self) }
}
