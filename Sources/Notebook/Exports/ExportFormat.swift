public import Diagnostics

/// A file format for sharing a session with people who do not run it.
public struct ExportFormat: Sendable {
  /// The name for `--to`.
  public let name: String
  public let fileExtension: String
  public let summary: String
  /// Whether a file was made by an export, so that another export may replace it.
  public let isOwn: @Sendable (_ text: String) -> Bool
  /// Returns the content of the exported file.
  public let text: @Sendable (_ document: SessionDocument, _ context: ExportContext) throws(Diagnostic) -> String

  /// - Parameter fileExtension: the name if it is nil.
  init(
    name: String, fileExtension: String? = nil, summary: String, isOwn: @escaping @Sendable (_ text: String) -> Bool,
    text: @escaping @Sendable (_ document: SessionDocument, _ context: ExportContext) throws(Diagnostic) -> String
  ) {
    (self.name, self.fileExtension, self.summary) = (name, fileExtension ?? name, summary)
    (self.isOwn, self.text) = (isOwn, text)
  }

  /// All formats.
  public static let all: [ExportFormat] = [.html, .jupyter, .pyspark]
}

/// The data for an export beyond the session's text.
public struct ExportContext: Sendable {
  /// The title, if the session has none.
  public var title: String
  /// The folder of its pictures; nil embeds none.
  public var folder: String?
  /// The outputs of the cells when they were run for the export, one entry per cell; nil uses the recorded outputs.
  public var outputs: [[ExportedOutput]?]?
  /// The cells in Python; nil exports Lectern code.
  public var python: PythonNotebook?

  public init(title: String, folder: String? = nil, outputs: [[ExportedOutput]?]? = nil) {
    (self.title, self.folder, self.outputs) = (title, folder, outputs)
  }
}

/// A piece of a cell's output.
public enum ExportedOutput: Sendable, Hashable {
  /// Printed text.
  case text(String)
  /// A plot, as SVG.
  case picture(String)
  /// The boundary between the outputs of two statements.
  case gap
}

extension SessionDocument {
  /// The title of the session: from the front matter, else its first heading.
  var title: String? {
    if let title = frontMatter["title"], !title.isEmpty { return title }
    for case .prose(let prose) in parts {
      if let heading = prose.text.split(separator: "\n").first(where: { $0.hasPrefix("#") }) {
        return heading.drop { $0 == "#" }.trimmed
      }
    }
    return nil
  }

  /// The parts to export; cells have their numbers at a prompt.
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
