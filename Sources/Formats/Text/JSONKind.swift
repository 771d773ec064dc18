import Tables

/// The types that JSON values have, and what holds several.
enum JSONTypes {
  static func type(of value: Value) -> DataType {
    switch value {
    case .bool: .bool
    case .integer: .i64
    case .float: .f64
    case .text: .string
    case .list(let values): .list(values.reduce(.null) { joined($0, type(of: $1)) })
    case .structure(let names, let values): .structure(zip(names, values).map { Field($0, type(of: $1)) })
    default: .null
    }
  }

  /// What holds values of both; text, as JSON, where nothing else does.
  static func joined(_ left: DataType, _ right: DataType) -> DataType {
    if left == right { return left }
    switch (left, right) {
    case (.null, let only), (let only, .null): return only
    case (.i64, .f64), (.f64, .i64): return .f64
    case (.list(let a), .list(let b)): return .list(joined(a, b))
    case (.structure(let a), .structure(let b)):
      var fields = a
      for field in b {
        if let index = fields.firstIndex(where: { $0.name == field.name }) {
          fields[index].type = joined(fields[index].type, field.type)
        } else {
          fields.append(field)
        }
      }
      return .structure(fields)
    default: return .string
    }
  }

  /// The type with text where only nulls were seen, and where a structure has no fields.
  static func settled(_ type: DataType) -> DataType {
    switch type {
    case .null: .string
    case .list(let element): .list(settled(element))
    case .structure(let fields): fields.isEmpty ? .string : .structure(fields.map { Field($0.name, settled($0.type)) })
    default: type
    }
  }

  /// A value as the column's type holds it.
  static func fitted(_ value: Value, to type: DataType) -> Value {
    switch (value, type) {
    case (.null, _), (.text, .string): return value
    case (.integer(let number), .f64): return .float(Double(number))
    case (.list(let values), .list(let element)): return .list(values.map { fitted($0, to: element) })
    case (.structure(let names, let values), .structure(let fields)):
      let found = Dictionary(zip(names, values)) { _, last in last }
      return .structure(fields.map(\.name), fields.map { fitted(found[$0.name] ?? .null, to: $0.type) })
    case (_, .string): return .text(Text(JSONText.text(value, as: .null)))
    default: return value
    }
  }
}
