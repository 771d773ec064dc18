import Display
import Testing

@Suite struct ManualPageTests {
  private func text(_ body: String) -> String {
    ManualPage(name: "a-page", section: 7, summary: "what it's for", source: "Program 1", body: body).text
  }

  private static let head = """
    .TH A\\-PAGE 7 "" "Program 1"
    .nh
    .ad l
    .SH NAME
    a\\-page \\- what it's for

    """

  @Test(arguments: [
    ("# Two words", ".SH TWO WORDS\n"),
    ("## See `also`\n\nText.", ".SH SEE ALSO\nText.\n"),
    ("### Sub\n\nOne.\n\nTwo.", ".SS Sub\nOne.\n.PP\nTwo.\n"),
    ("**strong**, *emphasis* and `code`", ".PP\n\\fBstrong\\fR, \\fIemphasis\\fR and \\fBcode\\fR\n"),
    // What a person types stays ASCII; words may have hyphens and quotation marks.
    ("a well-known user's `--data 'a'`", ".PP\na well-known user's \\fB\\-\\-data \\(aqa\\(aq\\fR\n"),
    (#"a \\ b ^ c ~ d " e"#, ".PP\na \\(rs b \\(ha c \\(ti d \\(dq e\n"),
    // A line that begins like a request is none.
    (".TH is text", ".PP\n\\&.TH is text\n"),
    ("'tis text", ".PP\n\\&'tis text\n"),
    ("one<br>.two", ".PP\none\n.br\n\\&.two\n"),
    ("```\n.x -1\n\n\\d\n```", ".PP\n.RS 4\n.EX\n\\&.x \\-1\n\n\\(rsd\n.EE\n.RE\n"),
    ("- one\n- two\n\n  more", ".IP \\(bu 2\none\n.IP \\(bu 2\ntwo\n.RS\n.PP\nmore\n.RE\n"),
    ("3. three\n4. four", ".IP 3. 4\nthree\n.IP 4. 4\nfour\n"),
    ("> said", ".RS 4\n.PP\nsaid\n.RE\n"),
    // A place on the page cannot be followed, an address can be read.
    ("[here](#there), [page](https://a.b/c)", ".PP\nhere, page (https://a.b/c)\n"),
    ("| | |\n|---|---|\n| `-o` *file* | Where to. |", ".TP\n\\fB\\-o\\fR \\fIfile\\fR\nWhere to.\n"),
    ("<details>\n<summary>Why?</summary>\n\nSo.\n</details>", ".PP\nWhy?\n.PP\nSo.\n"),
    ("$$\nx^2\n$$", ".PP\n.RS 4\n.EX\nx²\n.EE\n.RE\n"),
  ])
  func blocksBecomeRequests(_ body: String, _ requests: String) {
    #expect(text(body) == Self.head + requests)
  }

  @Test func tablesAskForTheirPreprocessor() {
    let long = String(repeating: "word ", count: 6).dropLast()
    let page = text("| name | takes | n |\n|---|---|--:|\n| `a` | \(long) | 1 |")
    #expect(
      page == "'\\\" t\n" + Self.head
        + ".PP\n.TS\nlb lbw(24n) rbx\nl lw(24n) rx.\nname\tT{\ntakes\nT}\tT{\nn\nT}\n"
        + "\\fBa\\fR\tT{\n\(long)\nT}\tT{\n1\nT}\n.TE\n.nh\n")
  }

  @Test func theFileIsNamedAsManLooksForIt() {
    #expect(ManualPage(name: "a-page", section: 7, summary: "", source: "", body: "").fileName == "a-page.7")
  }
}
