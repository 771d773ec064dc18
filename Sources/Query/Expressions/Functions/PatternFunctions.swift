import Diagnostics
import Tables

extension Function {
  static let matches = Function(
    "matches", synonyms: ["regex"], topic: "text",
    [Parameter("x", .text), Parameter("pattern", .text, constant: true)],
    summary: "whether a regular expression is found in the text",
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
      "what a group of a regular expression matched: the first group, or all of it with 0; null where it is not found",
    examples: [Example("products | with word = extract(name, \"(\\\\w+)\", 1) | head 3", "the first word")],
    typing: checkedPattern(.string),
    body: .row { (call) throws(Diagnostic) in
      let pattern = try Pattern(call.arguments[1].text, at: call.span)
      let matcher = try Pattern.Matcher(pattern)
      let group = call.arguments.count > 2 ? call.arguments[2].integer ?? 0 : Swift.min(1, pattern.groupCount)
      guard 0...pattern.groupCount ~= group else {
        throw Diagnostic(
          "the regular expression has no group \(group)", at: call.span,
          label: "it has \(counted(pattern.groupCount, "group"))", hint: "group 0 is the whole match")
      }
      return try call.mapTexts { (text) throws(Diagnostic) in
        guard try matcher.matches(text), let range = matcher.range(ofGroup: group) else { return nil }
        return text[range]
      }
    })

  /// Compiles the pattern once while binding, so that a mistake in it shows before anything runs.
  private static func checkedPattern(_ type: DataType) -> Typing {
    { (arguments) throws(Diagnostic) in
      if case .text(let pattern)? = arguments[1].constantValue { _ = try Pattern(pattern, at: arguments[1].span) }
      return type
    }
  }
}
