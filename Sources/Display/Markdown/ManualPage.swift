/// A page for `man`: a header, the line for `apropos`, and a Markdown body converted to `man` macros.
public struct ManualPage: Sendable {
  /// The name that the reader types after `man`.
  public var name: String
  /// 1 for commands, 7 for languages and conventions.
  public var section: Int
  /// A few words without a full stop.
  public var summary: String
  /// The program and its version, for the footer of the page.
  public var source: String
  /// The sections after NAME, in Markdown. A heading of level 1 or 2 begins a section.
  public var body: String

  public init(name: String, section: Int, summary: String, source: String, body: String) {
    (self.name, self.section, self.summary, self.source, self.body) = (name, section, summary, source, body)
  }

  public var fileName: String { "\(name).\(section)" }

  /// The page in roff. It has no date, so the output depends only on the input.
  public var text: String {
    let body = Markdown(body).manual
    // This first line tells `man` to run the table preprocessor.
    return (body.contains("\n.TS\n") ? "'\\\" t\n" : "")
      + ".TH \(RoffText.code(name.uppercased())) \(section) \"\" \"\(RoffText.prose(source))\"\n"
      // Switches off hyphenation and justification.
      + ".nh\n.ad l\n.SH NAME\n\(RoffText.code(name)) \\- \(RoffText.prose(summary))\n" + body
  }
}
