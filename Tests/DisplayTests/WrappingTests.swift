import Display
import Testing

@Suite struct WrappingTests {
  private func code(_ line: String, _ width: Int, indent: Int = 4) -> String {
    StyledText(StyledLine(line).wrappedAsCode(to: width, indent: indent)).plain
  }

  @Test func codeIsBrokenBeforeStages() {
    let line = "test | group_by user_id agg ids = unique(product_id) | recommend tp, ease top=10 | metrics"
    #expect(
      code(line, 78) == """
        test | group_by user_id agg ids = unique(product_id)
            | recommend tp, ease top=10 | metrics
        """)
    #expect(
      code(line, 40) == """
        test | group_by user_id agg ids =
            unique(product_id)
            | recommend tp, ease top=10
            | metrics
        """)
  }

  @Test func codeIsBrokenAfterCommasAndAtSpaces() {
    #expect(
      code("train | filter product_id not in [519413018, 576985723, 1074656895]", 48) == """
        train | filter product_id not in [519413018,
            576985723, 1074656895]
        """)
    #expect(code("a = if x > 1 then 2 else 3", 16) == "a = if x > 1\n    then 2 else\n    3")
  }

  @Test func textsAndWordsStayWholeWhereTheyFit() {
    #expect(code(#"t | assert n > 2 "a message | of words""#, 32) == "t | assert n > 2\n    \"a message | of words\"")
    #expect(
      code(#"assert x "one text that is longer than a line""#, 24) == """
        assert x
            "one text that is
            longer than a line"
        """)
    #expect(code("abcdefghijkl", 8, indent: 3) == "abcdefgh\n   ijkl")
    #expect(code("short", 40) == "short")
    #expect(code("train | filter 'товар' == name | head", 32) == "train | filter 'товар' == name\n    | head")
  }

  @Test func noLineIsWiderThanAsked() {
    let line = "  users | recommend tp, \"товар | и цена\", `два слова` top=10 # заметка о том, что здесь стоит"
    for width in 1...100 {
      let lines = StyledLine(line, .code).wrappedAsCode(to: width, indent: 4)
      #expect(lines.allSatisfy { $0.width() <= width })
      let kept = lines.map(\.plain).joined().filter { $0 != " " }
      #expect(kept == line.filter { $0 != " " })
    }
  }

  @Test func longWordsAreBrokenBetweenTheirParts() {
    let choices = StyledLine("dialect=lectern|rectools|implicit|replay|recbole")
    #expect(
      StyledText(choices.wrapped(to: 38)).plain == "dialect=lectern|rectools|implicit|\nreplay|recbole")
    let path = StyledLine("written to results/lessons/november/seminar.ipynb")
    #expect(StyledText(path.wrapped(to: 24)).plain == "written to results/\nlessons/november/\nseminar.ipynb")
  }
}
