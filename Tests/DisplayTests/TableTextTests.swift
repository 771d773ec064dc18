import Diagnostics
import Display
import Generators
import Tables
import TestSupport
import Testing

@Suite struct TableTextTests {
  private func orders(_ rows: Int) -> Table {
    let names = ["Молоко 3,2 %", "Пакет-майка", "寿司セット", "Сыр «Российский» 45 %, нарезка, 150 г, в вакуумной упаковке"]
    let products: [Int?] = (0..<rows).map { $0 % 7 == 3 ? nil : 519_413_018 + $0 }
    let titles: [String?] = (0..<rows).map { $0 % 5 == 4 ? nil : names[$0 % 4] }
    let scores = (0..<rows).map { 1 / Double($0 + 3) }
    let days = (0..<rows).map { Int32(19905 + $0) }
    return Table([
      ("user_id", Column((0..<rows).map { $0 * 100 })), ("product_id", Column(products)), ("name", Column(titles)),
      ("score", Column(.f64, .f64(Buffer(scores)))), ("date", Column(.date, .i32(Buffer(days)))),
    ])
  }

  private func lists() throws -> Table {
    Table([
      ("user", Column([1, 2, 3])),
      (
        "ids",
        try Column(
          listsOf: .i64, [[.integer(1), .integer(2)], (0..<57).map { .integer(Int128($0) * 1000) }, nil])
      ),
      ("ok", Column([true, false, nil])),
    ])
  }

  private func wide(_ columns: Int) -> Table {
    Table((0..<columns).map { ("column_\($0)", Column([$0, $0 * 1000])) })
  }

  @Test func looksAsRecorded() throws {
    func printed(_ table: Table, _ width: Int = 100, isASCII: Bool = false, rows: Int = 10, columns: Int? = nil)
      -> String
    {
      let page = Page(width: width, isASCII: isASCII)
      return table.styledText(TableStyle(rows: rows, columns: columns, page: page)).plain
    }
    try expectGolden(
      sections([
        ("three rows", printed(orders(3))),
        ("thirteen rows are all shown", printed(orders(13))),
        ("fourteen rows are not", printed(orders(14))),
        ("a narrow page shortens texts", printed(orders(4), 60)),
        ("then leaves columns out", printed(orders(4), 40)),
        ("twenty cells", printed(orders(2), 20)),
        ("ascii", printed(orders(20), 60, isASCII: true)),
        ("lists and bools", printed(try lists())),
        ("many columns", printed(wide(40), 80)),
        ("three columns asked for", printed(wide(6), 80, columns: 3)),
        ("four rows asked for", printed(orders(30), 80, rows: 4)),
        ("no rows", printed(orders(0))),
        ("no columns", printed(Table(Schema([]), [], rowCount: 0))),
      ]), "tables.txt")
  }

  /// On a narrow page, and where not all fits, a number and half its interval are one column.
  @Test func intervalsAreOneCellWhereThePageIsNarrow() {
    let table = Table([
      ("model", Column(["tp", "ease", "none"])), ("recall@10", Column([0.0361, 0.12345, nil])),
      ("recall@10 ±", Column([0.0078, 0.0123, nil])), ("users", Column([Int64(500), 500, 500])),
    ])
    func printed(_ width: Int) -> String { table.styledText(TableStyle(page: Page(width: width))).plain }
    expectText(
      printed(80),
      equals: """
        shape: (3, 4)
        ┌───────┬───────────────┬───────┐
        │ model ┆     recall@10 ┆ users │
        │ str   ┆           f64 ┆   i64 │
        ╞═══════╪═══════════════╪═══════╡
        │ tp    ┆ 0.036 ± 0.008 ┆   500 │
        │ ease  ┆ 0.123 ± 0.012 ┆   500 │
        │ none  ┆          null ┆   500 │
        └───────┴───────────────┴───────┘
        """)
    #expect(printed(100).contains("recall@10 ±"))
    let wide = Table(
      (0..<9).flatMap { [(name: "metric\($0)@100", column: Column([0.5])), ("metric\($0)@100 ±", Column([0.04]))] })
    #expect(wide.styledText(TableStyle(page: Page(width: 140))).plain.contains("0.50 ± 0.04"))
  }

  @Test func endsOfALargeTableSuffice() {
    let style = TableStyle()
    let all = orders(500)
    let shown = style.shownRows(of: all.rowCount)
    let excerpt = TableExcerpt(
      head: all[0..<shown.head], tail: all[500 - shown.tail..<500], rowCount: all.rowCount)
    expectText(excerpt.styledText(style).plain, equals: all.styledText(style).plain)
    let huge = TableExcerpt(head: all[0..<5], tail: all[0..<5], rowCount: 19_592_465)
    #expect(huge.styledText().plain.hasPrefix("shape: (19_592_465, 5)\n"))
    #expect(huge.styledText().plain.hasSuffix("10 of 19_592_465 rows shown; | view opens all"))
  }

  @Test func nullsNumbersAndBordersHaveRoles() {
    let text = orders(5).styledText()
    let roles = Set(text.lines.flatMap(\.runs).map(\.role))
    #expect(roles.isSuperset(of: [.null, .number, .header, .type, .dim, .plain]))
  }

  @Test func noLineIsWiderThanThePage() throws {
    var generator = SplitMix(state: 4)
    for round in 0..<300 {
      let columns = [1, 2, 3, 5, 9, 40].randomElement(using: &generator) ?? 1
      let rows = Int.random(in: 0...16, using: &generator)
      let table = try generator.table(columns: columns, rows: rows)
      let page = Page(
        width: Int.random(in: 20...250, using: &generator), isASCII: round % 5 == 0,
        emoji: round % 2 == 0 ? .wide : .narrow)
      let text = table.styledText(TableStyle(page: page))
      for line in text.lines {
        #expect(page.measure.cells(of: line.plain) <= page.width, "\(line.plain)")
      }
      let box = text.lines.filter { line in
        [line.plain.first, line.plain.last].allSatisfy { $0.map { "│|┌╞└┐╡┘+".contains($0) } ?? false }
      }
      #expect(Set(box.map { page.measure.cells(of: $0.plain) }).count <= 1, "\(text.plain)")
      #expect(isSafe(text.plain))
      #expect(isSafe(table.styledText(TableStyle(flavour: .polars, page: page)).plain))
    }
  }

  @Test func markdownTablesAreExactAndEscaped() {
    let table = Table([
      ("id", Column([1, nil])), ("a|b", Column(["x|y\nz *", "`code`"])), ("v", Column(.f64, .f64(Buffer([0.1, 2])))),
    ])
    expectText(
      table.markdownText(),
      equals: """
        | id | a\\|b | v |
        | ---: | --- | ---: |
        | 1 | x\\|y\\\\nz \\* | 0.1 |
        |  | \\`code\\` | 2.0 |

        """)
    #expect(table.markdownText(includesHeader: false).split(separator: "\n").count == 2)
  }
}
