import Tables

/// Writes values as JSON.
enum JSONText {
  static func text(_ value: Value, as type: DataType) -> String {
    var output: [UInt8] = []
    append(value, as: type, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// Appends a value of the given type. NaN and infinities become null; values that are not numbers, bools, lists or
  /// structs become strings.
  static func append(_ value: Value, as type: DataType, to output: inout [UInt8]) {
    switch value {
    case .null: output += "null".utf8
    case .bool(let bool): output += (bool ? "true" : "false").utf8
    case .integer(let number): output += number.description.utf8
    case .float(let number): output += (number.isFinite ? value.text(as: type) : "null").utf8
    case .decimal: output += value.description.utf8
    case .text(let text), .binary(let text): append(text.bytes.span, to: &output)
    case .list(let values):
      output.append(0x5B)
      for (index, value) in values.enumerated() {
        if index > 0 { output.append(0x2C) }
        append(value, as: type.element ?? .null, to: &output)
      }
      output.append(0x5D)
    case .structure(let names, let values):
      let fields = type.fields
      output.append(0x7B)
      for (index, (name, value)) in zip(names, values).enumerated() {
        if index > 0 { output.append(0x2C) }
        let bytes = Array(name.utf8)
        append(bytes.span, to: &output)
        output.append(0x3A)
        append(value, as: fields.indices.contains(index) ? fields[index].type : .null, to: &output)
      }
      output.append(0x7D)
    case .date, .time, .datetime, .zoned, .duration:
      let bytes = Array(FieldText.text(value).utf8)
      append(bytes.span, to: &output)
    }
  }

  /// Appends a quoted string.
  static func append(_ text: borrowing Span<UInt8>, to output: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    output.append(0x22)
    for index in text.indices {
      let byte = text[index]
      switch byte {
      case 0x22, 0x5C: output += [0x5C, byte]
      case 0x0A: output += "\\n".utf8
      case 0x0D: output += "\\r".utf8
      case 0x09: output += "\\t".utf8
      case 0..<0x20: output += "\\u00".utf8 + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: output.append(byte)
      }
    }
    output.append(0x22)
  }
}
