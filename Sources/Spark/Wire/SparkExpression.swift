/// An unresolved expression of Spark Connect, with typed literals.
package indirect enum SparkExpression: Sendable, Hashable {
  case literal(SparkLiteral)
  /// A column by name.
  case column(String)
  case call(String, [SparkExpression], isDistinct: Bool = false)
  case alias(SparkExpression, String)
  /// - Parameter isTry: whether a failed cast returns null.
  case cast(SparkExpression, SparkType, isTry: Bool = false)
  case window(SparkExpression, partitionedBy: [SparkExpression], orderedBy: [SparkSortKey], SparkFrame?)
  /// All columns.
  case star
  /// A field of a struct.
  case part(SparkExpression, String)
  /// A lambda function with named variables.
  case lambda(SparkExpression, [String])
  case variable(String)

  func write(to writer: inout ProtobufWriter) {
    switch self {
    case .literal(let literal): writer.write(1) { literal.write(to: &$0) }
    case .column(let name): writer.write(2) { $0.write(1, SparkExpression.quoted(name)) }
    case .call(let name, let arguments, let isDistinct):
      writer.write(3) { call in
        call.write(1, name)
        for argument in arguments { call.write(2, message: argument.write) }
        if isDistinct { call.write(3, true) }
      }
    case .star: writer.write(5) { _ in }
    case .part(let value, let name):
      writer.write(12) {
        $0.write(1, message: value.write)
        $0.write(2) { SparkExpression.literal(.text(name)).write(to: &$0) }
      }
    case .lambda(let formula, let names):
      writer.write(10) { function in
        function.write(1, message: formula.write)
        for name in names { function.write(2) { $0.write(1, name) } }
      }
    case .variable(let name): writer.write(14) { $0.write(1, name) }
    case .alias(let expression, let name):
      writer.write(6) {
        $0.write(1, message: expression.write)
        $0.write(2, name)
      }
    case .cast(let expression, let type, let isTry):
      writer.write(7) {
        $0.write(1, message: expression.write)
        $0.write(2, message: type.write)
        $0.write(4, isTry ? 3 : 2 as Int64)
      }
    case .window(let function, let partition, let order, let frame):
      writer.write(11) { window in
        window.write(1, message: function.write)
        for key in partition { window.write(2, message: key.write) }
        for key in order { window.write(3, message: key.write) }
        if let frame { window.write(4, message: frame.write) }
      }
    }
  }

  /// Quotes a name with backticks.
  static func quoted(_ name: String) -> String { "`" + name.replacing("`", with: "``") + "`" }
}

/// A sort key.
package struct SparkSortKey: Sendable, Hashable {
  package var expression: SparkExpression
  package var isDescending: Bool
  package var hasNullsFirst: Bool

  package init(_ expression: SparkExpression, isDescending: Bool = false, hasNullsFirst: Bool = false) {
    (self.expression, self.isDescending, self.hasNullsFirst) = (expression, isDescending, hasNullsFirst)
  }

  func write(to writer: inout ProtobufWriter) {
    writer.write(1, message: expression.write)
    writer.write(2, isDescending ? 2 : 1 as Int64)
    writer.write(3, hasNullsFirst ? 1 : 2 as Int64)
  }
}

/// The frame of a window.
package struct SparkFrame: Sendable, Hashable {
  package enum Bound: Sendable, Hashable {
    case current, unbounded
    /// A number of rows before (negative) or after the current row.
    case rows(Int)
  }

  package var lower: Bound
  package var upper: Bound

  package init(_ lower: Bound, _ upper: Bound) { (self.lower, self.upper) = (lower, upper) }

  func write(to writer: inout ProtobufWriter) {
    writer.write(1, 1 as Int64)
    for (field, bound) in [(2, lower), (3, upper)] {
      writer.write(field) { boundary in
        switch bound {
        case .current: boundary.write(1, true)
        case .unbounded: boundary.write(2, true)
        case .rows(let count):
          boundary.write(3) { SparkExpression.literal(.integer(Int32(clamping: count))).write(to: &$0) }
        }
      }
    }
  }
}

/// A typed literal.
package enum SparkLiteral: Sendable, Hashable {
  case null(SparkType)
  case bool(Bool)
  case byte(Int8)
  case short(Int16)
  case integer(Int32)
  case long(Int64)
  case float(Float)
  case double(Double)
  /// A decimal as text, with its precision and scale.
  case decimal(String, precision: Int, scale: Int)
  case text(String)
  case binary([UInt8])
  /// Days since 1970-01-01.
  case date(Int32)
  /// Microseconds since 1970-01-01T00:00:00, without a zone.
  case moment(Int64)
  /// Microseconds.
  case duration(Int64)

  func write(to writer: inout ProtobufWriter) {
    switch self {
    case .null(let type): writer.write(1, message: type.write)
    case .binary(let bytes): writer.write(2, bytes: bytes)
    case .bool(let value): writer.write(3, value)
    case .byte(let value): writer.write(4, Int64(value))
    case .short(let value): writer.write(5, Int64(value))
    case .integer(let value): writer.write(6, Int64(value))
    case .long(let value): writer.write(7, value)
    case .float(let value): writer.write(10, value)
    case .double(let value): writer.write(11, value)
    case .decimal(let digits, let precision, let scale):
      writer.write(12) {
        $0.write(1, digits)
        $0.write(2, Int64(precision))
        $0.write(3, Int64(scale))
      }
    case .text(let text): writer.write(13, text)
    case .date(let days): writer.write(16, Int64(days))
    case .moment(let ticks): writer.write(18, ticks)
    case .duration(let ticks): writer.write(21, ticks)
    }
  }
}
