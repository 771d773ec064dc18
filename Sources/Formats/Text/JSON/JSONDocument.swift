import Diagnostics
import Parallelism
import Tables

// JSON other than one object per line: an array, one object over several lines, or objects one after another. The
// values that are rows are found by their brackets alone and written one per line; the result is then read as NDJSON.

extension FileFormat {
  static let json = FileFormat(
    name: "json", summary: "text, an array of JSON objects, or objects over several lines; `select=` looks inside them",
    extensions: ["json"], understands: ["types", "select"],
    recognises: { input in JSONDocument(input).isRecognised },
    open: { (input, options) throws(Diagnostic) in
      try NDJSONSource(JSONDocument(input).lines(selecting: options.select), options)
    },
    write: { (table, file, options) throws(Diagnostic) in
      let writer = try TextWriter(table, file, options)
      try table.requireText()
      try writer.writeArray()
      return table.numbersThatAreNoJSON
    })
}

/// Finds the values of a JSON text by their brackets, without parsing them.
struct JSONDocument {
  private let input: InputFile
  private let bytes: UnsafeRawBufferPointer
  private let start: Int

  init(_ input: InputFile) {
    self.input = input
    bytes = input.bytes
    start = input.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Whether the text is an array of objects, is a single array of other values, or starts with an object that spans
  /// lines.
  var isRecognised: Bool {
    var cursor = JSONCursor(bytes, from: start)
    switch cursor.next() {
    case 0x5B:
      var whole = JSONParser(bytes, cursor.position..<bytes.count)
      cursor.position += 1
      if cursor.next() == 0x7B { return true }
      return whole.parse() != nil
    case 0x7B:
      var end = cursor.position
      while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      var line = JSONParser(bytes, cursor.position..<end)
      return line.parse() == nil && cursor.looksLikeObject
    default: return false
    }
  }

  /// Returns the rows, one per line: the elements of an array, or consecutive objects. With `path`, the rows are those
  /// of the values at that path.
  func lines(selecting path: String?) throws(Diagnostic) -> InputFile {
    let names = path.map(JSONDocument.names) ?? []
    var rows = JSONRowWriter(spool: try ByteSpool(path: input.path), bytes: bytes)
    var cursor = JSONCursor(bytes, from: start)
    var found = Set<String>()
    while cursor.next() != nil {
      let value = try required(&cursor)
      try write(value, names[...], &rows, &found)
      if cursor.next() == 0x2C { cursor.position += 1 }
    }
    if rows.count == 0, !rows.hasArrived, let path {
      throw Diagnostic(
        "nothing stands at `\(path)`",
        hint: found.isEmpty
          ? nil : "there is \(found.sorted().prefix(8).map(JSONDocument.spelled).joined(separator: ", "))",
        place: input.path
      ).about(option: "select")
    }
    return try rows.file()
  }

  /// The names of a path, which points separate; in backticks a name may have points: "`a.b`.items".
  private static func names(_ path: String) -> [String] {
    var names = [""]
    var isQuoted = false
    for character in path {
      switch character {
      case "`": isQuoted.toggle()
      case "." where !isQuoted: names.append("")
      default: names[names.count - 1].append(character)
      }
    }
    return names.filter { !$0.isEmpty }
  }

  private static func spelled(_ name: String) -> String { name.contains(".") ? "`\(name)`" : name }

  /// The name of a member, whose characters may be escaped.
  private func name(_ key: Range<Int>) -> String {
    if bytes[key].contains(0x5C) {
      var parser = JSONParser(bytes, key)
      if case .text(let text)? = parser.parse() { return text.string }
    }
    return String(decoding: bytes[key.lowerBound + 1..<key.upperBound - 1], as: UTF8.self)
  }

  private func required(_ cursor: inout JSONCursor) throws(Diagnostic) -> Range<Int> {
    let start = cursor.position
    if let value = cursor.value() { return value }
    let line = bytes[..<min(bytes.count, cursor.position)].reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
    throw Diagnostic(
      "the JSON value that starts at byte \(start) is broken in line \(line)", place: "\(input.path):\(line)")
  }

  /// Writes the rows of a value, or of the value at `path` inside it.
  private func write(
    _ value: Range<Int>, _ path: ArraySlice<String>, _ rows: inout JSONRowWriter, _ found: inout Set<String>
  ) throws(Diagnostic) {
    if path.isEmpty { rows.hasArrived = true }
    switch bytes[value.lowerBound] {
    case 0x5B:
      var cursor = JSONCursor(bytes, from: value.lowerBound + 1)
      while let next = cursor.next(), next != 0x5D {
        let element = try required(&cursor)
        if path.isEmpty { try rows.append(element) } else { try write(element, path, &rows, &found) }
        if cursor.next() == 0x2C { cursor.position += 1 }
      }
    case 0x7B where !path.isEmpty:
      guard let name = path.first else { return }
      var cursor = JSONCursor(bytes, from: value.lowerBound + 1)
      while cursor.next() == 0x22 {
        let key = try required(&cursor)
        guard cursor.next() == 0x3A else { break }
        cursor.position += 1
        let member = try required(&cursor)
        let written = self.name(key)
        if written == name {
          try write(member, path.dropFirst(), &rows, &found)
        } else if found.count < 100 {
          found.insert(written)
        }
        if cursor.next() == 0x2C { cursor.position += 1 }
      }
    default: if path.isEmpty { try rows.append(value) }
    }
  }
}

/// A position in a JSON text.
private struct JSONCursor {
  private let bytes: UnsafeRawBufferPointer
  var position: Int
  private static let greatestDepth = 64

