public import Tables

/// What a session's name stands for inside an expression: `$k`, `$bought`.
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

  /// The value, of a list its elements'.
  public var value: Value {
    switch self {
    case .scalar(let value, _): value
    case .list(let elements): .list((0..<elements.count).map { elements[$0] })
    }
  }
}

/// The session's scalars and lists, as expressions see them.
public struct Environment: Sendable {
  public var constants: [String: Constant]
  /// What other names of the session are, for a message: `train` is `a table`.
  public var others: [String: String]

  public init(constants: [String: Constant] = [:], others: [String: String] = [:]) {
    self.constants = constants
    self.others = others
  }
}
