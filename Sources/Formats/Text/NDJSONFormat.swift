import Diagnostics
import Parallelism
import Tables

extension FileFormat {
  /// A JSON object a line.
  static let ndjson = FileFormat(
    name: "ndjson", summary: "text, a JSON object a line; lists and structures included",
    extensions: ["ndjson", "jsonl"],
    recognises: { input in
      guard let first = input.bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }) else {
        return false
      }
      return first == 0x7B
    },
    open: { (input, options) throws(Diagnostic) in try NDJSONReader(input: input, options: options).read() },
    write: { (table, file, options) throws(Diagnostic) in
      try TextWriter(table, file, options).writeLines(.json)
      return []
    })
}

/// Reads JSON objects, a line each; the columns are all names that occur, in order of first appearance.
struct NDJSONReader {
  let input: InputFile
  let options: LoadOptions

  func read() throws(Diagnostic) -> TableInMemory {
    let rows = try parseRows()
    var names: [String] = []
    var positions: [String: Int] = [:]
    for row in rows {
      guard case .structure(let fields, _) = row else { continue }
      for name in fields where positions[name] == nil {
        positions[name] = names.count
        names.append(name)
      }
    }
    var columns = [[Value]](repeating: [Value](repeating: .null, count: rows.count), count: names.count)
    for (index, row) in rows.enumerated() {
      guard case .structure(let fields, let values) = row else { continue }
      for (name, value) in zip(fields, values) {
        if let position = positions[name] { columns[position][index] = value }
      }
    }
    let found = columns
    let built = try mapIndices(of: names.count) { (index) throws(Diagnostic) -> Column in
      let type = found[index].reduce(DataType.null) { JSONTypes.joined($0, JSONTypes.type(of: $1)) }
      let settled = type == .null ? .string : JSONTypes.settled(type)
      return try Column(settled, found[index].map { JSONTypes.fitted($0, to: settled) })
    }
    let fields = zip(names, built).map { Field($0, $1.type) }
    return TableInMemory(name: input.path, Table(Schema(fields), built, rowCount: rows.count))
  }

  private func parseRows() throws(Diagnostic) -> [Value] {
    let start = input.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var lines: [Range<Int>] = []
    var lineStart = start
    for position in start..<input.bytes.count where input.bytes[position] == TextDialect.newline {
      lines.append(lineStart..<position)
      lineStart = position + 1
    }
    if lineStart < input.bytes.count { lines.append(lineStart..<input.bytes.count) }
    let (input, ranges) = (input, lines)
    let chunks = try mapChunks(of: lines.count, grain: 4096) { (range) throws(Diagnostic) -> [Value] in
      var values: [Value] = []
      for line in range where !isBlank(ranges[line]) {
        var parser = JSONParser(input.bytes, ranges[line])
        guard case .structure(let names, let fields)? = parser.parse() else {
          throw Diagnostic("line \(line + 1) is no JSON object", place: "\(input.path):\(line + 1)")
        }
        values.append(.structure(names, fields))
      }
      return values
    }
    return chunks.flatMap { $0 }
  }

  private func isBlank(_ range: Range<Int>) -> Bool {
    input.bytes[range].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == TextDialect.carriageReturn }
  }
}

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
    case (_, .string): return .text(Text(JSONText.text(value)))
    default: return value
    }
  }
}
