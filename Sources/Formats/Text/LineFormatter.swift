import Tables

/// How a value is written in a line of text.
enum FieldStyle: Sendable {
  /// Fields between separators, quoted only if necessary. Null is an empty field.
  ///
  /// With `escapesFormulas`, texts that a spreadsheet would read as formulas get a leading apostrophe.
  case separated(by: [UInt8], escapesFormulas: Bool)
  /// JSON values.
  case json

  /// The text of null.
  var null: [UInt8] {
    switch self {
    case .separated: []
    case .json: Array("null".utf8)
    }
  }
}

/// Formats rows as lines: first column by column in blocks that fit the cache, then interleaved row by row.
struct LineFormatter {
  private let table: Table
  private let style: FieldStyle
  /// The bytes in front of each column's field.
  private let prefixes: [[UInt8]]
  private let lineEnd: [UInt8]
  private let columns: [FormattedFields]
  private static let blockRows = 2048

  init(_ table: Table, _ style: FieldStyle) {
    self.table = table
    self.style = style
    columns = table.columns.map { _ in FormattedFields() }
    switch style {
    case .separated(let separator, _):
      prefixes = table.columns.indices.map { $0 == 0 ? [] : separator }
      lineEnd = [TextDialect.newline]
    case .json:
      prefixes = table.schema.names.enumerated().map { index, name in
        var prefix = Array((index == 0 ? "{" : ",").utf8)
        JSONText.append(Array(name.utf8).span, to: &prefix)
        prefix.append(0x3A)
        return prefix
      }
      lineEnd = Array((table.columnCount == 0 ? "{}\n" : "}\n").utf8)
    }
  }

  /// The number of texts that got an apostrophe.
  var escapedCount: Int { columns.reduce(0) { $0 + $1.escapedCount } }

  /// The number of rows that one thread formats at a time: about the same number of fields, however many columns
  /// there are.
  static func pieceRows(_ columnCount: Int) -> Int { max(1 << 8, (1 << 16) / max(1, columnCount)) }

  func append(_ rows: Range<Int>, to output: inout [UInt8]) {
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: LineFormatter.blockRows) {
      let block = start..<min(rows.upperBound, start + LineFormatter.blockRows)
      for index in columns.indices { columns[index].format(table.columns[index], block, style) }
      interleave(block.count, &output)
    }
  }

  private func interleave(_ count: Int, _ output: inout [UInt8]) {
    let perLine = prefixes.reduce(lineEnd.count) { $0 + $1.count }
    let room = columns.reduce(count * perLine) { $0 + $1.byteCount }
    // Short fields are copied as 16 bytes, so there must be space after the last one.
    let written = output.count
    output.append(contentsOf: repeatElement(0, count: room + 16))
    // The pointers belong to `columns`, which must stay alive meanwhile.
    withExtendedLifetime(columns) {
      output.withUnsafeMutableBytes { target in
        guard let base = target.baseAddress else { return }
        var end = base + written
        var sources = columns.map { $0.start }
        let lengths = columns.map { $0.lengthStart }
        for row in 0..<count {
          for column in sources.indices {
            end.put(prefixes[column])
            let length = Int(lengths[column][row])
            end.copyMemory(from: sources[column], byteCount: 16)
            if length > 16 { end.copyMemory(from: sources[column], byteCount: length) }
            sources[column] += length
            end += length
          }
          end.put(lineEnd)
        }
      }
    }
    output.removeLast(16)
  }
}

extension UnsafeMutableRawPointer {
  /// Writes bytes and advances.
  @inline(__always)
  fileprivate mutating func put(_ bytes: [UInt8]) {
    for byte in bytes {
      storeBytes(of: byte, as: UInt8.self)
      self += 1
    }
  }
}
