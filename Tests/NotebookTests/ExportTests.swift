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
    return try format.text(SessionDocument(parsing: ExportTests.text, name: "a.md"), "a")
  }

  @Test func aPageForABrowser() throws {
    let page = try export("html")
    #expect(page.contains("<title>EASE &amp; friends</title>"))
    #expect(page.contains("<strong>exactly</strong>"))
    #expect(page.contains("<a href=\"https://example.org/a?b=1&amp;c=2\">the paper</a> or this"))
    #expect(page.contains("<mfrac><msub>") || page.contains("<mfrac><mrow>"))
    #expect(page.contains("In [1]:"))
    #expect(page.contains("table a = [&quot;&lt;b&gt;&quot;]"))
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

  @Test func everyFormHasAName() {
    #expect(Set(ExportFormat.all.map(\.name)).count == ExportFormat.all.count)
  }
}
