package import Diagnostics

/// A data type of Spark.
package indirect enum SparkType: Sendable, Hashable {
  case null, binary, bool, byte, short, integer, long, float, double, text, date, moment, momentWithZone, duration
  case decimal(precision: Int, scale: Int)
  case list(SparkType)
  case structure([SparkField])
  /// An unsupported type, by its field number.
  case other(Int)

  /// The field numbers in the message `DataType`.
  private static let fields: [(SparkType, Int)] = [
    (.null, 1), (.binary, 2), (.bool, 3), (.byte, 4), (.short, 5), (.integer, 6), (.long, 7), (.float, 8), (.double, 9),
    (.text, 11), (.date, 14), (.momentWithZone, 15), (.moment, 16), (.duration, 19),
  ]

  func write(to writer: inout ProtobufWriter) {
    switch self {
    case .decimal(let precision, let scale):
      writer.write(10) {
        $0.write(1, Int64(scale))
        $0.write(2, Int64(precision))
      }
    case .list(let element):
      writer.write(20) {
        $0.write(1, message: element.write)
        $0.write(2, true)
      }
    case .structure(let fields):
      writer.write(21) { structure in
        for field in fields {
          structure.write(1) {
            $0.write(1, field.name)
            $0.write(2, message: field.type.write)
            $0.write(3, field.isNullable)
          }
        }
      }
    case .other(let field): writer.write(field) { _ in }
    default: if let field = SparkType.fields.first(where: { $0.0 == self })?.1 { writer.write(field) { _ in } }
    }
  }

  /// The maximum nesting depth, as a limit for malformed responses.
  private static let deepest = 64

  package init(_ reader: inout ProtobufReader, depth: Int = 0) throws(Diagnostic) {
    guard depth < SparkType.deepest else { throw .brokenMessage }
    self = .null
    while let field = try reader.next() {
      var inner = try reader.message()
      switch field {
      case 10:
        var (precision, scale) = (10, 0)
        while let part = try inner.next() {
          if part == 1 { scale = Int(try inner.integer()) }
          if part == 2 { precision = Int(try inner.integer()) }
        }
        self = .decimal(precision: precision, scale: scale)
      case 20:
        self = .list(.null)
        while let part = try inner.next() {
          guard part == 1 else { continue }
          var element = try inner.message()
          self = .list(try SparkType(&element, depth: depth + 1))
        }
      case 21:
        var fields: [SparkField] = []
        while let part = try inner.next() {
          guard part == 1 else { continue }
          var field = try inner.message()
          fields.append(try SparkField(&field, depth: depth + 1))
        }
        self = .structure(fields)
      // `char(n)` and `varchar(n)`.
      case 12, 13: self = .text
      default: self = SparkType.fields.first { $0.1 == field }?.0 ?? .other(field)
      }
    }
  }
}

/// A column of a schema or a field of a struct.
package struct SparkField: Sendable, Hashable {
  package var name: String
  package var type: SparkType
  package var isNullable: Bool

  package init(_ name: String, _ type: SparkType, isNullable: Bool = true) {
    (self.name, self.type, self.isNullable) = (name, type, isNullable)
  }

  init(_ reader: inout ProtobufReader, depth: Int) throws(Diagnostic) {
    self.init("", .null, isNullable: false)
    while let field = try reader.next() {
      switch field {
      case 1: name = try reader.text()
      case 2:
        var inner = try reader.message()
        type = try SparkType(&inner, depth: depth)
      case 3: isNullable = try reader.bool()
      default: continue
      }
    }
  }
}
