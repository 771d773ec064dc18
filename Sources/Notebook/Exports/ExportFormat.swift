public import Diagnostics

/// A form in which a session is handed out to people who do not run it.
public struct ExportFormat: Sendable {
  /// What `--to` calls it, and what its files end in.
  public let name: String
  public let summary: String
  /// Whether a file is one that an export made, which another may replace.
  public let isOwn: @Sendable (_ text: String) -> Bool
  /// The session's file in this form.
  public let text: @Sendable (_ document: SessionDocument, _ context: ExportContext) throws(Diagnostic) -> String

  /// All of them.
  public static let all: [ExportFormat] = [.html, .jupyter]
}

/// What an export knows beyond the session's text.
public struct ExportContext: Sendable {
  /// What it is called where it has no title of its own.
  public var title: String
  /// The folder its pictures lie in; nil embeds none.
  public var folder: String?
  /// What its cells gave when they were run for it, one a cell; nil writes what is recorded.
  public var outputs: [[ExportedOutput]?]?
  /// Its cells in Python; nil writes those of Lectern.
  public var python: PythonNotebook?

  public init(title: String, folder: String? = nil, outputs: [[ExportedOutput]?]? = nil) {
    (self.title, self.folder, self.outputs) = (title, folder, outputs)
  }
}

/// A piece of what a cell gave.
public enum ExportedOutput: Sendable, Hashable {
  /// As it is printed.
  case text(String)
  /// A plot, as SVG.
  case picture(String)
  /// What follows is of the next statement.
  case gap
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
