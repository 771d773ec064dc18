import Diagnostics
import Parallelism

/// Normalises separated text before it is parsed: removes comments, blanks around fields and thousands separators,
/// pads short lines, and replaces the user's words for true and false.
///
/// It runs only if one of its options is given, because it needs another pass over the file.
struct TextTidying {
  private let options: LoadOptions
  private let path: String
  private let separator: [UInt8]
  private let quote: UInt8?
  private let thousands: [UInt8]
  private let decimal: UInt8
  private let trueValues: Set<[UInt8]>
  private let falseValues: Set<[UInt8]>

  static func isWanted(_ options: LoadOptions) -> Bool {
    options.comment != nil || options.thousands != nil || !options.trueValues.isEmpty || !options.falseValues.isEmpty
      || options.padsLines || options.trims
  }

  /// Returns the normalised text, and the options that are still to be applied.
  static func applied(
    to input: InputFile, _ options: LoadOptions, defaultSeparator: [UInt8]? = nil
  ) throws(Diagnostic) -> (InputFile, LoadOptions) {
    guard isWanted(options) else { return (input, options) }
    let tidying = TextTidying(input, options, defaultSeparator)
    var rest = options
    rest.separator = String(decoding: tidying.separator, as: UTF8.self)
    rest.skip = 0
    return (try tidying.rewritten(input), rest)
  }

  private init(_ input: InputFile, _ options: LoadOptions, _ defaultSeparator: [UInt8]?) {
    self.options = options
    path = input.path
    quote = options.quote == "none" ? nil : options.quote?.utf8.first ?? 0x22
    thousands = Array((options.thousands ?? "").utf8)
    decimal = options.decimal == "," ? 0x2C : 0x2E
    trueValues = Set(options.trueValues.map { Array($0.utf8) })
    falseValues = Set(options.falseValues.map { Array($0.utf8) })
    if let given = options.separator {
      separator = Array(given.utf8)
    } else {
      separator = defaultSeparator ?? TextTidying.likelySeparator(of: input.bytes, options)
    }
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

  private struct Field {
    var bytes: [UInt8] = []
    var isQuoted = false
  }

  private func rewritten(_ input: InputFile) throws(Diagnostic) -> InputFile {
    let bytes = input.bytes
    let comment = options.comment.map { Array($0.utf8) } ?? []
    let spool = try ByteSpool(path: path)
    var pending: [UInt8] = []
    var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line = 1
    var width: Int?
    let cancellation = Cancellation.current
    while position < bytes.count {
      if line & 0xfff == 0 { try cancellation.check() }
      let start = position
      let isComment = !comment.isEmpty && bytes[position...].starts(with: comment)
      if isComment || line <= options.skip {
        while position < bytes.count, bytes[position] != 0x0A { position += 1 }
        position += 1
        line += 1
        continue
      }
      var fields = try record(bytes, &position, line)
      let isBlank = fields.count == 1 && fields[0].bytes.isEmpty && !fields[0].isQuoted
      if !isBlank {
        let wanted = width ?? fields.count
        if width == nil { width = wanted }
        if options.padsLines {
          while fields.count < wanted { fields.append(Field()) }
          guard fields.count == wanted else {
            throw Diagnostic(
              "line \(line) has \(fields.count) fields, the first has \(wanted)",
              hint: "`ragged=pad` fills up shorter lines; a longer one has lost its quotes or its separator",
              place: "\(path):\(line)")
          }
        }
        for (index, field) in fields.enumerated() {
          if index > 0 { pending += separator }
          append(field, to: &pending)
        }
      }
      pending.append(0x0A)
      line += bytes[start..<min(position, bytes.count)].reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
      if pending.count > 1 << 18 { try TextTidying.flush(&pending, to: spool) }
    }
    try TextTidying.flush(&pending, to: spool)
    if spool.count == 0 { throw .emptyFile(path) }
    return try spool.file()
  }

  /// Reads the fields of one record, without their quotes.
  private func record(
    _ bytes: UnsafeRawBufferPointer, _ position: inout Int, _ line: Int
  ) throws(Diagnostic) -> [Field] {
    var fields: [Field] = []
    while true {
      var field = Field()
      var start = position
      if options.trims { while start < bytes.count, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 } }
      if let quote, start < bytes.count, bytes[start] == quote, !separatorStarts(bytes, start) {
        field.isQuoted = true
        position = start + 1
        while true {
          guard position < bytes.count else { throw .unclosedQuote(path, line: line) }
          if bytes[position] != quote {
            field.bytes.append(bytes[position])
            position += 1
          } else if position + 1 < bytes.count, bytes[position + 1] == quote {
            field.bytes.append(quote)
            position += 2
          } else {
            position += 1
            break
          }
        }
      }
      let rest = position
      while position < bytes.count, bytes[position] != 0x0A, !separatorStarts(bytes, position) { position += 1 }
      var tail = Array(bytes[rest..<position])
      let isLast = position >= bytes.count || bytes[position] == 0x0A
      if isLast, tail.last == 0x0D { tail.removeLast() }
      if field.isQuoted {
        // Text after a closing quote belongs to the field, unless it is blank.
        if !tail.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { field.bytes += tail }
      } else {
        field.bytes = options.trims ? trimmed(tail) : tail
      }
      fields.append(field)
      position += isLast ? 1 : separator.count
      if isLast { return fields }
    }
  }

