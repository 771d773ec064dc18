import Diagnostics
import Tables

/// Detects text that is not a table, lines above the header, and quotes that are ordinary characters.
extension TextSniffer {
  // MARK: - Quotes

  /// Sets the quote character that the user chose.
  func setQuote(_ dialect: inout TextDialect) throws(Diagnostic) {
    guard let quote = options.quote else { return }
    let bytes = Array(quote.utf8)
    dialect.quotesAreSure = true
    if quote == "none" {
      dialect.quote = nil
    } else if bytes.count == 1, bytes[0] > 0x20, bytes[0] < 0x7F {
      dialect.quote = bytes[0]
    } else {
      throw .badQuote(quote)
    }
  }

  /// Treats quotes that are not closed on their line as ordinary characters if they would otherwise hide rows.
  /// Returns a note.
  ///
  /// If the file has a field that really spans several lines, its quotes are left as they are.
  func closeQuotesOnLines(from start: Int, _ dialect: inout TextDialect) -> String? {
    let bytes = UnsafeRawBufferPointer(rebasing: input.bytes[..<max(start, end)])
    var cursor = FieldCursor(bytes, at: start, dialect: dialect)
    guard LoneQuotes.arePossible(dialect), cursor.firstQuote(in: start..<bytes.count) != nil else { return nil }
    var long: [(record: Range<Int>, isOdd: Bool)] = []
    var kinds: [FieldKind] = []
    var rowCount = 0
    while !cursor.isAtEnd {
      let first = cursor.position
      var fields: [FieldCursor.FieldRange] = []
      repeat { fields.append(cursor.readField()) } while !fields[fields.count - 1].endsRow
      let isUnclosed = fields.contains(where: \.isUnclosed)
      let isCutOff = cursor.isAtEnd && end < input.bytes.count
      if isCutOff, !isUnclosed { break }
      rowCount += 1
      if fields.contains(where: { LoneQuotes.spansLines($0, bytes) }) {
        // If the field continues after the sample, only its complete lines are tested; it may be closed later.
        let last = isCutOff ? (bytes.lastIndex(of: TextDialect.newline) ?? first) + 1 : cursor.position
        long.append((first..<last, fields.contains { $0.hasTail } || isUnclosed && !isCutOff))
      } else if rowCount > 1 {
        join(fields, cursor, into: &kinds)
      }
    }
    guard !long.isEmpty else { return nil }
    kinds = kindsOfLines(from: start, dialect, unless: kinds)
    let lone = LoneQuotes(bytes, dialect, kinds: kinds)
    var hidden = 0
    for (record, isOdd) in long {
      guard let rows = lone.rows(hiddenIn: record, isOdd: isOdd) else { return nil }
      hidden += rows - 1
    }
    dialect.quotesSpanLines = false
    let line = bytes[..<long[0].record.lowerBound].reduce(1) { $0 + ($1 == TextDialect.newline ? 1 : 0) }
    let whole = end == input.bytes.count ? "" : " in its first 256 kB"
    return "the quote on line \(line) is not closed there and is read as an ordinary character: \(rowCount + hidden) "
      + "lines\(whole) instead of \(rowCount); `quote=double` lets fields span lines"
  }

  private func join(_ fields: [FieldCursor.FieldRange], _ cursor: FieldCursor, into kinds: inout [FieldKind]) {
    if kinds.isEmpty { kinds = fields.map { _ in .unknown } }
    guard kinds.count == fields.count else { return }
    for (index, field) in fields.enumerated() where kinds[index] != .string && !field.range.isEmpty {
      kinds[index] = kinds[index].joined(FieldKind(cursor.content(of: field).span, decimalComma: false))
    }
  }

  /// The kinds of the columns if every line is parsed by itself, with as many columns as the first line has. The
  /// kinds come from `known`, the records of one line; if there are none, from most of the lines.
  private func kindsOfLines(from start: Int, _ dialect: TextDialect, unless known: [FieldKind]) -> [FieldKind] {
    var alone = dialect
    alone.quotesSpanLines = false
    let rows = sampleRows(from: start, alone)
    let count = rows.first?.count ?? 0
    if known.count == count { return known }
    var kinds = [FieldKind](repeating: .unknown, count: count)
    for row in rows.dropFirst() where row.count == count {
      for (index, field) in row.enumerated() where !field.isNull(dialect) {
        kinds[index] = kinds[index].joined(FieldKind(field.text.span, decimalComma: false))
      }
    }
    return kinds
  }

