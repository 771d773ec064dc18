import Diagnostics
import Tables

/// What is inferred from the first lines of a text file: the separator, the names, and the kinds of the columns.
struct TextLayout: Sendable {
  var dialect: TextDialect
  var names: [String]
  var kinds: [FieldKind]
  /// Columns that a typed header declares as lists of words or numbers.
  var listElements: [Int: DataType] = [:]
  /// Columns that a typed header declares as numbers.
  var declaredFloats: Set<Int> = []
  /// The position of the first data row.
  var start: Int
  /// Columns in which datetimes with an offset stand beside some without.
  var mixedOffsets: Set<Int> = []
  /// Notes for the user.
  var notes: [String] = []
}

/// Infers the layout of a text file from its first lines.
struct TextSniffer {
  let input: InputFile
  let options: LoadOptions
  let end: Int
  private static let sampleBytes = 1 << 18
  /// A record longer than this is treated as invalid.
  private static let longestRecord = 1 << 24
  static let separators: [[UInt8]] = [[0x09], [0x2C], [0x3B], [0x3A, 0x3A], [0x7C]]

  init(_ input: InputFile, _ options: LoadOptions) {
    self.input = input
    self.options = options
    end = min(input.bytes.count, TextSniffer.sampleBytes)
  }

  func layout(defaultSeparator: [UInt8]?) throws(Diagnostic) -> TextLayout {
    var start = start(after: options.skip)
    if options.skip > 0, start >= input.bytes.count { throw .skipsEverything(input.path, lines: lineCount) }
    let declared = declaredSeparator(at: start)
    if declared != nil { start = nextLine(start) }
    guard start < input.bytes.count else { throw .emptyFile(input.path) }
    var dialect = TextDialect()
    dialect.nulls = options.nulls.map { Array($0.utf8) }
    dialect.decimalComma = options.decimal == ","
    dialect.backslashEscapes = hasEscapedQuotes(from: start)
    try setQuote(&dialect)
    // If the user has described the text, it is not tested for markup.
    let isOpen = options.format == nil && options.separator == nil && declared == nil && defaultSeparator == nil
    if isOpen { try requireNoMarkup(from: start) }
    if let separator = options.separator {
      guard !separator.isEmpty, !separator.contains("\n"), !separator.hasPrefix("\"") else {
        throw .badSeparator(separator)
      }
      dialect.separator = Array((separator == "\\t" ? "\t" : separator).utf8)
    } else if let known = declared ?? defaultSeparator {
      dialect.separator = known
    } else {
      let found = sniffSeparator(from: start, dialect)
      dialect.separator = found.separator
      if isOpen, found.agreement < 0.5 { try requireNoPreamble(from: start, dialect) }
    }
    let quoteNote = closeQuotesOnLines(from: start, &dialect)
    let rows = sampleRows(from: start, dialect)
    guard let first = rows.first else {
      if end < input.bytes.count { throw .endlessLine(input.path, over: TextSniffer.longestRecord) }
      throw .emptyFile(input.path)
    }
    let header = NumberedHeader(rows, dialect)
    dialect.hasHeader = options.header ?? (looksLikeHeader(first, dialect) || header.isHeader)
    var layout = TextLayout(dialect: dialect, names: [], kinds: [], start: start)
    layout.notes += quoteNote.map { [$0] } ?? []
    if options.header == nil { layout.notes += header.note.map { [$0] } ?? [] }
    if let declared {
      layout.notes.append("the first line, `sep=\(String(decoding: declared, as: UTF8.self))`, is no data: passed over")
    }
    if dialect.hasHeader {
      layout.names = first.enumerated().map { index, field in
        field.text.isEmpty ? "column_\(index + 1)" : String(decoding: field.text, as: UTF8.self)
      }
      var cursor = FieldCursor(input.bytes, at: start, dialect: dialect)
      while !cursor.isAtEnd, cursor.isAtBlankLine { cursor.skipRow() }
      cursor.skipRow()
      layout.start = cursor.position
    } else {
      layout.names = first.indices.map { "column_\($0 + 1)" }
    }
    layout.kinds = first.map { _ in .unknown }
    let data = rows.dropFirst(dialect.hasHeader ? 1 : 0)
    var digits = DigitTexts(count: first.count)
    for row in data { join(row, into: &layout, &digits) }
    if options.decimal == nil, dialect.separator != [0x2C] { sniffDecimalCommas(data, &layout) }
    widen(&layout, &digits)
    readTypedHeader(&layout)
    for (index, name) in layout.names.enumerated()
    where layout.kinds[index] == .string && layout.listElements[index] == nil && options.types[name] == nil {
      layout.notes += digits.note(on: index, name).map { [$0] } ?? []
      if layout.mixedOffsets.contains(index) {
        layout.notes.append("`\(name)` is str: only some of its datetimes have an offset")
      }
    }
    if isOpen { noteOneColumn(rows, &layout) }
    noteForeignText(&layout)
    return layout
  }

