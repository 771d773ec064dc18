public import Diagnostics
import Tables

/// Reads the value of a written option as its declared type.
///
/// The parser has checked what the text alone shows. The rest is checked here, where the values of `$x` are known.
struct WrittenOption {
  let option: OptionValue
  let declaration: Option
  let environment: Environment

  init(_ option: OptionValue, _ declaration: Option, _ environment: Environment) {
    self.option = option
    self.declaration = declaration
    self.environment = environment
  }

  func integer(in range: ClosedRange<Int>) throws(Diagnostic) -> Int {
    guard case .scalar(.integer(let value), _) = try constant() else { throw expected("a whole number") }
    guard let value = Int(exactly: value), range.contains(value) else {
      throw outOfRange(range.upperBound == .max ? "\(range.lowerBound) or more" : range.words)
    }
    return value
  }

  /// One whole number, or at least one in brackets.
  func integers(in range: ClosedRange<Int>) throws(Diagnostic) -> [Int] {
    let numbers = try list().map { (value) throws(Diagnostic) -> Int in
      guard case .integer(let number) = value else { throw expected("whole numbers") }
      guard let number = Int(exactly: number), range.contains(number) else { throw outOfRange(range.words) }
      return number
    }
    guard !numbers.isEmpty else { throw expected("at least one whole number") }
    return numbers
  }

  func real(in range: ClosedRange<Double>) throws(Diagnostic) -> Double {
    guard case .scalar(let value, _) = try constant(), let number = value.number else { throw expected("a number") }
    guard range.contains(number) else { throw outOfRange("\(range.lowerBound) to \(range.upperBound)") }
    return number
  }

  func flag() throws(Diagnostic) -> Bool {
    guard case .scalar(.bool(let flag), _) = try constant() else { throw expected("`true` or `false`") }
    return flag
  }

  func text() throws(Diagnostic) -> String {
    guard case .scalar(.text(let text), _) = try constant() else { throw expected("a text in quotes") }
    return text.string
  }

  func word(of choices: [String]) throws(Diagnostic) -> String {
    let word = try names().first?.name ?? ""
    guard choices.contains(word) else {
      throw .unknownWord(word, nil, of: declaration.name, choices, at: option.value.span)
    }
    return word
  }

  /// The name of a column; the caller checks that the table has it.
  func column() throws(Diagnostic) -> Identifier {
    guard let expression, case .name(let name) = expression.node else { throw expected("the name of a column") }
    return Identifier(name, expression.span)
  }

  /// One name, or several in brackets.
  func names() throws(Diagnostic) -> [Identifier] {
    guard let expression else { throw expected("names in brackets") }
    let items = if case .list(let items) = expression.node { items } else { [expression] }
    return try items.map { (item) throws(Diagnostic) in
      switch item.node {
      case .name(let word): return Identifier(word, item.span)
      case .literal(.text(let text)): return Identifier(text.string, item.span)
      default: throw expected("names in brackets")
      }
    }
  }

  func scalar() throws(Diagnostic) -> Value {
    guard case .scalar(let value, _) = try constant() else { throw expected("one value") }
    return value
  }

  /// The elements of a list; a single value counts as a list of one element.
  func list() throws(Diagnostic) -> [Value] {
    switch try constant() {
    case .list(let column): (0..<column.count).map { column[$0] }
    case .scalar(.list(let values), _): values
    case .scalar(let value, _): [value]
    }
  }

  func listOrColumn() throws(Diagnostic) -> ListOrColumn {
    if case .name(let name)? = expression?.node { return .column(Identifier(name, option.value.span)) }
    return .list(try list())
  }

  /// Another table: a name, or a pipeline in parentheses.
  func table() throws(Diagnostic) -> Pipeline {
    switch option.value {
    case .table(let pipeline): return pipeline
    case .expression: throw expected("a table")
    }
  }

  private var expression: Expression? {
    if case .expression(let expression) = option.value { expression } else { nil }
  }

  private func constant() throws(Diagnostic) -> Constant {
    guard let expression else { throw expected("a value") }
    return try evaluate(expression, environment: environment)
  }

  private func expected(_ what: String) -> Diagnostic {
    Diagnostic(
      "`\(declaration.name)` takes \(what)", at: option.value.span,
      hint: "`\(declaration.name)`: \(declaration.summary)")
  }

  private func outOfRange(_ words: String) -> Diagnostic {
    Diagnostic("`\(declaration.name)` is out of range", at: option.value.span, hint: "it takes \(words)")
  }
}

extension ClosedRange<Int> {
  /// The range in words, for messages.
  fileprivate var words: String { "\(lowerBound) to \(upperBound)" }
}

extension OptionValue.Setting {
  public var span: SourceSpan {
    switch self {
    case .expression(let expression): expression.span
    case .table(let pipeline): pipeline.span
    }
  }
}
