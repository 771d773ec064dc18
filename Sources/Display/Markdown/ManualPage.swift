/// A page for `man`: a header, the line that `apropos` finds, and a Markdown page set with the `man` macros.
public struct ManualPage: Sendable {
  /// What the reader types after `man`.
  public var name: String
  /// 1 for commands, 7 for languages and conventions.
  public var section: Int
  /// A few words without a full stop.
  public var summary: String
  /// The program and its version, for the foot of the page.
  public var source: String
  /// The sections after the name, in Markdown. A heading of the first or second level opens a section.
  public var body: String

  public init(name: String, section: Int, summary: String, source: String, body: String) {
    (self.name, self.section, self.summary, self.source, self.body) = (name, section, summary, source, body)
  }

  public var fileName: String { "\(name).\(section)" }

  /// The page in roff. It has no date, so that the same program writes the same page.
  public var text: String {
    let body = Markdown(body).manual
    // The first line asks `man` to run the table preprocessor.
    return (body.contains("\n.TS\n") ? "'\\\" t\n" : "")
      + ".TH \(RoffText.code(name.uppercased())) \(section) \"\" \"\(RoffText.prose(source))\"\n"
      // Names are not to be broken, nor lines filled with blanks.
      + ".nh\n.ad l\n.SH NAME\n\(RoffText.code(name)) \\- \(RoffText.prose(summary))\n" + body
  }
}
