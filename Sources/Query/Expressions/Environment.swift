public import Tables

/// The value of a session variable in an expression: `$k`, `$bought`.
public enum Constant: Sendable {
  case scalar(Value, DataType)
  /// The elements of a list.
  case list(Column)

  public var type: DataType {
    switch self {
    case .scalar(_, let type): type
    case .list(let elements): .list(elements.type)
    }
  }

  /// The value of the scalar or the list.
  public var value: Value {
    switch self {
    case .scalar(let value, _): value
    case .list(let elements): .list((0..<elements.count).map { elements[$0] })
    }
  }
}

/// The session variables that expressions can use.
public struct Environment: Sendable {
  public var constants: [String: Constant]
  /// What the other variables are, for messages: `train` is `a table`.
  public var others: [String: String]

  public init(constants: [String: Constant] = [:], others: [String: String] = [:]) {
    self.constants = constants
    self.others = others
  }
}
