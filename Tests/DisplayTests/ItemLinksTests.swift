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
}
