import Diagnostics
import Generators
import Query
import Tables
import TestSupport
import Testing

/// What is printed parses to what was printed.
@Suite struct SyntaxPrintingTests {
  @Test func randomExpressionsSurvivePrinting() throws {
    for seed in 0..<4_000 {
      var random = SplitMix(seed: UInt64(seed))
      let expression = random.expression(depth: 4)
      let parsed = try parseExpression("\(expression)")
      guard outline(parsed) == outline(expression) else {
        expectText("\(expression) ⇒ " + outline(parsed), equals: "\(expression) ⇒ " + outline(expression))
        return
      }
      #expect("\(parsed)" == "\(expression)")
    }
  }

  @Test func randomStatementsSurvivePrinting() throws {
    for seed in 0..<2_000 {
      var random = SplitMix(seed: UInt64(seed))
      let statement = random.statement()
      let parsed = try parse("\(statement)")
      guard parsed.count == 1, outline(parsed[0]) == outline(statement) else {
        expectText(
          "\(statement) ⇒ " + parsed.map(outline).joined(separator: " ⏎ "),
          equals: "\(statement) ⇒ " + outline(statement))
        return
      }
    }
  }

  @Test(arguments: [
    ("a+b*c", "a + b * c"),
    ("((a))", "a"),
    ("(a+b)*c", "(a + b) * c"),
    ("(-2)**2", "(-2) ** 2"),
    ("-(2**2)", "-2 ** 2"),
    ("(a == b) == c", "(a == b) == c"),
    ("not (a and b)", "not (a and b)"),
    ("(if a then b else c) + 1", "(if a then b else c) + 1"),
    ("'it\\'s \"so\"'", "\"it's \\\"so\\\"\""),
    ("`a b` + `ok`", "`a b` + ok"),
    ("sum(x) over (k)", "sum(x) over k"),
    ("cast(x, list[i64])", "cast(x, list[i64])"),
  ])
  func canonicalText(_ written: String, _ printed: String) throws {
    #expect("\(try parseExpression(written))" == printed)
  }

  @Test func pipelinesAreRecordedInOneLine() throws {
    let text = """
      t|where a==1 # why
       |group_by  k agg n=len()
       |sort n  desc|take 3;
      """
    #expect("\(try parse(text)[0])" == "t | filter a == 1 | group_by k agg n = len() | sort n desc | head 3;")
    #expect("\(try parse("| head 3")[0])" == "_ | head 3")
    #expect("\(try parse(":set rows 20")[0])" == ":set rows 20")
    #expect("\(try parse("train | group_by ?")[0])" == "train | group_by ?")
  }
}

// MARK: Random trees

private let nowhere = SourceSpan(Source(name: "made up", text: ""), 0..<0)

extension SplitMix {
  fileprivate mutating func name() -> String {
    pick([
      "a", "user_id", "цена", "a b", "and", "desc", "on", "`", "\\", "1st", "", "null", "over", "table", "True", "x\ny",
      "日本", "é", "sort", "len", "$x", "\u{200B}", "help", "in",
    ])
  }

  fileprivate mutating func identifier() -> Identifier { Identifier(name(), nowhere) }

  mutating func expression(depth: Int) -> Expression {
    Expression(depth == 0 ? leaf() : node(depth: depth - 1), nowhere)
  }

  private mutating func leaf() -> Expression.Node {
    switch below(6) {
    case 0:
      .literal(
        .text(Text(pick(["", "текст", "it's \"so\"\\", "\n\t\r\u{1}\u{7F}", "👩‍💻", "# no comment", "`", "\u{FEFF}"]))))
    case 1: .literal(.integer(pick([0, 7, 1_000_000, Int128(Int64.max), Int128.max])))
    case 2: .literal(.float(pick([0.5, 1e-7, 1e22, 123.456, 2.5e-300, 1.7976931348623157e308, 3])))
    case 3: .literal(pick([.null, .bool(true), .bool(false)]))
    case 4: .session(name())
    default: .name(name())
    }
  }

  private mutating func node(depth: Int) -> Expression.Node {
    switch below(12) {
    case 10:
      .filtered(
        Expression(.call(identifier(), some(0...2) { $0.expression(depth: depth) }, nil), nowhere),
        condition: Expression(
          .binary(.less, expression(depth: 0), expression(depth: 0), operatorSpan: nowhere), nowhere))
    case 0: .list(some(0...3) { $0.expression(depth: depth) })
    case 1: .field(expression(depth: depth), identifier())
    case 2: .unary(pick([.negate, .not]), expression(depth: depth))
    case 3, 4, 5:
      .binary(
        pick(BinaryOperator.allCases), expression(depth: depth), expression(depth: depth), operatorSpan: nowhere)
    case 6: .membership(expression(depth: depth), expression(depth: depth), isNegated: below(2) == 0)
    case 7: .nullTest(expression(depth: depth), isNegated: below(2) == 0)
    case 8:
      .conditional(
        condition: expression(depth: depth), then: expression(depth: depth), otherwise: expression(depth: depth))
    case 9: .call(identifier(), some(0...2) { $0.expression(depth: depth) }, below(2) == 0 ? window(depth) : nil)
    default: leaf()
    }
  }

