import Diagnostics
import Query
import Tables
import Testing

/// A name is read back as it was, wherever a name may stand.
@Suite struct SpellingTests {
  /// Words of the language, of its verbs and functions, of other languages, and what is no word at all.
  static let names: [String] =
    relationalVerbs.map(\.declaration.name) + relationalVerbs.flatMap(\.declaration.synonyms) + functions.map(\.name)
    + Array(Spelling.reserved) + [
      "agg", "on", "by", "asc", "desc", "order", "help", "load", "table", "select", "AND", "OR", "NOT", "IN", "IS",
      "None",
      "NULL", "nil", "True", "TRUE", "False", "FALSE", "lambda", "case", "CASE", "when", "WHEN", "import", "from",
      "def",
      "for", "print", "like", "LIKE", "between", "where", "group", "limit", "having", "i64", "str", "date", "",
      " ", "a b", "a`b", "`", "``", "\\", "a\\", "\"", "'", "2x", "_", "__", "_7", "x.y", "x|y", "x;y", "#", ":", "$x",
      "?",
      "\n", "\t", "\r", "\u{0}", "\u{1B}", "\u{7F}", "\u{9B}", "\u{202E}", "\u{2028}", "\u{200D}", "\u{FEFF}x", "é",
      "e\u{301}",
      "столбец", "日本", "🙂", "ﬁ",
    ]

  private let parser = Parser(verbs: relationalVerbs.map(\.declaration), functionNames: functions.map(\.name))

  @Test(arguments: names) func aNameIsReadBackWhereverItStands(_ name: String) throws {
    let written = Spelling.name(name)
    #expect(!written.unicodeScalars.contains { $0.value < 0x20 || $0.properties.generalCategory == .format })
    let column = try #require(
      parser.expression(in: Source(name: "test", text: written)).node.bareName, "\(written) in an expression")
    #expect(column.utf8.elementsEqual(name.utf8))
    for text in [
      "t | sort \(written) desc, x", "t | filter \(written) > 1 and x in [\(written), 2]", "t | rename \(written) = a",
      "t | rename a = \(written)", "t | select \(written), \(written) + 1", "t | with \(written) = -\(written)",
      "t | group_by \(written) agg n = sum(\(written)) over \(written)", "t | join u on \(written)",
      "t | join \(written) on a == \(written)", "t | drop \(written)", "t | unique \(written)",
      "t | pivot rows=\(written) columns=\(written)", "\(written) | head 2", "t | filter \(written) is not null",
      "t | value_counts \(written)", "t | explode \(written)", "t | fill_null \(written) = 0",
    ] {
      do {
        let statements = try parser.statements(in: Source(name: "test", text: text))
        #expect(statements.count == 1, "\(text)")
        let printed = statements.map(\.description).joined(separator: "\n")
        let again = try parser.statements(in: Source(name: "test", text: printed)).map(\.description)
        #expect(again.joined(separator: "\n") == printed, "\(text)")
      } catch {
        Issue.record("\(text): \(error.message)")
      }
    }
  }

  @Test(arguments: names) func aTextIsReadBack(_ text: String) throws {
    let expression = try parser.expression(in: Source(name: "test", text: Spelling.text(text)))
    guard case .literal(.text(let found)) = expression.node else {
      Issue.record("\(Spelling.text(text)) is no text")
      return
    }
    #expect(found.string.utf8.elementsEqual(text.utf8))
  }

  /// A part of a source is read as if it stood alone; what it gives points into the whole.
  @Test func aPartOfASourceIsReadWhereItStands() throws {
    let source = Source(name: "test", text: ":time s = t | sample 3 # note\nx y")
    let start = ":time ".utf8.count
    let statements = try parser.statements(in: SourceSpan(source, start..<start + "s = t | sample 3".utf8.count))
    #expect(statements.map(\.span.text) == ["s = t | sample 3"])
    #expect(statements.first?.span.source === source)
    #expect(try parser.statements(in: SourceSpan(source, 5..<5)).isEmpty)
    #expect(try parser.statements(in: SourceSpan(source, 0..<0)).isEmpty)
  }
}

extension Expression.Node {
  fileprivate var bareName: String? { if case .name(let name) = self { name } else { nil } }
}