  private func separatorStarts(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Bool {
    bytes[position] == separator[0] && bytes.count - position >= separator.count
      && separator.indices.allSatisfy { bytes[position + $0] == separator[$0] }
  }

  private func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
    else { return [] }
    return Array(bytes[first...last])
  }

  /// Appends a field in the form that the text reader expects.
  private func append(_ field: Field, to output: inout [UInt8]) {
    if trueValues.contains(field.bytes) {
      output += Array("true".utf8)
      return
    }
    if falseValues.contains(field.bytes) {
      output += Array("false".utf8)
      return
    }
    if !thousands.isEmpty, let number = withoutThousands(field.bytes) {
      output += number
      return
    }
    guard field.isQuoted, let quote else {
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

  /// Removes the separators from a number in groups of three digits; nil for anything else.
  private func withoutThousands(_ bytes: [UInt8]) -> [UInt8]? {
    var result: [UInt8] = []
    var place = 0
    if let sign = bytes.first, sign == 0x2D || sign == 0x2B {
      result.append(sign)
      place = 1
    }
    func digits() -> Int {
      var count = 0
      while place + count < bytes.count, (0x30...0x39).contains(bytes[place + count]) { count += 1 }
      return count
    }
    var length = digits()
    guard (1...3).contains(length) else { return nil }
    result += bytes[place..<place + length]
    place += length
    var groups = 0
    while bytes[place...].starts(with: thousands) {
      place += thousands.count
      length = digits()
      guard length == 3 else { return nil }
      result += bytes[place..<place + 3]
      place += 3
      groups += 1
    }
    guard groups > 0 else { return nil }
    if place < bytes.count {
      guard bytes[place] == decimal else { return nil }
      let rest = place
      place += 1
      place += digits()
      guard place == bytes.count else { return nil }
      // A decimal mark cannot be recognised if it also separates the fields.
      if separator == [decimal] { return nil }
      result += bytes[rest...]
    }
    return result
  }

  private static func flush(_ pending: inout [UInt8], to spool: ByteSpool) throws(Diagnostic) {
    var written = 0
    while written < pending.count {
      let rest = pending[written...]
      written += try spool.append { (window) throws(Diagnostic) in
        let length = min(window.count, rest.count)
        for index in 0..<length { window[index] = rest[rest.startIndex + index] }
        return length
      }
    }
    pending.removeAll(keepingCapacity: true)
  }
}
