public import Diagnostics

/// A form in which a session is handed out to people who do not run it.
public struct ExportFormat: Sendable {
  /// What `--to` calls it, and what its files end in.
  public let name: String
  public let summary: String
  /// Whether a file is one that an export made, which another may replace.
  public let isOwn: @Sendable (_ text: String) -> Bool
  /// The session's file in this form; `title` where the session has none of its own.
  public let text: @Sendable (_ document: SessionDocument, _ title: String) throws(Diagnostic) -> String

  /// All of them.
  public static let all: [ExportFormat] = [.html, .jupyter]
}

extension SessionDocument {
  /// What the session is called: its front matter's title, else its first heading.
  var title: String? {
    if let title = frontMatter["title"], !title.isEmpty { return title }
    for case .prose(let prose) in parts {
      if let heading = prose.text.split(separator: "\n").first(where: { $0.hasPrefix("#") }) {
        return heading.drop { $0 == "#" }.trimmed
      }
    }
    return nil
  }

  /// The parts that are handed out, cells with the numbers they have at a prompt.
  var handedOut: [(number: Int, part: Part)] {
    var number = 0
    var shown: [(number: Int, part: Part)] = []
    for part in parts {
      if case .cell(let cell) = part {
        if !cell.options.isSkipped { number += 1 }
        if cell.options.isHidden { continue }
      }
      shown.append((number, part))
    }
    return shown
  }
}
