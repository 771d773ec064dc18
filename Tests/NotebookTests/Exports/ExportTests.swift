import Foundation
import Notebook
import Testing

@Suite struct ExportTests {
  private static let text = """
    ---
    seed: 1
    ---
    # EASE & friends

    <!-- note: for the speaker -->
    It minimises $\\|X - XB\\|^2$, **exactly**; see [the paper](https://example.org/a?b=1&c=2) or [this](javascript:x).

    $$B_{ij} = -\\frac{P_{ij}}{P_{jj}}$$

    ```lectern
    table a = ["<b>"]
    ```
    ```output
    │ <b> │
    ```

    ```lectern hide
    secret = 1
    ```

    ```lectern skip
    slow
    ```

    <details><summary>Why?</summary>

    - one
    - two

    </details>

    """

  private func export(_ name: String) throws -> String {
    let format = try #require(ExportFormat.all.first { $0.name == name })
    return try format.text(SessionDocument(parsing: ExportTests.text, name: "a.md"), ExportContext(title: "a"))
  }

  @Test func aPageForABrowser() throws {
    let page = try export("html")
    #expect(page.contains("<title>EASE &amp; friends</title>"))
    #expect(page.contains("<strong>exactly</strong>"))
    #expect(page.contains("<a href=\"https://example.org/a?b=1&amp;c=2\">the paper</a> or this"))
    #expect(page.contains("<mfrac><msub>") || page.contains("<mfrac><mrow>"))
    #expect(page.contains("In [1]:"))
    #expect(
      page.contains(
        "<span class=\"verb\">table</span> <span class=\"option\">a</span> = [<span class=\"text\">&quot;&lt;b&gt;&quot;</span>]"
      ))
    #expect(page.contains("│ &lt;b&gt; │"))
    #expect(page.contains("<details><summary>Why?</summary>\n<ul>\n<li>one</li>"))
    for hidden in ["speaker", "secret", "<b>", "javascript"] { #expect(!page.contains(hidden), "\(hidden)") }
  }

  @Test func aNotebookForJupyter() throws {
    let json = try JSONSerialization.jsonObject(with: Data(try export("ipynb").utf8)) as? [String: Any]
    #expect(json?["nbformat"] as? Int == 4)
    let cells = try #require(json?["cells"] as? [[String: Any]])
    #expect(cells.map { $0["cell_type"] as? String } == ["markdown", "code", "code", "markdown"])
    #expect((cells[0]["source"] as? [String])?.first == "# EASE & friends\n")
    #expect(cells[1]["execution_count"] as? Int == 1)
    #expect(cells[2]["execution_count"] is NSNull)
    let outputs = try #require(cells[1]["outputs"] as? [[String: Any]])
    #expect(outputs.first?["text"] as? [String] == ["│ <b> │\n"])
    #expect((cells[2]["outputs"] as? [Any])?.isEmpty == true)
    #expect(Set(cells.compactMap { $0["id"] as? String }).count == 4)
  }