  /// Samples rows all over a large file, to find kinds that do not occur in the first rows.
  ///
  /// Positions near quotes are skipped: only a scan of the whole file can tell whether they are inside a field.
  private func widen(_ layout: inout TextLayout, _ digits: inout DigitTexts) {
    let bytes = input.bytes
    let (places, length) = (64, 1 << 13)
    guard bytes.count > 2 * TextSniffer.sampleBytes else { return }
    // The kernel maps megabytes around each position.
    defer { input.release(0..<bytes.count) }
    for place in 1...places {
      let start = place == places ? bytes.count - length : bytes.count / places * place
      let window = bytes[start..<min(bytes.count, start + length)]
      let mayHide = layout.dialect.hidesLineEnds && layout.dialect.quote.map { window.contains($0) } ?? false
      guard !mayHide, let first = window.firstIndex(of: TextDialect.newline),
        let last = window.lastIndex(of: TextDialect.newline), last > first
      else { continue }
      let rows = UnsafeRawBufferPointer(rebasing: bytes[...last])
      var cursor = FieldCursor(rows, at: first + 1, dialect: layout.dialect)
      while !cursor.isAtEnd {
        let row = readRow(&cursor)
        if row.count == layout.names.count { join(row, into: &layout, &digits) }
      }
    }
  }

  /// Adds a note if the first lines are not UTF-8: text of older programs would be shown as raw bytes.
  private func noteForeignText(_ layout: inout TextLayout) {
    let start = input.bytes.prefix(TextSniffer.sampleBytes)
    let lines = start.count < input.bytes.count ? start[...(start.lastIndex(of: TextDialect.newline) ?? 0)] : start
    if String(validating: lines, as: UTF8.self) == nil {
      layout.notes.append("the text is not valid UTF-8; set its encoding, for example `encoding=\"windows-1251\"`")
    }
  }

  /// Treats commas as decimal marks if this turns text columns into numbers, and no other column has floats with a
  /// point.
  ///
  /// If every comma is followed by three digits, it may be a thousands separator, and nothing is changed.
  private func sniffDecimalCommas(_ rows: ArraySlice<[SampledField]>, _ layout: inout TextLayout) {
    guard !layout.kinds.contains(.float) else { return }
    let found = layout.kinds.indices.filter { index in
      guard layout.kinds[index] == .string else { return false }
      let fields = rows.compactMap { row in
        row.indices.contains(index) && !row[index].isNull(layout.dialect) ? row[index] : nil
      }
      let isDecimal = fields.contains { field in
        field.text.lastIndex(of: 0x2C).map { field.text.count - $0 != 4 } ?? false
      }
      return isDecimal
        && fields.allSatisfy {
          TextField.float($0.text.span, decimalComma: true) != nil && !TextField.isCode($0.text.span)
        }
    }
    guard !found.isEmpty else { return }
    layout.dialect.decimalComma = true
    for index in found { layout.kinds[index] = .float }
    let names = found.map { "`\(layout.names[$0])`" }.joined(separator: ", ")
    layout.notes.append("\(names): commas read as decimal marks; `decimal=\".\"` leaves them as they are")
  }

  /// Whether backslashes escape quotes inside quoted fields: only then can a letter follow such a quote.
  func hasEscapedQuotes(from start: Int) -> Bool {
    let bytes = input.bytes
    let ends = Set(TextSniffer.separators.map { $0[0] } + [TextDialect.newline, TextDialect.carriageReturn])
    var (escaped, closing) = (0, 0)
    for index in max(start, 2)..<max(start, 2, end - 1)
    where bytes[index] == TextDialect.doubleQuote && bytes[index - 1] == TextDialect.backslash
      && bytes[index - 2] != TextDialect.backslash
    {
      if ends.contains(bytes[index + 1]) {
        closing += 1
      } else if bytes[index + 1] != TextDialect.doubleQuote {
        escaped += 1
      }
    }
    return escaped > 0 && escaped >= closing
  }

  private func join(_ row: [SampledField], into layout: inout TextLayout, _ digits: inout DigitTexts) {
    for (index, field) in row.prefix(layout.kinds.count).enumerated() {
      let isText = layout.kinds[index] == .string
      if isText && !digits.mayBeNumbers(index) || field.isNull(layout.dialect) { continue }
      let kind = FieldKind(field.text.span, decimalComma: layout.dialect.decimalComma)
      digits.add(field.text, kind, to: index)
      if isText { continue }
      if layout.kinds[index].mixesOffsets(with: kind) { layout.mixedOffsets.insert(index) }
      layout.kinds[index] = layout.kinds[index].joined(kind)
    }
  }

  func readRow(_ cursor: inout FieldCursor) -> [SampledField] {
    var row: [SampledField] = []
    while true {
      let field = cursor.readField()
      row.append(SampledField(text: cursor.content(of: field), isQuoted: field.isQuoted))
      if field.endsRow { return row }
    }
  }

