import Diagnostics
import Parallelism
import Tables

/// Writes a table as separated text on all cores.
///
/// Numbers are written in the fewest digits that read back the same, dates as ISO 8601; a field is quoted only where it
/// has to be, and the empty text is, to tell it from null.
struct TextWriter {
  private let table: Table
  private let file: OutputFile
  private let options: SaveOptions
  private let separator: [UInt8]
  private let codec: Codec
  /// Rows of a piece that one thread formats; and pieces that are formatted before they are written.
  private static let pieceRows = 1 << 16
  private static let pieces = 32

  init(_ table: Table, _ file: OutputFile, _ options: SaveOptions, separator: String) throws(Diagnostic) {
    self.table = table
    self.file = file
    self.options = options
    let chosen = options.separator ?? separator
    guard !chosen.isEmpty, !chosen.contains("\n"), !chosen.contains("\"") else { throw .badSeparator(chosen) }
    self.separator = Array((chosen == "\\t" ? "\t" : chosen).utf8)
    codec = try TextWriter.codec(file.path, options)
  }

  /// gzip members and zstd frames may stand one after another, so every piece is compressed for itself.
  static func codec(_ path: String, _ options: SaveOptions) throws(Diagnostic) -> Codec {
    switch options.compression ?? (["gz": "gzip", "zst": "zstd"][pathExtension(path)] ?? "none") {
    case "gzip": return .gzip
    case "zstd": return .zstd
    case "none", "uncompressed": return .uncompressed
    case let other: throw .unknownCompression(other, among: ["gzip", "zstd", "none"])
    }
  }

  /// Writes all rows; what a text file cannot say as the table does is returned as notes.
  func write() throws(Diagnostic) -> [String] {
    if options.header {
      var header: [UInt8] = []
      for (index, name) in table.schema.names.enumerated() {
        if index > 0 { header += separator }
        let bytes = Array(name.utf8)
        FieldQuoting.append(bytes.span, separator: separator, to: &header)
      }
      header.append(TextDialect.newline)
      try file.append([codec == .uncompressed ? header : try TextWriter.compressed(header, codec)])
    }
    let (table, separator, codec) = (table, separator, codec)
    let pieceCount = (table.rowCount + TextWriter.pieceRows - 1) / TextWriter.pieceRows
    for first in stride(from: 0, to: pieceCount, by: TextWriter.pieces) {
      let wave = try mapIndices(of: min(TextWriter.pieces, pieceCount - first)) { (index) throws(Diagnostic) in
        let start = (first + index) * TextWriter.pieceRows
        var formatter = PieceFormatter(table, separator: separator)
        let piece = formatter.format(start..<min(table.rowCount, start + TextWriter.pieceRows))
        return codec == .uncompressed ? piece : try TextWriter.compressed(piece, codec)
      }
      try file.append(wave)
    }
    return table.schema.fields.compactMap { field in
      field.type.isNested ? "`\(field.name)` is written as JSON text" : nil
    }
  }

  static func compressed(_ bytes: [UInt8], _ codec: Codec) throws(Diagnostic) -> [UInt8] {
    guard let packed = bytes.withUnsafeBytes({ codec.compress($0) }) else {
      throw .fault("text that does not compress")
    }
    return packed
  }
}

/// Formats some rows: column by column in blocks that stay in the cache, then row by row.
private struct PieceFormatter {
  private let table: Table
  private let separator: [UInt8]
  private var columns: [FormattedFields]
  private var output: [UInt8] = []
  private static let blockRows = 2048

  init(_ table: Table, separator: [UInt8]) {
    self.table = table
    self.separator = separator
    columns = table.columns.map { _ in FormattedFields() }
  }

  mutating func format(_ rows: Range<Int>) -> [UInt8] {
    output.reserveCapacity(rows.count * 12 * max(1, columns.count))
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: PieceFormatter.blockRows) {
      let block = start..<min(rows.upperBound, start + PieceFormatter.blockRows)
      for index in columns.indices { columns[index].format(table.columns[index], block, separator: separator) }
      interleave(block.count)
    }
    return output
  }

  private mutating func interleave(_ count: Int) {
    let room = columns.reduce(0) { $0 + $1.byteCount } + count * columns.count * max(1, separator.count)
    // Short fields are copied as 16 bytes, so there is a little room behind the last.
    let written = output.count
    output.reserveCapacity(written + room + 16)
    output.append(contentsOf: repeatElement(0, count: room + 16))
    var end = written
    output.withUnsafeMutableBytes { target in
      guard let base = target.baseAddress else { return }
      var sources = columns.map { $0.start }
      let lengths = columns.map { $0.lengthStart }
      for row in 0..<count {
        for column in sources.indices {
          if column > 0 {
            for byte in separator {
              (base + end).storeBytes(of: byte, as: UInt8.self)
              end &+= 1
            }
          }
          let length = Int(lengths[column][row])
          if length <= 16 {
            (base + end).copyMemory(from: sources[column], byteCount: 16)
          } else {
            (base + end).copyMemory(from: sources[column], byteCount: length)
          }
          sources[column] += length
          end &+= length
        }
        (base + end).storeBytes(of: TextDialect.newline, as: UInt8.self)
        end &+= 1
      }
    }
    output.removeLast(output.count - end)
  }
}
