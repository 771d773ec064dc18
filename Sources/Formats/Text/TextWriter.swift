import Diagnostics
import Parallelism
import Tables

/// Writes a table as lines of text on all cores.
///
/// Numbers get the fewest digits that read back as the same value; dates are ISO 8601. Fields are quoted only if
/// necessary. The empty text is always quoted, to distinguish it from null.
struct TextWriter {
  let table: Table
  let file: OutputFile
  let options: SaveOptions
  /// Pieces are compressed independently: gzip members and zstd frames may be concatenated.
  private let codec: Codec

  init(_ table: Table, _ file: OutputFile, _ options: SaveOptions) throws(Diagnostic) {
    self.table = table
    self.file = file
    self.options = options
    switch options.compression ?? (["gz": "gzip", "zst": "zstd"][pathExtension(file.path)] ?? "none") {
    case "gzip": codec = .gzip
    case "zstd": codec = .zstd
    case "none", "uncompressed": codec = .uncompressed
    case let other: throw .unknownCompression(other, among: ["gzip", "zstd", "none"])
    }
  }

  /// Writes all rows with separators. Returns notes on information that the file loses.
  func writeSeparated(by usual: String) throws(Diagnostic) -> [String] {
    let chosen = options.separator ?? usual
    guard !chosen.isEmpty, !chosen.contains("\n"), !chosen.contains("\"") else { throw .badSeparator(chosen) }
    try table.requireText()
    let separator = Array((chosen == "\\t" ? "\t" : chosen).utf8)
    var escaped = 0
    if options.header {
      var header: [UInt8] = []
      for (index, name) in table.schema.names.enumerated() {
        if index > 0 { header += separator }
        let isEscaped = options.escapesFormulas && FieldQuoting.isFormula(Array(name.utf8).span)
        let bytes = Array((isEscaped ? "'" + name : name).utf8)
        FieldQuoting.append(
          bytes.span, separator: separator, always: FieldQuoting.looksLikeValue(bytes.span), to: &header)
        escaped += isEscaped ? 1 : 0
      }
      header.append(TextDialect.newline)
      try append(header)
    }
    escaped += try writeLines(.separated(by: separator, escapesFormulas: options.escapesFormulas))
    var notes = table.schema.fields.compactMap { field in
      field.type.isNested ? "`\(field.name)` is written as JSON text" : nil
    }
    notes += table.zonesThatTextLoses
    if escaped > 0 {
      notes.append("\(counted(escaped, "text")) would be a formula in a spreadsheet: an apostrophe stands before it")
    }
    return notes
  }

  /// Writes every row as an object of one array of JSON, a line each.
  func writeArray() throws(Diagnostic) {
    try append(Array("[\n".utf8))
    try writeLines(.json, isArray: true)
    try append(Array("]\n".utf8))
  }

  private func append(_ bytes: [UInt8]) throws(Diagnostic) {
    try file.append(codec == .uncompressed ? bytes : try TextWriter.compressed(bytes, codec))
  }

  /// Writes every row as a line. Returns the number of texts that got an apostrophe.
  ///
  /// - Parameter isArray: whether a comma stands at the end of every line but the last.
  @discardableResult
  func writeLines(_ style: FieldStyle, isArray: Bool = false) throws(Diagnostic) -> Int {
    let (table, codec) = (table, codec)
    let pieceRows = LineFormatter.pieceRows(table.columnCount)
    let pieceCount = (table.rowCount + pieceRows - 1) / pieceRows
    // How many pieces are formatted at a time before they are written.
    let wave = 64
    var escaped = 0
    for first in stride(from: 0, to: pieceCount, by: wave) {
      let counts = try file.append(pieces: min(wave, pieceCount - first)) { (index, piece) throws(Diagnostic) -> Int in
        let start = (first + index) * pieceRows
        let formatter = LineFormatter(table, style)
        formatter.append(start..<min(table.rowCount, start + pieceRows), to: &piece)
        if isArray { piece = TextWriter.separated(piece, isLast: first + index == pieceCount - 1) }
        if codec != .uncompressed { piece = try TextWriter.compressed(piece, codec) }
        return formatter.escapedCount
      }
      escaped += counts.reduce(0, +)
    }
    return escaped
  }

  /// Lines with a comma before each line end; the last line of all has none.
  private static func separated(_ lines: [UInt8], isLast: Bool) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(lines.count + lines.count / 8)
    let end = isLast ? lines.count - 1 : lines.count
    for (index, byte) in lines.enumerated() {
      if byte == TextDialect.newline, index < end { result.append(UInt8(ascii: ",")) }
      result.append(byte)
    }
    return result
  }

  private static func compressed(_ bytes: [UInt8], _ codec: Codec) throws(Diagnostic) -> [UInt8] {
    guard let packed = bytes.withUnsafeBytes({ codec.compress($0) }) else {
      throw .fault("text that does not compress")
    }
    return packed
  }
}