  /// Whatever stands in a session, what is handed out holds no control character, none that reorders text, and no tag but
  /// those that the form writes itself.
  @Test(arguments: [
    "<script>alert(1)</script>", "# <script>alert(1)</script>", "a `b\nc` <script>alert(1)</script> `d", "<ScRiPt >x",
    "`<script>alert(1)</script>`", "``<script>` x``", "~~~\n<script>alert(1)</script>\n~~~",
    "    <script>alert(1)</script>",
    "> ```\n> <script>\n> ```", "- ```\n  <script>\n  ```\n<script>", "$a <script> b$ <script>", "$$\n<script>\n$$",
    "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "</details><script>x</script>",
    "<details ontoggle=alert(1)>",
    "<details><summary><script>x</script></summary>\n\n</details>", "<!-- x --!> <script>x</script> -->",
    "<!--> <script>",
    "[x](javascript:alert(1))", "[x](<javascript:alert(1)>)", "[x](\njavascript:alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x](java&#115;cript:alert(1))", "[x](data:text/html,<script>x</script>)", "![x](javascript:x)",
    "<javascript:alert(1)>",
    "| a | b |\n|---|---|\n| <script>x</script> | `<script>` |", "<?php x ?>", "<![CDATA[<script>]]>", "\u{1B}[31mred",
    "\u{9B}31m",
    "\u{202E}gnp.exe", "\u{2066}x\u{2069}", "a\u{0}b\u{7}c\u{8}d", "\u{2028}<script>", "```lectern x\n<script>",
    "<a href='x'>",
  ]) func nothingHarmfulIsHandedOut(_ text: String) throws {
    for (title, prose, code) in [(text, "", ""), ("", text, ""), ("", text + "\n\n" + text, ""), ("", "", text)] {
      var file = title.isEmpty ? "" : "---\ntitle: \(title.filter { !$0.isNewline })\n---\n"
      file += prose + "\n\n"
      if !code.isEmpty { file += "`````lectern\n\(code)\n`````\n`````output\n\(code)\n`````\n" }
      let document: SessionDocument
      do {
        document = try SessionDocument(parsing: file, name: "a.md")
      } catch {
        // Prose that opens a cell and never closes it is no session.
        #expect(prose.contains("```lectern"))
        continue
      }
      let page = try #require(ExportFormat.all.first { $0.name == "html" }).text(document, ExportContext(title: "a"))
        .replacing("<script>\n\(HTMLPage.script)\n</script>", with: "")
      let notebook = try #require(ExportFormat.all.first { $0.name == "ipynb" }).text(
        document, ExportContext(title: "a"))
      let cells = try JSONDecoder().decode(Notebook.self, from: Data(notebook.utf8)).cells
      let shown = cells.map { $0.source.joined() + ($0.outputs ?? []).flatMap(\.text).joined() }
      for handedOut in [page, notebook] + shown {
        let hidden = handedOut.unicodeScalars.filter { scalar in
          scalar != "\n" && [.control, .format, .lineSeparator].contains(scalar.properties.generalCategory)
        }
        #expect(hidden.isEmpty, "\(handedOut)")
      }
      // Words may stay; a tag may not, nor an attribute in one, nor a link that is a program.
      let prose = cells.filter { $0.cell_type == "markdown" }.map { $0.source.joined().lowercased() }
      for markup in [page.lowercased()] + prose {
        for tag in ["<script", "<img", "<svg", "<a href='", "<?", "<![", "<details on", "<javascript"] {
          #expect(!markup.contains(tag), "\(markup)")
        }
      }
      for markup in prose {
        for link in ["(javascript", "(<javascript", "(\njavascript", "]: javascript", "(java&", "(data:"] {
          #expect(!markup.contains(link), "\(markup)")
        }
      }
    }
  }

  private struct Notebook: Decodable {
    struct Cell: Decodable {
      struct Output: Decodable { var text: [String] }
      var cell_type: String
      var source: [String]
      var outputs: [Output]?
    }
    var cells: [Cell]
  }

  /// What is harmless is handed out as it was written.
  @Test func harmlessProseStaysAsItWas() throws {
    let prose = """
      # A < B & C

      Text with `code < x`, *stress*, $a < b$ and a [link](https://example.org/a?b=1&c=2), [below](#end), [file](data/a.csv).

      ```python
      if a < b and c <= d: print("<=")
      ```

      <details><summary>Why?</summary>

      1 < 2, <https://example.org>

      </details>
      """
    let document = try SessionDocument(parsing: prose + "\n\n```lectern\nx\n```\n", name: "a.md")
    let notebook = try #require(ExportFormat.all.first { $0.name == "ipynb" }).text(document, ExportContext(title: "a"))
    let cells = try JSONDecoder().decode(Notebook.self, from: Data(notebook.utf8)).cells
    #expect(cells.first.map { $0.source.joined() } == prose.replacing("$a < b$", with: "$a \\lt  b$"))
  }

  /// A file that an export made is told from others.
  @Test func exportsKnowTheirOwn() throws {
    for format in ExportFormat.all {
      #expect(format.isOwn(try export(format.name)))
      for other in [
        "", "mine", "{}", "<html></html>", "{\"cells\": [], \"metadata\": {\"kernelspec\": {\"name\": \"python3\"}}}",
      ] {
        #expect(!format.isOwn(other))
      }
    }
  }

  @Test func everyFormHasAName() {
    #expect(Set(ExportFormat.all.map(\.name)).count == ExportFormat.all.count)
  }
}
