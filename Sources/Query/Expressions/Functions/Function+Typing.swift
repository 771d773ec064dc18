import Diagnostics
import Tables

// Typing rules that several functions share.

extension Function {
  typealias Typing = @Sendable (inout [BoundExpression]) throws(Diagnostic) -> DataType

  /// Always the same type.
  static func gives(_ type: DataType) -> Typing { { (_) throws(Diagnostic) in type } }

  /// Always the same type, computed from what the clocks of the first argument's zone show.
  static func ofClocks(_ type: DataType) -> Typing {
    { (arguments) throws(Diagnostic) in
      arguments[0] = try arguments[0].onItsClocks()
      return type
    }
  }

  /// The first argument's type.
  static let keepsType: Typing = { (arguments) throws(Diagnostic) in arguments[0].type }

  /// The first argument as a float: f32 stays f32, every other type becomes f64.
  static let floating: Typing = { (arguments) throws(Diagnostic) in
    let type: DataType = arguments[0].type == .f32 ? .f32 : .f64
    arguments[0] = arguments[0].cast(to: type, by: .strict)
    return type
  }

  /// All arguments in their common type.
  static let commonType: Typing = { (arguments) throws(Diagnostic) in
    var widest = arguments[0]
    for argument in arguments.dropFirst() {
      guard let type = widest.meetingType(with: argument) else { throw .mismatch("the call", widest, argument) }
      if type != widest.type { widest = BoundExpression(argument.node, type, span: argument.span) }
    }
    for index in arguments.indices { arguments[index] = arguments[index].cast(to: widest.type) }
    return widest.type
  }

  /// The element type of the first argument, a list.
  static let elementType: Typing = { (arguments) throws(Diagnostic) in
    if case .list(let element) = arguments[0].type { element } else { .null }
  }

  /// The first two arguments as lists of their common element type.
  static let commonLists: Typing = { (arguments) throws(Diagnostic) in
    guard let type = DataType.meeting(arguments[0].type, arguments[1].type) else {
      throw .mismatch("it", arguments[0], arguments[1])
    }
    for index in 0..<2 { arguments[index] = arguments[index].cast(to: type) }
    return type
  }
}

extension Operand {
  /// The text of a constant argument; empty if it is null.
  var text: Text { if case .text(let text)? = value { text } else { Text("") } }

  /// The whole number of a constant argument, clamped to `Int`.
  var integer: Int? {
    if case .integer(let number)? = value { Int(clamping: number) } else { nil }
  }
}