  // MARK: - Text that is not a table

  /// Refuses markup and documents, whose lines would otherwise be read as rows.
  func requireNoMarkup(from start: Int) throws(Diagnostic) {
    let text = input.bytes[start..<min(input.bytes.count, start + 256)]
      .drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    let beginning = String(decoding: text.prefix(64), as: UTF8.self).lowercased()
    let kinds: [(kind: String, beginnings: [String])] = [
      ("an HTML page", ["<!doctype html", "<html", "<head", "<body", "<table"]),
      ("XML", ["<?xml", "<!doctype", "<svg", "<!--"]),
      ("YAML", ["---\n", "---\r", "%yaml"]),
    ]
    for (kind, beginnings) in kinds where beginnings.contains(where: beginning.hasPrefix) {
      throw .noTable(input.path, kind: kind)
    }
  }

  /// Refuses lines above a table: the first lines differ from the others, which agree on their number of fields.
  func requireNoPreamble(from start: Int, _ dialect: TextDialect) throws(Diagnostic) {
    var best: (columns: Int, line: Int)?
    for separator in TextSniffer.separators {
      var dialect = dialect
      dialect.separator = separator
      let rows = lineFieldCounts(from: start, dialect)
      guard let columns = rows.last?.count, columns > 1 else { continue }
      let above = rows.prefix { $0.count != columns }
      let table = rows[above.count...]
      guard !above.isEmpty, table.count > 1, table.allSatisfy({ $0.count == columns }) else { continue }
      if columns > best?.columns ?? 1 { best = (columns, table[above.count].line) }
    }
    guard let best else { return }
    throw .preamble(input.path, lines: options.skip + best.line, columns: best.columns)
  }

  /// The numbers of fields of the first records, with the number of lines in front of each. Blank lines are skipped.
  private func lineFieldCounts(from start: Int, _ dialect: TextDialect) -> [(line: Int, count: Int)] {
    let bytes = UnsafeRawBufferPointer(rebasing: input.bytes[..<max(end, start)])
    var cursor = FieldCursor(bytes, at: start, dialect: dialect)
    var counts: [(line: Int, count: Int)] = []
    var line = 0
    while counts.count < 100, !cursor.isAtEnd {
      let first = cursor.position
      let isBlank = cursor.isAtBlankLine
      let count = readRow(&cursor).count
      if cursor.isAtEnd, end < input.bytes.count { break }
      if !isBlank { counts.append((line, count)) }
      line += bytes[first..<cursor.position].reduce(0) { $0 + ($1 == TextDialect.newline ? 1 : 0) }
    }
    return counts
  }

  /// Adds a note if text became one column although its lines have several parts.
  func noteOneColumn(_ rows: [[SampledField]], _ layout: inout TextLayout) {
    guard layout.names.count == 1, layout.kinds[0] == .string || layout.kinds[0] == .unknown else { return }
    let isDoubtful = rows.contains { row in row.contains { !$0.isQuoted && TextSniffer.holdsSeveralThings($0.text) } }
    guard isDoubtful || TextSniffer.isProse(layout.names[0]) else { return }
    layout.notes.append(
      "read as a single text column: no separator occurs equally often in its lines; `separator=` sets it, "
        + "`skip=` skips lines above the header")
  }

  /// Whether a line is a heading or a sentence rather than the name of a column.
  private static func isProse(_ line: String) -> Bool {
    let words = line.split(separator: " ")
    let endsAsSentence = line.last.map { ".!?…:".contains($0) } ?? false
    return line.hasPrefix("# ") || line.hasPrefix("## ") || words.count > 5 || words.count > 2 && endsAsSentence
  }

  /// Whether a line seems to have several parts: separators, keys with values, tags, or columns aligned by blanks.
  private static func holdsSeveralThings(_ text: [UInt8]) -> Bool {
    let marks: Set<UInt8> = [0x09, 0x3B, 0x7C, 0x3A, 0x3D, 0x3C, 0x7B, 0x5B]
    var blanks = 0
    for byte in text {
      if marks.contains(byte) { return true }
      blanks = byte == 0x20 ? blanks + 1 : 0
      if blanks > 1 { return true }
    }
    // For example `196 242 3`: numbers separated by one blank.
    let words = text.split(separator: 0x20)
    return words.count > 1 && words.allSatisfy { TextField.isDigits(Array($0).span) }
  }
}