  private mutating func window(_ depth: Int) -> Query.Window {
    let order = some(0...2) { Query.SortKey($0.expression(depth: depth), isDescending: $0.below(2) == 0) }
    return Query.Window(
      keys: some(0...2) { $0.expression(depth: depth) }, order: order, frame: order.isEmpty ? nil : frame(),
      span: nowhere)
  }

  private mutating func frame() -> Query.Window.Frame? {
    func number(_ value: Int128) -> Expression { Expression(.literal(.integer(value)), nowhere) }
    switch below(5) {
    case 0: return Query.Window.Frame(.running, nil, isBefore: false, after: nil, span: nowhere)
    case 1: return Query.Window.Frame(.rows, number(7), isBefore: false, after: nil, span: nowhere)
    case 2: return Query.Window.Frame(.rows, number(3), isBefore: true, after: number(2), span: nowhere)
    case 3:
      let week = Expression(.literal(.text(Text("7d"))), nowhere)
      return Query.Window.Frame(.range, week, isBefore: false, after: nil, span: nowhere)
    default: return nil
    }
  }

  // MARK: Statements

  mutating func statement() -> Statement {
    let targets = below(2) == 0 ? [] : some(1...2) { $0.below(1_000) }.map { Identifier("t\($0)", nowhere) }
    let isFree = Set(targets.map(\.name)).count == targets.count
    return Statement(
      .evaluation(targets: isFree ? targets : [], pipeline(depth: 2)), span: nowhere, isSilenced: below(4) == 0)
  }

  private mutating func pipeline(depth: Int) -> Pipeline {
    let head: Pipeline.Head
    switch below(4) {
    case 0: head = .verb(call("table", some(1...2) { .assignment($0.identifier(), $0.expression(depth: 2)) }))
    case 1 where depth > 0:
      let inner = pipeline(depth: depth - 1)
      head = inner.stages.isEmpty ? .name(identifier()) : .parenthesised(inner)
    default: head = .name(identifier())
    }
    return Pipeline(head: head, stages: some(0...3) { $0.stage(depth: depth) }, span: nowhere)
  }

  private mutating func column() -> Expression { Expression(.name(name()), nowhere) }

  private mutating func assignments(_ counts: ClosedRange<Int>) -> [Argument] {
    some(counts) { .assignment($0.below(2) == 0 ? nil : $0.identifier(), $0.expression(depth: 2)) }
  }

  private mutating func stage(depth: Int) -> VerbCall {
    switch below(9) {
    case 0: return call("filter", [.expression(expression(depth: 3))])
    case 1: return call(pick(["select", "with"]), assignments(1...3))
    case 2:
      let clauses = below(2) == 0 ? [:] : ["agg": assignments(1...2)]
      return call("group_by", assignments(1...2), clauses: clauses)
    case 3:
      return call(
        "sort", some(1...2) { .sortKey(Query.SortKey($0.expression(depth: 2), isDescending: $0.below(2) == 0)) })
    case 4: return call("unique", some(0...2) { .expression($0.column()) }, options: [option("keep", "last")])
    case 5: return call("head", [.expression(Expression(.literal(.integer(3)), nowhere))])
    case 6 where depth > 0:
      let keys = some(1...2) { Argument.joinKey(left: $0.column(), right: $0.column()) }
      return call("join", [.table(pipeline(depth: depth - 1))], clauses: ["on": keys])
    case 7:
      let options = [option("rows", "user_id"), option("columns", "kind")]
      return call("pivot", [], clauses: below(2) == 0 ? [:] : ["agg": assignments(1...2)], options: options)
    default:
      let word = Argument.word(identifier())
      let models = some(0...1) { random in Argument.expression(Expression(.list([random.column()]), nowhere)) }
      let value = OptionValue(Identifier("alpha", nowhere), .expression(expression(depth: 2)))
      return call("fit", [word] + models, options: [value])
    }
  }

  private func option(_ name: String, _ word: String) -> OptionValue {
    OptionValue(Identifier(name, nowhere), .expression(Expression(.name(word), nowhere)))
  }

  private func call(
    _ name: String, _ arguments: [Argument], clauses: [String: [Argument]] = [:], options: [OptionValue] = []
  ) -> VerbCall {
    VerbCall(
      name: name, written: Identifier(name, nowhere), arguments: arguments, clauses: clauses, options: options,
      span: nowhere)
  }
}