  /// Parses a typed header such as `user_id:token`, as in RecBole's atomic files.
  private func readTypedHeader(_ layout: inout TextLayout) {
    let parts = layout.names.map { $0.split(separator: ":", omittingEmptySubsequences: false) }
    let kinds: Set<Substring> = ["token", "token_seq", "float", "float_seq"]
    guard layout.dialect.hasHeader, parts.allSatisfy({ $0.count == 2 && !$0[0].isEmpty && kinds.contains($0[1]) })
    else { return }
    layout.names = parts.map { String($0[0]) }
    for (index, part) in parts.enumerated() {
      switch part[1] {
      case "float":
        layout.kinds[index] = .float
        layout.declaredFloats.insert(index)
      case "token_seq", "float_seq":
        layout.kinds[index] = .string
        layout.listElements[index] = part[1] == "token_seq" ? .string : .f64
      default:
        if !layout.kinds[index].isInteger, layout.kinds[index] != .unknown { layout.kinds[index] = .string }
      }
    }
  }

  /// The position after so many lines.
  func start(after lines: Int) -> Int {
    var start = input.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var skipped = 0
    while skipped < lines, start < input.bytes.count {
      start = nextLine(start)
      skipped += 1
    }
    return start
  }

  private var lineCount: Int {
    var (count, start) = (0, start(after: 0))
    while start < input.bytes.count {
      start = nextLine(start)
      count += 1
    }
    return count
  }

  func nextLine(_ start: Int) -> Int {
    var position = start
    while position < input.bytes.count, input.bytes[position] != TextDialect.newline { position += 1 }
    return min(input.bytes.count, position + 1)
  }

  /// The separator of a first line `sep=;`, which spreadsheet programs write for each other.
  private func declaredSeparator(at start: Int) -> [UInt8]? {
    var line = input.bytes[start..<nextLine(start)].prefix(8)
    while let last = line.last,
      [TextDialect.newline, TextDialect.carriageReturn, TextDialect.doubleQuote].contains(last)
    {
      line.removeLast()
    }
    if line.first == TextDialect.doubleQuote { line.removeFirst() }
    guard line.count == 5, line.prefix(4).elementsEqual("sep=".utf8) || line.prefix(4).elementsEqual("SEP=".utf8) else {
      return nil
    }
    return Array(line.suffix(1))
  }

  /// The separator that occurs equally often in each of the first lines. The most columns win, then the order of
  /// `separators`.
  private func sniffSeparator(
    from start: Int, _ dialect: TextDialect
  ) -> (separator: [UInt8], columns: Int, agreement: Double) {
    var best = (separator: [UInt8](",".utf8), columns: 1, agreement: 0.0)
    for separator in TextSniffer.separators {
      var dialect = dialect
      dialect.separator = separator
      let counts = sampleRows(from: start, dialect, limit: 50).map(\.count)
      guard let first = counts.first, first > 1 else { continue }
      let agreement = Double(counts.filter { $0 == first }.count) / Double(counts.count)
      if (agreement, first) > (best.agreement, best.columns) { best = (separator, first, agreement) }
    }
    return best
  }

  /// Whether the first line is a header. A line with a number, a date or an empty field is data.
  private func looksLikeHeader(_ fields: [SampledField], _ dialect: TextDialect) -> Bool {
    fields.contains { !$0.text.isEmpty }
      && fields.allSatisfy { field in
        field.isQuoted || field.text.isEmpty
          || !TextField.isDigits(field.text.span) && !TextField.isCode(field.text.span)
            && FieldKind(field.text.span, decimalComma: dialect.decimalComma) == .string
      }
  }

  struct SampledField {
    var text: [UInt8]
    var isQuoted: Bool

    func isNull(_ dialect: TextDialect) -> Bool {
      (text.isEmpty && !isQuoted) || dialect.nulls.contains(text)
    }
  }

  /// The rows of the sample, without the last one, which may be incomplete.
  ///
  /// The sample is extended until it holds the first two records: a header may be very long.
  func sampleRows(from start: Int, _ dialect: TextDialect, limit: Int = 2000) -> [[SampledField]] {
    var end = max(end, start)
    while true {
      let rows = sampleRows(from: start, to: end, dialect, limit: limit)
      if rows.count > 1 || end == input.bytes.count || end - start >= TextSniffer.longestRecord { return rows }
      end = min(input.bytes.count, start + 4 * max(1, end - start))
    }
  }

  private func sampleRows(from start: Int, to end: Int, _ dialect: TextDialect, limit: Int) -> [[SampledField]] {
    var cursor = FieldCursor(UnsafeRawBufferPointer(rebasing: input.bytes[..<end]), at: start, dialect: dialect)
    var rows: [[SampledField]] = []
    while rows.count < limit, !cursor.isAtEnd {
      let row = readRow(&cursor)
      let isBlank = row.count == 1 && row[0].text.isEmpty && !row[0].isQuoted
      if cursor.isAtEnd, end < input.bytes.count { break }
      if !isBlank { rows.append(row) }
    }
    return rows
  }
}

extension Diagnostic {
  static func badSeparator(_ separator: String) -> Diagnostic {
    Diagnostic("`\(separator)` cannot separate fields", hint: #"for example `separator=";"`"#)
      .about(option: "separator")
  }
}
