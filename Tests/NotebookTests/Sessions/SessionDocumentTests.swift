import Diagnostics
import Notebook
import Testing

@Suite struct SessionDocumentTests {
  static let text = """
    ---
    title: "Заказы"
    data: ../somewhere
    seed: 7
    ---
    # Заголовок

    Проза.

    ```python
    ```lectern inside somebody else's code is not a cell
    ```

    ````lectern id=4 tolerance=1e-3 volatile
    table a = [1]
    # ``` inside
    ````

    ```output
    shape: (1, 1)
    ```

    More prose.
    ```lectern expect=error
    nonsense
    ```

    """

  @Test func parsingLosesNothing() throws {
    let document = try SessionDocument(parsing: Self.text, name: "a.md")
    #expect(document.text == Self.text)
    #expect(document.frontMatter["title"] == "Заказы")
    #expect(document.frontMatter["seed"] == "7")
    #expect(document.cells.count == 2)
    #expect(document.cells[0].code == "table a = [1]\n# ``` inside\n")
    #expect(document.cells[0].options.id == "4")
    #expect(document.cells[0].options.tolerance == 1e-3)
    #expect(document.cells[0].options.isVolatile)
    #expect(document.cells[0].recorded == "shape: (1, 1)\n")
    #expect(document.cells[0].line == 15)
    #expect(document.cells[1].options.expectsError)
    #expect(document.cells[1].recorded == nil)
  }

  @Test func newRecordingsReplaceOldOnesAndNothingElse() throws {
    let document = try SessionDocument(parsing: Self.text, name: "a.md")
    let promoted = document.recording(["one\n```\ntwo", "three"])
    let again = try SessionDocument(parsing: promoted.text, name: "a.md")
    #expect(again.cells.map(\.recorded) == ["one\n```\ntwo\n", "three\n"])
    #expect(again.recording([document.cells[0].recorded, nil]).text == Self.text)
  }

  @Test func aTextWithoutCellsIsOneCell() throws {
    let document = try SessionDocument(parsing: "a = 1\na\n", name: "script")
    #expect(document.cells.map(\.code) == ["a = 1\na\n"])
    #expect(try SessionDocument(parsing: " \n\n", name: "script").cells.isEmpty)
  }

  /// A fence is closed by one of its own kind, as long as itself or longer.
  @Test(arguments: [
    ("```lectern\na\n```\n", "a\n"), ("```lectern\na\n`````\n", "a\n"),
    ("````lectern\n```\na\n````\n", "```\na\n"), ("~~~lectern\n```\n~~~\n", "```\n"),
    ("```lectern\na\n  ```  \n", "a\n"), ("```lectern\n~~~\n``` x\n```\n", "~~~\n``` x\n"),
  ])
  func fencesAreClosedByTheirOwnKind(text: String, code: String) throws {
    #expect(try SessionDocument(parsing: text, name: "a.md").cells.map(\.code) == [code])
  }

  @Test func mistakesAreSaid() {
    #expect(throws: Diagnostic.self) { try SessionDocument(parsing: "```lectern\na\n", name: "a.md") }
    for option in ["=", "==", "= 4", "=id", "id", "tolerance=", "tolerance=-1"] {
      #expect(throws: Diagnostic.self) { try SessionDocument(parsing: "```lectern \(option)\na\n```", name: "a.md") }
    }
    #expect(throws: Diagnostic.self) { try SessionDocument(parsing: "```lectern volatil\na\n```\n", name: "a.md") }
  }

  @Test func anyTextIsReadOrRefused() {
    let pieces = ["```", "lectern", "output", "\n", "---\n", "a: b\n", "````", " ", "x", "é", "\r\n", "expect=error"]
    var state: UInt64 = 1
    for _ in 0..<3_000 {
      var text = ""
      for _ in 0..<20 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += pieces[Int(state >> 33) % pieces.count]
      }
      guard let document = try? SessionDocument(parsing: text, name: "fuzz") else { continue }
      if document.parts.count > 1 { #expect(document.text == text) }
    }
  }
}
