import Display
import Tables
import TestSupport
import Testing

@Suite struct ItemLinksTests {
  private func items() throws -> [ItemLink] {
    let template = try #require(LinkTemplate("https://www.ozon.ru/product/{id}"))
    return [
      ItemLink(rank: 1, name: "Молоко «Простоквашино» 3,2 %", url: template.url(for: .integer(148_481_523))),
      ItemLink(rank: 2, url: template.url(for: .integer(143_259_875))),
      ItemLink(rank: 10, name: "寿司\u{1B}[2J", url: template.url(for: .text("a b/ж"))),
    ]
  }

  @Test func addressesStayReadable() throws {
    let text = itemLinks(try items())
    expectText(
      text.plain,
      equals: """
         1. Молоко «Простоквашино» 3,2 %  https://www.ozon.ru/product/148481523
         2.                               https://www.ozon.ru/product/143259875
        10. 寿司\\u{1b}[2J                 https://www.ozon.ru/product/a%20b%2F%D0%B6
        """)
    #expect(text.terminalText(.none, links: true).contains("\u{1B}]8;;https://www.ozon.ru/product/148481523\u{1B}\\"))
    #expect(text.terminalText(.none) == text.plain)
  }

  @Test func narrowPagesTakeMoreLines() throws {
    for width in 20...120 {
      let text = itemLinks(try items(), Page(width: width))
      #expect(text.width() <= width)
      #expect(text.lines.map(\.plain).joined().filter { $0 != " " }.contains("product/143259875"))
    }
  }

  @Test func templatesNeedAPlaceAndAScheme() {
    #expect(LinkTemplate("https://www.ozon.ru/product/") == nil)
    #expect(LinkTemplate("javascript:{id}") == nil)
    #expect(LinkTemplate("https://x.y/{id}?q={id}")?.url(for: .integer(7)) == "https://x.y/7?q=7")
  }

  private func sideBySide(models: Int) -> ListsSideBySide {
    ListsSideBySide(
      lists: (1...models).map { model in
        (
          title: "model\(model)",
          items: (1...3).map {
            MarkedItem(
              "Бальзам для волос питательный, номер \($0)", url: "https://x.y/\($0)", mark: $0 == 2 ? .hit : .known)
          }
        )
      },
      others: [(.hit, "bought after", [MarkedItem("Мыло, 2 шт", url: "https://x.y/9", mark: .hit)])])
  }

  /// Side by side, too, every item is a link, and so is what was bought.
  @Test func itemsSideBySideAreLinks() {
    let text = sideBySide(models: 2).styledText(Page(width: 80)).terminalText(.none, links: true)
    for (number, count) in [(1, 2), (2, 2), (3, 2), (9, 1)] {
      #expect(text.ranges(of: "\u{1B}]8;;https://x.y/\(number)\u{1B}\\").count >= count)
    }
  }

  /// Six models do not fit side by side: their lists are in blocks, so that names stay readable.
  @Test func manyListsAreInBlocks() {
    let lines = sideBySide(models: 6).styledText(Page(width: 80)).lines.map(\.plain)
    #expect(lines.count { $0.contains("model") } == 3 && lines.count { $0.isEmpty } == 2)
    #expect(lines[0].contains("model1") && lines[0].contains("model2") && !lines[0].contains("model3"))
    #expect(lines.count { $0.contains("Бальзам для волос питательный") } >= 9)
    #expect(lines.last == "✓ bought after (1): ✓\u{A0}Мыло, 2 шт")
    #expect(sideBySide(models: 6).styledText(Page(width: 250)).lines.count { $0.plain.contains("model") } == 1)
    for width in 10...120 {
      for models in 1...7 {
        #expect(sideBySide(models: models).styledText(Page(width: width)).width() <= width)
      }
    }
    #expect(ListsSideBySide(lists: [], others: []).styledText(Page(width: 80)).width() == 0)
  }
}
