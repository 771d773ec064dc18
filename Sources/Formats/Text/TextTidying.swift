import Diagnostics
import Parallelism

/// Normalises separated text before it is parsed: removes comments, blanks around fields and thousands separators,
/// pads short lines, and replaces the user's words for true and false.
///
/// It runs only if one of its options is given, because it needs further passes over the file. Line ends stay where they
/// are, so that messages name the lines of the file.
struct TextTidying {
  let options: LoadOptions
  let path: String
  let dialect: TextDialect

  struct Field {
    var bytes: [UInt8] = []
    var isQuoted = false
  }

  static func isWanted(_ options: LoadOptions) -> Bool {
    options.comment != nil || options.thousands != nil || !options.trueValues.isEmpty || !options.falseValues.isEmpty
      || options.padsLines || options.trims
  }

  /// Returns the normalised text, and the options that are still to be applied.
  static func applied(
    to input: InputFile, _ options: LoadOptions, defaultSeparator: [UInt8]? = nil
  ) throws(Diagnostic) -> (InputFile, LoadOptions) {
    guard isWanted(options) else { return (input, options) }
    let tidying = try TextTidying(input, options, defaultSeparator)
    var rest = options
    rest.separator = String(decoding: tidying.dialect.separator, as: UTF8.self)
    rest.skip = 0
    return (try tidying.rewritten(input), rest)
  }

  private init(_ input: InputFile, _ options: LoadOptions, _ defaultSeparator: [UInt8]?) throws(Diagnostic) {
    self.options = options
    path = input.path
    var dialect = TextDialect()
    dialect.separator =
      options.separator.map { Array($0.utf8) } ?? defaultSeparator
      ?? TextTidying.likelySeparator(of: input.bytes, options)
    dialect.decimalComma = options.decimal == ","
    dialect.nulls = options.nulls.map { Array($0.utf8) }
    // Quotes are read as without these options.
    let sniffer = TextSniffer(input, options)
    let start = sniffer.start(after: options.skip)
    try sniffer.setQuote(&dialect)
    dialect.backslashEscapes = sniffer.hasEscapedQuotes(from: start)
    _ = sniffer.closeQuotesOnLines(from: start, &dialect)
    self.dialect = dialect
  }

  /// The most frequent candidate separator in the first line that is not a comment.
  private static func likelySeparator(of bytes: UnsafeRawBufferPointer, _ options: LoadOptions) -> [UInt8] {
    let comment = options.comment.map { Array($0.utf8) } ?? []
    for line in bytes.prefix(1 << 20).split(separator: 0x0A).dropFirst(options.skip) {
      if !comment.isEmpty, line.starts(with: comment) { continue }
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { continue }
      let candidates: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]
      let counted = candidates.map { sign in (sign, line.count { $0 == sign }) }
      let best = counted.reduce(counted[0]) { $1.1 > $0.1 ? $1 : $0 }
      return [best.1 > 0 ? best.0 : 0x2C]
    }
    return [0x2C]
  }

  private func rewritten(_ input: InputFile) throws(Diagnostic) -> InputFile {
    let columns = try TidiedColumns(self, input)
    let spool = try ByteSpool(path: path)
    var pending: [UInt8] = []
    var isFirst = true
    try forEachRecord(of: input) { (record, line) throws(Diagnostic) in
      guard var fields = record else {
        // A blank line in its place; in a table of one column it would be a null.
        if columns.width > 1 { pending.append(0x0A) }
        return
      }
      if !fields.isEmpty {
        if options.padsLines { try pad(&fields, to: columns.width, line) }
        for (index, field) in fields.enumerated() {
          if index > 0 { pending += dialect.separator }
          append(columns.replaced(field, in: index, isHeader: isFirst && columns.hasHeader), to: &pending)
        }
        isFirst = false
      }
      pending.append(0x0A)
      if pending.count > 1 << 18 { try TextTidying.flush(&pending, to: spool) }
    }
    try TextTidying.flush(&pending, to: spool)
    if isFirst { throw .emptyFile(path) }
    return try spool.file()
  }

  /// Calls `body` with every record and the number of its first line; with no fields for a blank line, and with nil for
  /// comments and skipped lines.
  func forEachRecord(
    of input: InputFile, _ body: (_ fields: [Field]?, _ line: Int) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    let bytes = input.bytes
    let comment = options.comment.map { Array($0.utf8) } ?? []
    var cursor = FieldCursor(bytes, at: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0, dialect: dialect)
    var line = 1
    let cancellation = Cancellation.current
    while !cursor.isAtEnd {
      if line & 0xfff == 0 { try cancellation.check() }
      let start = cursor.position
      let isComment = !comment.isEmpty && bytes[start...].starts(with: comment)
      if isComment || line <= options.skip {
        cursor.move(to: (bytes[start...].firstIndex(of: TextDialect.newline) ?? bytes.count - 1) + 1)
        try body(nil, line)
        line += 1
        continue
      }
      let fields = try record(&cursor, line)
      let isBlank = fields.count == 1 && fields[0].bytes.isEmpty && !fields[0].isQuoted
      try body(isBlank ? [] : fields, line)
      line += bytes[start..<cursor.position].reduce(0) { $0 + ($1 == TextDialect.newline ? 1 : 0) }
    }
  }

  private func record(_ cursor: inout FieldCursor, _ line: Int) throws(Diagnostic) -> [Field] {
    var fields: [Field] = []
    while true {
      if options.trims { skipBlanks(&cursor) }
      let range = cursor.readField()
      if range.isUnclosed { throw .unclosedQuote(path, line: line) }
      var field = Field(bytes: cursor.content(of: range), isQuoted: range.isQuoted)
      if options.trims, !range.isQuoted || range.hasTail { field.bytes = trimmed(field.bytes) }
      fields.append(field)
      if range.endsRow { return fields }
    }
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// Moves to the first byte of a field that is not blank, since a quote may stand there.
  private func skipBlanks(_ cursor: inout FieldCursor) {
    var position = cursor.position
    while position < cursor.bytes.count, isBlank(cursor.bytes[position]),
      cursor.bytes[position] != dialect.separator[0]
    {
      position += 1
    }
    cursor.move(to: position)
  }

  private func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
    else { return [] }
    return Array(bytes[first...last])
  }

  private func pad(_ fields: inout [Field], to width: Int, _ line: Int) throws(Diagnostic) {
    while fields.count < width { fields.append(Field()) }
    guard fields.count == width else {
      throw Diagnostic(
        "line \(line) has \(fields.count) fields, the first has \(width)",
        hint: "`ragged=pad` fills up shorter lines; a longer one has lost its quotes or its separator",
        place: "\(path):\(line)")
    }
  }

  /// Appends a field in the form that the text reader expects.
  private func append(_ field: Field, to output: inout [UInt8]) {
    guard field.isQuoted, let quote = dialect.quote else {
      output += field.bytes
      return
    }
    output.append(quote)
    for byte in field.bytes {
      if byte == quote { output.append(quote) }
      output.append(byte)
    }
    output.append(quote)
  }

  private static func flush(_ pending: inout [UInt8], to spool: ByteSpool) throws(Diagnostic) {
    try spool.append(contentsOf: pending)
    pending.removeAll(keepingCapacity: true)
  }
}
