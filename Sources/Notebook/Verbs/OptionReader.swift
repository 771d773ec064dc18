import Diagnostics
import Query
import Tables

/// Reads a call's options and arguments as its verb declares them: words as words, numbers within their range.
///
/// The parser has checked that the names are declared; what stands behind them is checked here, where `$x` has a value.
struct OptionReader {
  let call: VerbCall
  let environment: Environment
  private let options: [Option]

  init(_ call: VerbCall, _ session: Session) {
    self.call = call
    options = notebookVerbs.first { $0.declaration.name == call.name }?.declaration.options ?? []
    environment = session.environment
  }

  func has(_ name: String) -> Bool { option(name) != nil }

  func span(_ name: String) -> SourceSpan? { option(name)?.name.span }

  private func option(_ name: String) -> OptionValue? { call.options.first { $0.name.name == name } }

  private func kind(_ name: String) -> Option.Kind? { options.first { $0.name == name }?.kind }

  // MARK: - Options

  /// One of the declared words.
  func word(_ name: String) throws(Diagnostic) -> String? {
    guard let option = option(name) else { return nil }
    guard case .word(let choices)? = kind(name), case .expression(let expression) = option.value else {
      throw expected("a word", option)
    }
    let written: String? =
      switch expression.node {
      case .name(let word): word
      case .literal(.text(let text)): text.string
      default: nil
      }
    guard let written, choices.contains(written) else {
      let near = written.flatMap { didYouMean($0, among: choices) }
      throw Diagnostic(
        "`\(expression.span.text)` is not a value of `\(name)`", at: expression.span, label: near ?? "",
        hint: "there are " + choices.map { "`\($0)`" }.joined(separator: ", "))
    }
    return written
  }

  func integer(_ name: String) throws(Diagnostic) -> Int? {
    guard let option = option(name) else { return nil }
    guard case .integer(let range)? = kind(name) else { throw expected("a whole number", option) }
    guard case .scalar(.integer(let value), _) = try constant(option) else { throw expected("a whole number", option) }
    guard let value = Int(exactly: value), range.contains(value) else {
      throw Diagnostic("`\(name)` is out of range", at: span(of: option), hint: "it takes \(words(for: range))")
    }
    return value
  }

