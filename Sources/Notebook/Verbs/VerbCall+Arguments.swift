import Diagnostics
import Query
import Tables

/// Reads the arguments of a verb; `$x` is replaced by the session's value.
extension VerbCall {
  /// The value of an argument: `load "path"`, `step 5`.
  func argument(_ index: Int, _ session: Session) throws(Diagnostic) -> (value: Constant, span: SourceSpan)? {
    guard index < arguments.count, case .expression(let expression) = arguments[index] else { return nil }
    return (try evaluate(expression, environment: session.environment), expression.span)
  }

  func integerArgument(
    _ index: Int, _ name: String, in range: ClosedRange<Int>, _ session: Session
  ) throws(Diagnostic) -> Int? {
    guard let (value, span) = try argument(index, session) else { return nil }
    guard case .scalar(.integer(let number), _) = value, let number = Int(exactly: number), range.contains(number)
    else {
      throw Diagnostic("`\(name)` is a whole number: \(range.lowerBound) to \(range.upperBound)", at: span)
    }
    return number
  }

  func textArgument(
    _ index: Int, _ name: String, _ session: Session
  ) throws(Diagnostic) -> (text: String, span: SourceSpan)? {
    guard let (value, span) = try argument(index, session) else { return nil }
    guard case .scalar(.text(let text), _) = value else {
      throw Diagnostic("`\(self.name)` takes \(name) in quotes", at: span, hint: "`\(self.name) \"…\"`")
    }
    return (text.string, span)
  }

  /// An argument that is a word: the model in `fit EASE`, the kind in `plot bar`.
  func wordArgument(_ index: Int) -> Identifier? {
    guard index < arguments.count else { return nil }
    switch arguments[index] {
    case .word(let word): return word
    case .expression(let expression):
      guard case .name(let word) = expression.node else { return nil }
      return Identifier(word, expression.span)
    default: return nil
    }
  }

  /// All arguments that are names: `recommend tp, ease`, `values product_id`.
  var nameArguments: [Identifier] { arguments.indices.compactMap(wordArgument) }
}