  init(_ bytes: UnsafeRawBufferPointer, from position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// The next byte that is not a blank. It is not consumed.
  mutating func next() -> UInt8? {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    return position < bytes.count ? bytes[position] : nil
  }

  /// Whether an object begins here: a brace, then a name or the closing brace.
  var looksLikeObject: Bool {
    var copy = self
    copy.position += 1
    let next = copy.next()
    return next == 0x22 || next == 0x7D
  }

  /// Skips a value and returns its range; nil if it is incomplete.
  mutating func value() -> Range<Int>? {
    guard let first = next() else { return nil }
    let start = position
    switch first {
    case 0x22: return string() ? start..<position : nil
    case 0x5B, 0x7B:
      var depth = 0
      while position < bytes.count {
        switch bytes[position] {
        case 0x22:
          guard string() else { return nil }
          continue
        case 0x5B, 0x7B:
          depth += 1
          if depth > JSONCursor.greatestDepth { return nil }
        case 0x5D, 0x7D: depth -= 1
        default: break
        }
        position += 1
        if depth == 0 { return start..<position }
      }
      return nil
    default:
      while position < bytes.count, ![0x20, 0x09, 0x0A, 0x0D, 0x2C, 0x5D, 0x7D, 0x3A].contains(bytes[position]) {
        position += 1
      }
      return position > start ? start..<position : nil
    }
  }

  /// Skips a string; returns false if it is incomplete.
  private mutating func string() -> Bool {
    position += 1
    while position < bytes.count {
      switch bytes[position] {
      case 0x22:
        position += 1
        return true
      case 0x5C: position += 2
      default: position += 1
      }
    }
    return false
  }
}

/// Writes values, one per line.
private struct JSONRowWriter {
  let spool: ByteSpool
  let bytes: UnsafeRawBufferPointer
  private(set) var count = 0
  /// Whether the path led to a value, even an empty array.
  var hasArrived = false
  private var pending: [UInt8] = []

  init(spool: ByteSpool, bytes: UnsafeRawBufferPointer) {
    self.spool = spool
    self.bytes = bytes
  }

  /// Writes one value. A value other than an object becomes an object with the field `value`; null is a row of nulls.
  mutating func append(_ value: Range<Int>) throws(Diagnostic) {
    if bytes[value.lowerBound] == UInt8(ascii: "n"), value.count == 4 {
      pending += Array("{}\n".utf8)
      count += 1
      return
    }
    let isObject = bytes[value.lowerBound] == 0x7B
    if !isObject { pending += Array("{\"value\":".utf8) }
    var isInString = false
    var isEscaped = false
    for position in value {
      let byte = bytes[position]
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == 0x5C {
          isEscaped = true
        } else if byte == 0x22 {
          isInString = false
        }
      } else if byte == 0x22 {
        isInString = true
      } else if [0x20, 0x09, 0x0A, 0x0D].contains(byte) {
        continue
      }
      // A line end inside a string is not valid JSON; here it would end the row.
      pending.append(byte == 0x0A ? 0x20 : byte)
    }
    pending += isObject ? [0x0A] : [0x7D, 0x0A]
    count += 1
    if pending.count > 1 << 18 { try flush() }
  }

  private mutating func flush() throws(Diagnostic) {
    try Cancellation.current.check()
    try spool.append(contentsOf: pending)
    pending.removeAll(keepingCapacity: true)
  }

  mutating func file() throws(Diagnostic) -> InputFile {
    try flush()
    return try spool.file()
  }
}
