import Diagnostics
import Generators
import Query
import Testing

/// Whatever is typed: no trap, no hang, and every span inside the source.
@Suite struct SyntaxFuzzTests {
  private static let seeds = [
    "train = load \"train_orders\"; train | filter user_id % 100 == 0 and product_id not in [519413018, 576985723]\n  | head 10",
    "t | group_by k, day = date(ts) agg n = len(), buyers = n_unique(user_id) | sort n desc, b",
    "join (products | select product_id, name) on product_id, a == b",
    "x | with a = if b is not null then -2 ** 2 else rank() over (k order by d desc), `q r` = $s.f",
    ":set rows 20\n?group_by\nusers | recommend tp, ease top=10 seen=keep # «все»",
    "t | fit Blend [a, b] | pivot rows=[a, b] columns=c agg n = len(); a, b = t | split random test=0.2",
    "SELECT a FROM t WHERE b = 'ы' && df[\"a\"].sum(x => 1)",
  ]
  private static let pieces = [
    "|", "(", ")", "[", "]", "=", "==", ",", ";", "\n", "\"", "'", "`", "\\", "$", "?", ":", ".", "#", "-", "**",
    "not ",
    " in ", " is ", "if ", " then ", " else ", " over ", "agg ", "on ", "1e9", "0x", "é", "“", "\u{A0}", "👩‍💻", "сount",
    "\u{0}",
    "order by ", "null", "{", "&&", "lambda x", "\r\n", "ашдеук",
  ]

  @Test func mutatedCellsNeitherTrapNorPointOutside() {
    var random = SplitMix(seed: 1)
    for _ in 0..<6_000 {
      var scalars = Array(random.pick(Self.seeds).unicodeScalars)
      for _ in 0...random.below(5) {
        let position = random.below(scalars.count + 1)
        switch random.below(4) {
        case 0 where position < scalars.count: scalars.remove(at: position)
        case 1: scalars.removeSubrange(position..<min(scalars.count, position + random.below(12)))
        case 2:
          let from = random.below(scalars.count + 1)
          scalars.insert(contentsOf: scalars[from..<min(scalars.count, from + 9)], at: position)
        default: scalars.insert(contentsOf: random.pick(Self.pieces).unicodeScalars, at: position)
        }
      }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars)
      check(String(text))
    }
  }

  private func check(_ text: String) {
    let whole = 0...text.utf8.count
    _ = testParser.isIncomplete(text)
    do {
      for statement in try parse(text) {
        #expect(whole.contains(statement.span.range.lowerBound) && whole.contains(statement.span.range.upperBound))
        _ = "\(statement)"
      }
    } catch {
      #expect(!error.labels.isEmpty && !error.message.isEmpty, "\(text.debugDescription)")
      for label in error.labels {
        let isInside = whole.contains(label.span.range.lowerBound) && whole.contains(label.span.range.upperBound)
        #expect(isInside, "\(text.debugDescription): \(label)")
      }
    }
  }

  @Test(arguments: ["(", "[", "-", "not ", "if a then ", "f(", "2 ** ", "a.b + (", "sum(a) over (", "x = (t | join ("])
  func deepNestingIsAnError(_ piece: String) {
    let deep = String(repeating: piece, count: 20_000)
    let closed = deep + "a" + String(repeating: ")", count: piece.contains("(") ? 20_000 : 0)
    for text in [deep, closed, "t | filter " + closed] {
      #expect(throws: Diagnostic.self) { _ = try parse(text) }
    }
  }

  @Test(arguments: [" + a", " and a", ".a", " == a", " over k", " | head", " in a", " ** a"])
  func longChainsAreAnErrorOrFine(_ piece: String) {
    check("a" + String(repeating: piece, count: 50_000))
    check("f(a)" + String(repeating: piece, count: 300))
  }

  @Test func longListsAndCellsAreFine() throws {
    let list = "[" + (0..<20_000).map(String.init).joined(separator: ", ") + "]"
    #expect(try parse("x = \(list)").count == 1)
    #expect(try parse(String(repeating: "x = 1\n", count: 50_000)).count == 50_000)
    #expect(try parse("t" + String(repeating: "\n  # c\n  | head", count: 400)).count == 1)
  }
}
