import Diagnostics
import Tables

extension Function {
  static let lower = cased("lower", "the text in lower case") { $0.lowercased() }
  static let upper = cased("upper", "the text in upper case") { $0.uppercased() }

  static let length = Function(
    "length", synonyms: ["len_chars"], topic: "text", [Parameter("x", .text)],
    summary: "the number of characters",
    examples: [Example("products | with n = length(name) | head 3", "characters, not bytes")], traits: .neverFails,
    typing: gives(.u32),
    body: .row { (call) throws(Diagnostic) in
      let column = try call.column(0)
      guard case .text(let text) = column.values else { return .nulls(.u32, count: call.rowCount) }
      return Column(
        .u32, .u32(mapped(text.codes) { UInt32(text.dictionary[Int($0)].bytes.characterCount) }),
        validity: column.validity)
    })

  static let contains = test("contains", "t", "whether the text contains `t`") { text, wanted in
    text.firstOffset(of: wanted) != nil
  }

  static let startsWith = test("starts_with", "t", "whether the text begins with `t`") { text, wanted in
    text.count >= wanted.count && text[0..<wanted.count] == wanted
  }

  static let endsWith = test("ends_with", "t", "whether the text ends with `t`") { text, wanted in
    text.count >= wanted.count && text[text.count - wanted.count..<text.count] == wanted
  }

  static let replace = Function(
    "replace", topic: "text",
    [Parameter("x", .text), Parameter("old", .text, constant: true), Parameter("new", .text, constant: true)],
    summary: "the text with every `old` replaced by `new`",
    examples: [Example("products | with short = replace(name, \" \", \"_\") | head 3", "")], traits: .neverFails,
    typing: gives(.string),
    body: .row { (call) throws(Diagnostic) in
      let (old, new) = (call.arguments[1].text.bytes, call.arguments[2].text.bytes)
      return try call.mapTexts { (text) throws(Diagnostic) in text.replacing(old, by: new) }
    })

  static let slice = Function(
    "slice", synonyms: ["substring"], topic: "text",
    [
      Parameter("x", .text), Parameter("from", .wholeNumber, constant: true),
      Parameter("count", .wholeNumber, optional: true, constant: true),
    ],
    summary:
      "a part of the text from a position, counted from 0, or from the end if negative; up to the end, or `count` characters",
    examples: [Example("products | with initial = slice(name, 0, 1) | head 3", "the first character")],
    typing: gives(.string),
    body: .row { (call) throws(Diagnostic) in
      let offset = call.arguments[1].integer ?? 0
      let count = call.arguments.count > 2 ? call.arguments[2].integer : nil
      if let count, count < 0 { throw Diagnostic("a count of characters cannot be negative", at: call.span) }
      return try call.mapTexts { (text) throws(Diagnostic) in text.characters(from: offset, count: count) }
    })

  static let split = Function(
    "split", topic: "text", [Parameter("x", .text), Parameter("separator", .text, constant: true)],
    summary: "the parts between the separators, as a list",
    examples: [Example("table a = [\"x,y\", \"z\"] | with b = split(a, \",\")", "[x, y] and [z]")],
    typing: gives(.list(.string)),
    body: .row { (call) throws(Diagnostic) in
      let separator = call.arguments[1].text.bytes
      if separator.isEmpty { throw Diagnostic("the separator is empty", at: call.span) }
      let column = try call.column(0)
      guard case .text(let text) = column.values else { return .nulls(.list(.string), count: call.rowCount) }
      var pieces = TextColumnBuilder(capacity: call.rowCount)
      var offsets = [0]
      for row in 0..<call.rowCount {
        if !column.isNull(row) {
          let bytes = text[row].bytes
          var start = 0
          while let found = bytes.firstOffset(of: separator, from: start) {
            pieces.append(bytes[start..<found])
            start = found + separator.count
          }
          pieces.append(bytes[start..<bytes.count])
        }
        offsets.append(pieces.count)
      }
      let lists = ListValues(offsets: Buffer(offsets), child: pieces.column())
      return Column(.list(.string), .list(lists), validity: column.validity)
    })

