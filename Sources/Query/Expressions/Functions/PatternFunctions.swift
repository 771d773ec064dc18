import Diagnostics
import Tables

extension Function {
  static let matches = Function(
    "matches", synonyms: ["regex"], topic: "text",
    [Parameter("x", .text), Parameter("pattern", .text, constant: true)],
    summary: "whether a regular expression matches somewhere in the text",
    examples: [Example("products | filter matches(name, \"^[A-Z]\") | head 3", "PCRE2's syntax")],
    typing: checkedPattern(.bool),
    body: .row { (call) throws(Diagnostic) in
      let matcher = try Pattern.Matcher(Pattern(call.arguments[1].text, at: call.span))
      return try call.testTexts { (text) throws(Diagnostic) in try matcher.matches(text) }
    })

  static let extract = Function(
    "extract", topic: "text",
    [
      Parameter("x", .text), Parameter("pattern", .text, constant: true),
      Parameter("group", .wholeNumber, optional: true, constant: true),
    ],
    summary:
      "the part of the text that a group of a regular expression matches: group 1 by default, 0 for the whole match; null without a match",
    examples: [Example("products | with word = extract(name, \"(\\\\w+)\", 1) | head 3", "the first word")],
    typing: checkedPattern(.string),
    body: .row { (call) throws(Diagnostic) in
      let pattern = try Pattern(call.arguments[1].text, at: call.span)
      let matcher = try Pattern.Matcher(pattern)
      let group = call.arguments.count > 2 ? call.arguments[2].integer ?? 0 : Swift.min(1, pattern.groupCount)
      guard 0...pattern.groupCount ~= group else { throw .noGroup(group, of: pattern, at: call.span) }
      return try call.mapTexts { (text) throws(Diagnostic) in
        guard try matcher.matches(text), let range = matcher.range(ofGroup: group) else { return nil }
        return text[range]
      }
    })

  static let extractAll = Function(
    "extract_all", topic: "text",
    [
      Parameter("x", .text), Parameter("pattern", .text, constant: true),
      Parameter("group", .wholeNumber, optional: true, constant: true),
    ],
    summary: "all matches of a regular expression as a list: of the whole expression, or of one group",
    examples: [Example("products | with words = extract_all(name, \"\\\\w+\") | head 3", "every word")],
    typing: checkedPattern(.list(.string)),
    body: .row { (call) throws(Diagnostic) in
      let pattern = try Pattern(call.arguments[1].text, at: call.span)
      let matcher = try Pattern.Matcher(pattern)
      let group = call.arguments.count > 2 ? call.arguments[2].integer ?? 0 : 0
      guard 0...pattern.groupCount ~= group else { throw .noGroup(group, of: pattern, at: call.span) }
      let column = try call.column(0)
      guard case .text(let texts) = column.values else { return .nulls(.list(.string), count: call.rowCount) }
      var found = TextColumnBuilder(capacity: call.rowCount)
      var offsets = [0]
      for row in 0..<call.rowCount {
        if !column.isNull(row) {
          let text = texts[row].bytes
          try matcher.forEachMatch(in: text) { _ in
            if let range = matcher.range(ofGroup: group) { found.append(text[range]) } else { found.appendNull() }
          }
        }
        offsets.append(found.count)
      }
      let lists = ListValues(offsets: Buffer(offsets), child: found.column())
      return Column(.list(.string), .list(lists), validity: column.validity)
    })

  static let replaceRegex = Function(
    "replace_regex", synonyms: ["regexp_replace", "replace_all"], topic: "text",
    [
      Parameter("x", .text), Parameter("pattern", .text, constant: true), Parameter("with", .text, constant: true),
    ],
    summary:
      "the text with every match of a regular expression replaced; `$1` is the first group, `$0` the whole match",
    examples: [
      Example("products | with name = replace_regex(name, \"(\\\\w+) (\\\\w+)\", \"$2 $1\") | head 3", "words swapped"),
      Example("table a = [\"a1b22\"] | with b = replace_regex(a, \"[0-9]+\", \"\")", "without digits"),
    ],
    typing: { (arguments) throws(Diagnostic) in
      if case .text(let source)? = arguments[1].constantValue {
        let pattern = try Pattern(source, at: arguments[1].span)
        if case .text(let text)? = arguments[2].constantValue {
          let replacement = Replacement(text)
          if let group = replacement.groups.first(where: { $0 > pattern.groupCount }) {
            throw .noGroup(group, of: pattern, at: arguments[2].span)
          }
        }
      }
      return .string
    },
    body: .row { (call) throws(Diagnostic) in
      guard case .text(let source)? = call.arguments[1].value, case .text(let text)? = call.arguments[2].value else {
        return .nulls(.string, count: call.rowCount)
      }
      let matcher = try Pattern.Matcher(Pattern(source, at: call.span))
      let replacement = Replacement(text)
      return try call.mapTexts { (text) throws(Diagnostic) in
        var result: [UInt8] = []
        var end = 0
        try matcher.forEachMatch(in: text) { range in
          result += text[end..<range.lowerBound].array
          for piece in replacement.pieces {
            switch piece {
            case .text(let bytes): result += bytes
            case .group(let group): if let range = matcher.range(ofGroup: group) { result += text[range].array }
            }
          }
          end = range.upperBound
        }
        if end == 0, result.isEmpty { return text }
        return Buffer(result + text[end..<text.count].array)
      }
    })

  /// Compiles the pattern while binding, so that mistakes in it are reported before anything runs.
  private static func checkedPattern(_ type: DataType) -> Typing {
    { (arguments) throws(Diagnostic) in
      if case .text(let pattern)? = arguments[1].constantValue { _ = try Pattern(pattern, at: arguments[1].span) }
      return type
    }
  }
}

extension Diagnostic {
  fileprivate static func noGroup(_ group: Int, of pattern: Pattern, at span: SourceSpan?) -> Diagnostic {
    Diagnostic(
      "the regular expression has no group \(group)", at: span,
      label: "it has \(counted(pattern.groupCount, "group"))", hint: "group 0 is the whole match")
  }
}

/// The replacement of a match: texts and groups. `$1` and `${1}` are groups, `$$` is a dollar sign.
private struct Replacement {
  enum Piece {
    case text([UInt8])
    case group(Int)
  }

  private(set) var pieces: [Piece] = []

  var groups: [Int] { pieces.compactMap { if case .group(let group) = $0 { group } else { nil } } }

  init(_ source: Text) {
    let bytes = source.bytes.array
    var text: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if let (group, length) = Self.group(in: bytes[index...]) {
        if !text.isEmpty { pieces.append(.text(text)) }
        text = []
        pieces.append(.group(group))
        index += length
      } else {
        let isDoubled = bytes[index...].starts(with: Array("$$".utf8))
        text.append(bytes[index])
        index += isDoubled ? 2 : 1
      }
    }
    if !text.isEmpty { pieces.append(.text(text)) }
  }

  /// The group reference at the start of some bytes, with its length in bytes; nil if there is none.
  private static func group(in bytes: ArraySlice<UInt8>) -> (group: Int, length: Int)? {
    guard bytes.first == UInt8(ascii: "$") else { return nil }
    var rest = bytes.dropFirst()
    let isBraced = rest.first == UInt8(ascii: "{")
    if isBraced { rest = rest.dropFirst() }
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.prefix(4)
    guard let group = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
    if isBraced, rest.dropFirst(digits.count).first != UInt8(ascii: "}") { return nil }
    return (group, 1 + digits.count + (isBraced ? 2 : 0))
  }
}
