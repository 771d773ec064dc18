public import Diagnostics

/// The value that a person wrote for a parameter.
public enum ParameterValue: Sendable {
  case integer(Int)
  case real(Double)
  case flag(Bool)
  case word(String)
  case numbers([Double])
  case models([ModelReference])

  /// The value as it would be written: `500`, `0.01`, `paper`, `[1, 5]`.
  public var text: String {
    switch self {
    case .integer(let value): "\(value)"
    case .real(let value): numberText(value)
    case .flag(let value): "\(value)"
    case .word(let value): value
    case .numbers(let values): "[" + values.map(numberText).joined(separator: ", ") + "]"
    case .models(let models): "[" + models.map(\.name).joined(separator: ", ") + "]"
    }
  }

  /// The kind of value, as messages call it.
  var kind: String {
    switch self {
    case .integer: "a whole number"
    case .real: "a number"
    case .flag: "true or false"
    case .word: "a word"
    case .numbers: "a list of numbers"
    case .models: "a list of models"
    }
  }
}

/// A model that is part of another one: the name of a kind that is still to be fitted, or a fitted model.
public enum ModelReference: Sendable {
  case named(String)
  case fitted(any FittedModel, name: String)

  public var name: String {
    switch self {
    case .named(let name), .fitted(_, let name): name
    }
  }
}

/// The shortest text of a number: whole numbers without `.0`.
func numberText(_ value: Double) -> String {
  guard value.isFinite, value == value.rounded(), abs(value) < 1e15 else { return "\(value)" }
  return "\(Int(value))"
}

/// A parameter as it was written: its name (nil for the one that needs none) and its value.
public struct ParameterArgument: Sendable {
  public var name: String?
  public var value: ParameterValue
  /// Its position in the source, for messages.
  public var span: SourceSpan?

  public init(_ name: String?, _ value: ParameterValue, at span: SourceSpan? = nil) {
    self.name = name
    self.value = value
    self.span = span
  }
}
