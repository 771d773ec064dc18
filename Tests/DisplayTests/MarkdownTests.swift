import Display
import Generators
import TestSupport
import Testing

@Suite struct MarkdownTests {
  private static let page = #"""
    # Сессия: **EASE** и `iALS`
    <!-- note: сказать
    про это -->
    Первый абзац с *курсивом*, **жирным *внутри***, формулой $B_{ij} = -\frac{P_{ij}}{P_{jj}}$ и [ссылкой](https://example.com/x). Он длинный.
    Вторая строка.  
    Третья — с новой строки.

    ## Загрузим данные

    - один
    - два, и ещё длинный текст, который не помещается в одну строку целиком, потому что страница узкая
      1. вложенный
      2. второй

      ```lectern
      train | head 3
      ```
    - три

    9. девять
    10. десять

    > Цитата с *акцентом*
    > и второй строкой
    >
    > - список

    $$
    \min_B \|X - XB\|_F^2 + \lambda \|B\|_F^2
    $$

    ```lectern
    train | head 10	# таб
      | sort n <!-- остаётся -->
    ```

        отступом

    | модель | recall@10 | что это значит |
    |---|---:|:-:|
    | EASE | 0.0545 | `x\|y` замкнутая форма и ещё немного слов, чтобы было длинно |
    | iALS | 0.05 | $\alpha$ |
    | короткая |

    <details>
    <summary>Почему такие метрики?</summary>

    Потому что $\lambda = 0$ и **все** метки равны.
    </details>

    ---
    Цены $5 и $6, snake_case_name, 2 * 3 * 4, \*не курсив\*, &lt;тег&gt;, <b>жирно</b>, https://a.b/c. ![рисунок](a.png)
    """#

  @Test func longCodeIsBrokenBetweenWords() {
    let text = Markdown("```\n  train | filter user_id > 10 | head 3\n```").styledText(Page(width: 24)).plain
    #expect(text == "    train | filter\n        user_id > 10\n        | head 3")
    let word = Markdown("```\nabcdefghijkl\n```").styledText(Page(width: 10)).plain
    #expect(word == "  abcdefgh\n     ijkl")
  }

  @Test func wordsInTablesStayWhole() {
    let table = Markdown(
      "| name | what it is |\n|---|---|\n| regularization_users | a penalty, with a long explanation |\n"
        + "| b | one of pearson_baseline or none |")
    #expect(
      table.styledText(Page(width: 45)).plain == """
        ┌──────────────────────┬────────────────────┐
        │ name                 ┆ what it is         │
        ╞══════════════════════╪════════════════════╡
        │ regularization_users ┆ a penalty, with a  │
        │                      ┆ long explanation   │
        │ b                    ┆ one of             │
        │                      ┆ pearson_baseline   │
        │                      ┆ or none            │
        └──────────────────────┴────────────────────┘
        """)
  }

  @Test func looksAsRecorded() throws {
    try expectGolden(
      sections([
        ("60 cells", Markdown(Self.page).styledText(Page(width: 60)).plain),
        ("details closed, 40 cells", Markdown(Self.page).styledText(Page(width: 40), opensDetails: false).plain),
        ("ascii", Markdown(Self.page).styledText(Page(width: 72, isASCII: true)).plain),
      ]), "markdown.txt")
  }

  @Test func rolesFollowTheMarks() {
    let line = Markdown("a *b* **c** `d` [e](https://x.y) $x^2$").styledText().lines[0]
    let roles = line.runs.map { ($0.text, $0.role) }
    #expect(roles.contains { $0 == ("b", .emphasis) })
    #expect(roles.contains { $0 == ("c", .strong) })
    #expect(roles.contains { $0 == ("d", .code) })
    #expect(roles.contains { $0 == ("e", .link(url: "https://x.y")) })
    #expect(roles.contains { $0 == ("x²", .emphasis) })
    #expect(line.plain == "a b c d e (https://x.y) x²")
  }

  @Test func aTableWithoutAHeaderIsAListOfTerms() {
    let list = Markdown("| | |\n|---|---|\n| `top` | how many |\n| `seed=n` | of the draw |").styledText()
    #expect(list.plain == "  top     how many    \n  seed=n  of the draw ")
  }

  @Test(arguments: [
    ("**", "**"), ("*a", "*a"), ("a * b * c", "a * b * c"), ("`a", "`a"), ("``a`b``", "a`b"), ("[a](b", "[a](b"),
    ("___", String(repeating: "─", count: 100)), ("#", ""), ("a<!-- b -->c", "ac"), ("<!-- open", ""), ("$ x$", "$ x$"),
    ("***a***", "a"), ("[a] b", "[a] b"), ("x < y > z", "x < y > z"), ("~~gone~~", "gone"),
  ])
  func oddTextsStayReadable(_ text: String, expected: String) {
    #expect(Markdown(text).styledText().plain == expected)
  }

  @Test func anythingFitsThePage() {
    var generator = SplitMix(state: 7)
    let pieces = [
      "# ", "- ", "1. ", "> ", "```", "\n", "\n\n", "    ", "|", "|---|---:|\n", "$$", "$x_i$", "**", "*", "_", "`",
      "[a](",
      "https://x.y/z", ")", "<details>", "</details>", "<summary>s</summary>", "<!--", "-->", "слово ", "word ",
      "寿司寿司 ",
      "🙂", "\u{1B}[1m", "\t", "\\", "<b>", "&amp;", "---", "---\n", "![", "]", "~~", "a",
    ]
    for _ in 0..<1500 {
      let count = Int.random(in: 0...50, using: &generator)
      let text = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
      let page = Page(width: Int.random(in: 20...100, using: &generator), isASCII: Bool.random(using: &generator))
      let shown = Markdown(text).styledText(page, opensDetails: Bool.random(using: &generator))
      #expect(shown.width(page.measure) <= page.width, "\(text)\n—\n\(shown.plain)")
      #expect(isSafe(shown.plain))
    }
  }
}
