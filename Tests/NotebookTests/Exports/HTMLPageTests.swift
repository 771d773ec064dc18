import Foundation
import Notebook
import Testing

/// The page that a session is handed out as.
@Suite struct HTMLPageTests {
  private func page(_ text: String, _ context: ExportContext = ExportContext(title: "x")) throws -> String {
    let format = try #require(ExportFormat.all.first { $0.name == "html" })
    return try format.text(SessionDocument(parsing: text, name: "x.md"), context)
  }

  @Test func recordedTablesAreTables() throws {
    let text = """
      ```lectern
      best = train | group_by product_id | head 2
      ```
      ```output
      best: 2 rows × 2 columns
      shape: (19, 2)
      ┌────────────┬───────────────┐
      │ product_id ┆ name          │
      │        i64 ┆ str           │
      ╞════════════╪═══════════════╡
      │  519413018 ┆ Пакет & Co    │
      │          … ┆ …             │
      │  706261443 ┆ null          │
      └────────────┴───────────────┘
      2 of 19 rows shown; | view opens all
      1. Чай  https://www.ozon.ru/product/7?a=1&b=2
      ```
      """
    let page = try page(text)
    #expect(page.contains("<pre class=\"output\">best: 2 rows × 2 columns</pre>"))
    #expect(page.contains("<caption>shape: (19, 2)</caption>"))
    #expect(page.contains("<th scope=\"col\" class=\"number\">product_id<small>i64</small></th>"))
    #expect(page.contains("<td class=\"number\">519413018</td><td>Пакет &amp; Co</td>"))
    #expect(page.contains("<tr class=\"gap\">") && page.contains("<td class=\"null\">null</td>"))
    #expect(
      page.contains(
        "<a href=\"https://www.ozon.ru/product/7?a=1&amp;b=2\">https://www.ozon.ru/product/7?a=1&amp;b=2</a>"))
    #expect(page.contains("<span class=\"name\">best</span> = train | <span class=\"verb\">group_by</span> product_id"))
  }

  /// What cannot be told apart into cells stays as it was printed.
  @Test func whatIsNoTableStaysText() throws {
    for output in [
      "┌───┐\n│ a ┆ b │\n╞═══╡\n│ 1 │\n└───┘", "  ┌─ In [2]:1:15\n1 │ x", "┌───┐\n│ a │\n└───┘", "┌───┐\n│ a",
    ] {
      let page = try page("```lectern\n1\n```\n```output\n\(output)\n```\n")
      #expect(!page.contains("<table"), "\(output)")
      #expect(page.contains("<pre class=\"output\">"))
    }
  }

  /// Few monospaced fonts have these characters; without a width of their own, points stand at the wrong place.
  @Test func dotsOfPlotsAndMatricesTakeOneCharacter() throws {
    let page = try page("```lectern\n1\n```\n```output\n│⠤ ⋮ ⋱ ⎦ https://a.org/?b=1\n```\n")
    let slots = ["⠤", "⋮", "⋱"].map { "<i class=\"slot\">\($0)</i>" }
    #expect(page.contains("│" + slots.joined(separator: " ") + " ⎦ <a href=\"https://a.org/?b=1\">"))
  }

  @Test func headingsAreListedWithTheirAnchors() throws {
    let page = try page(
      "# Урок & друзья\n\n## Что купили?\n\n## Что купили?\n\n#### Deep\n\n| a |\n|---|\n| 1 |\n\n```lectern\n1\n```\n")
    #expect(page.contains("<html lang=\"ru\">"))
    #expect(page.contains("<h2 id=\"что-купили\">") && page.contains("<h2 id=\"что-купили-1\">"))
    #expect(page.contains("<li class=\"level2\"><a href=\"#что-купили-1\">Что купили?</a></li>"))
    #expect(!page.contains("href=\"#deep\"") && page.contains("<nav aria-label=\"Содержание\">"))
    #expect(page.contains("<div class=\"scroll\"><table>\n"))
    #expect(try !self.page("# One\n\n```lectern\n1\n```\n").contains("<nav"))
  }

  @Test func nothingIsLoadedFromAnywhere() throws {
    let page = try page("# T\n\n```lectern\n1\n```\n")
    for word in ["src=\"http", "url(", "@import", "<link rel=\"stylesheet"] { #expect(!page.contains(word), "\(word)") }
    #expect(page.contains("default-src 'none'"))
  }

  @Test func picturesBesideTheSessionAreEmbedded() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lectern-page-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder.appending(path: "in"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data([1, 2, 3]).write(to: folder.appending(path: "in/a.png"))
    try Data([1, 2, 3]).write(to: folder.appending(path: "out.png"))
    let text = """
      ![A "plot"](a.png)

      ![x](../out.png) ![no](missing.png)

      ![gone](../out.png)

      ~~~
      ![code](a.png)
      ~~~

      ```lectern
      1
      ```
      """
    let page = try page(text, ExportContext(title: "x", folder: folder.appending(path: "in").path))
    #expect(page.contains("<figure><img src=\"data:image/png;base64,AQID\" alt=\"A &quot;plot&quot;\">"))
    #expect(page.components(separatedBy: "<img").count == 2)
    #expect(try !self.page(text).contains("<img"))
  }

  @Test func aPageThatIsRunHasAllColumnsAndPictures() throws {
    let columns = (0..<30).map { "column_number_\($0) = [\($0), 2]" }.joined(separator: ", ")
    let text = """
      ```lectern hide
      t = table \(columns)
      ```

      ```lectern
      t
      t | plot scatter x=column_number_1 y=column_number_2
      ```
      ```output
      old
      ```

      ```lectern skip
      t | head 1
      ```
      ```output
      kept
      ```

      ```lectern expect=error
      oops
      ```
      """
    let document = try SessionDocument(parsing: text, name: "x.md")
    let outputs = try SessionRunner(document: document, path: "x.md").render(rows: 50, settings: Settings())
    #expect(outputs.count == 4 && outputs[2] == nil)
    let page = try page(text, ExportContext(title: "x", outputs: outputs))
    for index in 0..<30 { #expect(page.contains(">column_number_\(index)<small>i64</small>")) }
    #expect(page.contains("<figure class=\"plot\"><svg xmlns"))
    #expect(page.contains("kept") && !page.contains("old"))
    #expect(page.contains("<pre class=\"output error\">error: nothing is called `oops`"))
  }
}
