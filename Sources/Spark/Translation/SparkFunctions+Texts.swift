import Diagnostics
import Query
import Tables

extension SparkFunctions {
  static let texts: [String: SparkForm] = [
    "lower": .same("lower"), "upper": .same("upper"), "length": .same("length"), "contains": .same("contains"),
    "starts_with": .same("startswith"), "ends_with": .same("endswith"),
    "replace": SparkForm { (call, _) throws(Diagnostic) in
      call.text(1)?.isEmpty == true ? call.first : .call("replace", call.values)
    },
    "slice": SparkForm { (call, translator) throws(Diagnostic) in
      guard let from = call.integer(1), from >= 0 || call.arguments.count == 2 else {
        throw translator.refusal("a part that is counted from the end", at: call.span)
      }
      let count = call.integer(2).map { SparkExpression.int($0) } ?? .call("length", [call.first])
      if from >= 0 { return .call("substring", [call.first, .int(min(from, 1 << 30) + 1), count]) }
      let start = SparkExpression.call("length", [call.first]).plus(.int(from + 1))
      return .call("substring", [call.first, .call("greatest", [start, .int(1)]), .call("length", [call.first])])
    },
    "split": SparkForm { (call, translator) throws(Diagnostic) in
      guard let separator = call.text(1), !separator.isEmpty else {
        throw translator.refusal("an empty separator", at: call.span)
      }
      return .call("split", [call.first, .text(escaped(separator)), .int(-1)])
    },
    "trim": .of { stripped($0.first, of: white) }.plainly("takes away spaces alone") { .call("trim", $0.values) },
    "strip/1": .of { stripped($0.first, of: white) },
    "strip/2": SparkForm { (call, _) throws(Diagnostic) in
      guard let characters = call.text(1) else { return .literal(.null(.text)) }
      let set = characters.unicodeScalars.map { escaped(String($0)) }.joined()
      return set.isEmpty ? call.first : stripped(call.first, of: set)
    },
    "pad_left": padded("lpad"), "pad_right": padded("rpad"),
    "concat": .same("concat"),
    "join_text": .of { call in
      .when((call.first.isKnown, .call("concat_ws", [call.values[1], call.first])))
    },
    "to_text": .of { $0.first },
    "matches": SparkForm { (call, translator) throws(Diagnostic) in
      .call("rlike", [call.first, .text(try pattern(call, translator))])
    },
    "extract": SparkForm { (call, translator) throws(Diagnostic) in
      let pattern = try pattern(call, translator)
      let group = call.arguments.count > 2 ? call.integer(2) ?? 0 : 0
      // A group that did not take part in the match is empty in Spark and null in Lectern.
      let isCertain = !pattern.contains("|") && ![")?", ")*", "){"].contains(where: pattern.contains)
      guard group == 0 || isCertain else {
        throw translator.refusal("a group that may take no part in a match", at: call.span)
      }
      let found = SparkExpression.call("regexp_extract", [call.first, .text(pattern), .int(group)])
      return .when((.call("rlike", [call.first, .text(pattern)]), found))
    },
    "replace_regex": SparkForm { (call, translator) throws(Diagnostic) in
      let pattern = try pattern(call, translator)
      guard let new = call.text(2), !new.contains("\\"), !new.contains("${") else {
        throw translator.refusal("this replacement", at: call.span)
      }
      return .call("regexp_replace", [call.first, .text(pattern), .text(new)])
    },
  ]

  private static func padded(_ name: String) -> SparkForm {
    .of { call in
      let fill = call.values.count > 2 ? call.values[2] : .text(" ")
      let width = call.values[1].cast(.integer)
      let isLong = SparkExpression.call(">=", [.call("length", [call.first]), width])
      return .when((isLong, call.first), otherwise: .call(name, [call.first, width, fill]))
    }
  }

  /// All Unicode white space, as a character class.
  private static let white =
    "\\x09-\\x0D \u{85}\u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}"

  private static func stripped(_ value: SparkExpression, of set: String) -> SparkExpression {
    .call("regexp_replace", [value, .text("^[\(set)]+|[\(set)]+\\z"), .text("")])
  }

  /// Escapes a text for use in a regular expression.
  private static func escaped(_ text: String) -> String {
    String(
      text.flatMap { character -> [Character] in
        character.isASCII && (character.isPunctuation || character.isSymbol) ? ["\\", character] : [character]
      })
  }

  /// Returns a pattern that means the same in PCRE2, Java and Rust. Refuses others.
  private static func pattern(_ call: SparkForm.Call, _ translator: SparkTranslator) throws(Diagnostic) -> String {
    guard let pattern = call.text(1) else {
      throw translator.refusal("a pattern that is no constant", at: call.span)
    }
    var isEscaped = false
    var before: Character = " "
    for character in pattern {
      let letter = isEscaped && (character.isLetter || character.isNumber) && !"tnr".contains(character)
      if letter {
        throw translator.refusal(
          "`\\\(character)` means other characters in its regular expressions", at: call.span,
          hint: "write the set: `[0-9]`, `[A-Za-zА-Яа-я_]`")
      }
      let isSpecial = !isEscaped && (character == "?" && before == "(" || character == "+" && "+*?}".contains(before))
      if isSpecial || (!isEscaped && character == ":" && before == "[") {
        throw translator.refusal("this pattern", at: call.span)
      }
      before = isEscaped ? " " : character
      isEscaped = !isEscaped && character == "\\"
    }
    // In Java, `$` also matches before a final line break, as in PCRE2; in Rust it does not.
    return pattern.hasSuffix("$") && !pattern.hasSuffix("\\$") ? pattern.dropLast() + "(?:\\n?\\z)" : pattern
  }
}