  static let concat = Function(
    "concat", topic: "text", [Parameter("a", .anything), Parameter("b", .anything, repeated: true)],
    summary: "the arguments joined to one text; null if one of them is null",
    examples: [Example("products | with label = concat(brand, \": \", name) | head 3", "")],
    traits: .neverFails,
    typing: { (arguments) throws(Diagnostic) in
      for index in arguments.indices {
        guard arguments[index].type.canBecome(.string) else {
          throw .wrongType(arguments[index], expected: "what can be written as text", by: "`concat`")
        }
        arguments[index] = arguments[index].cast(to: .string)
      }
      return .string
    },
    body: .row { (call) throws(Diagnostic) in
      var columns: [Column] = []
      for index in call.arguments.indices { columns.append(try call.column(index)) }
      let texts = columns.map { column in if case .text(let text) = column.values { text } else { nil as TextValues? } }
      var builder = TextColumnBuilder(capacity: call.rowCount)
      for row in 0..<call.rowCount {
        if columns.contains(where: { $0.isNull(row) }) {
          builder.appendNull()
        } else {
          builder.append(
            texts.reduce(into: []) { bytes, text in
              if let text { bytes.append(contentsOf: text[row].bytes.array) }
            })
        }
      }
      return builder.column()
    })

  private static func cased(
    _ name: String, _ summary: String, _ change: @escaping @Sendable (String) -> String
  ) -> Function {
    Function(
      name, topic: "text", [Parameter("x", .text)], summary: summary,
      examples: [Example("products | with name = \(name)(name) | head 3", "of every alphabet")], traits: .neverFails,
      typing: gives(.string),
      body: .row { (call) throws(Diagnostic) in
        try call.mapTexts { (text) throws(Diagnostic) in Buffer(Array(change(Text(text).string).utf8)) }
      })
  }

  private static func test(
    _ name: String, _ parameter: String, _ summary: String,
    _ holds: @escaping @Sendable (Buffer<UInt8>, Buffer<UInt8>) -> Bool
  ) -> Function {
    Function(
      name, topic: "text", [Parameter("x", .text), Parameter(parameter, .text)], summary: summary,
      examples: [Example("products | filter \(name)(name, \"a\") | head 3", "case matters: see `lower`")],
      traits: .neverFails, typing: gives(.bool),
      body: .row { (call) throws(Diagnostic) in
        if let value = call.arguments[1].value {
          if value.isNull { return .nulls(.bool, count: call.rowCount) }
          let wanted = call.arguments[1].text.bytes
          return try call.testTexts { (text) throws(Diagnostic) in holds(text, wanted) }
        }
        let (first, second) = (try call.column(0), try call.column(1))
        guard case .text(let texts) = first.values, case .text(let others) = second.values else {
          return .nulls(.bool, count: call.rowCount)
        }
        let found = bits(count: call.rowCount) { holds(texts[$0].bytes, others[$0].bytes) }
        return Column(.bool, .bool(found), validity: Bitmap.intersection(first.validity, second.validity))
      })
  }
}

extension Buffer<UInt8> {
  /// The number of characters (Unicode scalars): the bytes that begin a UTF-8 sequence.
  var characterCount: Int {
    let bytes = span
    var count = 0
    for index in bytes.indices where bytes[index] & 0xC0 != 0x80 { count += 1 }
    return count
  }

  func replacing(_ old: Buffer<UInt8>, by new: Buffer<UInt8>) -> Buffer<UInt8> {
    guard !old.isEmpty, var found = firstOffset(of: old) else { return self }
    var result: [UInt8] = []
    var start = 0
    while true {
      result.append(contentsOf: self[start..<found].array)
      result.append(contentsOf: new.array)
      start = found + old.count
      guard let next = firstOffset(of: old, from: start) else { break }
      found = next
    }
    result.append(contentsOf: self[start..<count].array)
    return Buffer(result)
  }

  /// A slice of the characters, clamped to the text.
  func characters(from offset: Int, count wanted: Int?) -> Buffer<UInt8> {
    let total = characterCount
    let range = sliceRange(offset: offset, count: wanted, rowCount: total)
    var position = 0
    var (start, end) = (count, count)
    for index in 0..<count where self[index] & 0xC0 != 0x80 {
      if position == range.lowerBound { start = index }
      if position == range.upperBound {
        end = index
        break
      }
      position += 1
    }
    return start < end ? self[start..<end] : Buffer([])
  }
}