  func real(_ name: String) throws(Diagnostic) -> Double? {
    guard let option = option(name) else { return nil }
    guard case .real(let range)? = kind(name), case .scalar(let value, _) = try constant(option),
      let number = value.number
    else { throw expected("a number", option) }
    guard range.contains(number) else {
      throw Diagnostic(
        "`\(name)` is out of range", at: span(of: option), hint: "it takes \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func text(_ name: String) throws(Diagnostic) -> String? {
    guard let option = option(name) else { return nil }
    guard case .scalar(.text(let text), _) = try constant(option) else { throw expected("a text in quotes", option) }
    return text.string
  }

  func flag(_ name: String) throws(Diagnostic) -> Bool? {
    guard let option = option(name) else { return nil }
    guard case .scalar(.bool(let flag), _) = try constant(option) else { throw expected("`true` or `false`", option) }
    return flag
  }

  /// The name of a column, as it was written; whoever has the table checks that it is there.
  func column(_ name: String) throws(Diagnostic) -> Identifier? {
    guard let option = option(name) else { return nil }
    guard case .expression(let expression) = option.value, case .name(let column) = expression.node else {
      throw expected("the name of a column", option)
    }
    return Identifier(column, expression.span)
  }

  /// Words in brackets, or one word: `show=[recall, ndcg]`, `columns=[a, b]`.
  func names(_ name: String) throws(Diagnostic) -> [Identifier]? {
    guard let option = option(name) else { return nil }
    guard case .expression(let expression) = option.value else { throw expected("names in brackets", option) }
    let items = if case .list(let items) = expression.node { items } else { [expression] }
    var names: [Identifier] = []
    for item in items {
      switch item.node {
      case .name(let word): names.append(Identifier(word, item.span))
      case .literal(.text(let text)): names.append(Identifier(text.string, item.span))
      default: throw expected("names in brackets", option)
      }
    }
    return names
  }

  /// A scalar.
  func scalar(_ name: String) throws(Diagnostic) -> Value? {
    guard let option = option(name) else { return nil }
    guard case .scalar(let value, _) = try constant(option) else { throw expected("one value", option) }
    return value
  }

  /// A list, or one value as a list of it.
  func list(_ name: String) throws(Diagnostic) -> [Value]? {
    guard let option = option(name) else { return nil }
    switch try constant(option) {
    case .list(let column): return (0..<column.count).map { column[$0] }
    case .scalar(.list(let values), _): return values
    case .scalar(let value, _): return [value]
    }
  }

  /// Another table: a name, or a pipeline in parentheses.
  func table(_ name: String, _ session: Session) throws(Diagnostic) -> Table? {
    guard let option = option(name) else { return nil }
    switch option.value {
    case .table(let pipeline): return try session.table(session.plan(pipeline))
    case .expression(let expression):
      guard case .name(let table) = expression.node else { throw expected("the name of a table", option) }
      return try session.table(session.plan(named: table, at: expression.span))
    }
  }

  private func constant(_ option: OptionValue) throws(Diagnostic) -> Constant {
    guard case .expression(let expression) = option.value else { throw expected("a value", option) }
    return try evaluate(expression, environment: environment)
  }

  private func span(of option: OptionValue) -> SourceSpan {
    switch option.value {
    case .expression(let expression): expression.span
    case .table(let pipeline): pipeline.span
    }
  }

  private func expected(_ what: String, _ option: OptionValue) -> Diagnostic {
    Diagnostic(
      "`\(option.name.name)` takes \(what)", at: span(of: option),
      hint: options.first { $0.name == option.name.name }.map { "`\($0.name)`: \($0.summary)" })
  }

  private func words(for range: ClosedRange<Int>) -> String {
    range.upperBound == .max ? "\(range.lowerBound) and more" : "\(range.lowerBound) to \(range.upperBound)"
  }

  // MARK: - Arguments

  /// The value of an argument: `load "path"`, `step 5`.
  func argument(_ index: Int) throws(Diagnostic) -> (value: Constant, span: SourceSpan)? {
    guard index < call.arguments.count else { return nil }
    guard case .expression(let expression) = call.arguments[index] else { return nil }
    return (try evaluate(expression, environment: environment), expression.span)
  }

  func integerArgument(_ index: Int, _ name: String, in range: ClosedRange<Int>) throws(Diagnostic) -> Int? {
    guard let (value, span) = try argument(index) else { return nil }
    guard case .scalar(.integer(let number), _) = value, let number = Int(exactly: number), range.contains(number)
    else { throw Diagnostic("`\(name)` is a whole number: \(words(for: range))", at: span) }
    return number
  }

  func textArgument(_ index: Int, _ name: String) throws(Diagnostic) -> (text: String, span: SourceSpan)? {
    guard let (value, span) = try argument(index) else { return nil }
    guard case .scalar(.text(let text), _) = value else {
      throw Diagnostic("`\(call.name)` takes \(name) in quotes", at: span, hint: "`\(call.name) \"…\"`")
    }
    return (text.string, span)
  }

  /// A word that is an argument: the model of `fit EASE`, the kind of `plot bar`.
  func wordArgument(_ index: Int) -> Identifier? {
    guard index < call.arguments.count else { return nil }
    switch call.arguments[index] {
    case .word(let word): return word
    case .expression(let expression):
      guard case .name(let word) = expression.node else { return nil }
      return Identifier(word, expression.span)
    default: return nil
    }
  }

  /// All arguments that are bare names: `recommend tp, ease`, `values product_id`.
  var nameArguments: [Identifier] { call.arguments.indices.compactMap(wordArgument) }
}
