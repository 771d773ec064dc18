import Diagnostics
import Display
import Foundation
import Generators
import Notebook
import Tables

/// A session with small made-up tables, and what it said.
final class TestSession {
  let session = Session()
  private(set) var pieces: [Piece] = []

  init() {
    session.emit = { [weak self] in self?.pieces.append($0) }
    run(ExampleTables.text)
    session.dataFolder = TestSession.folder
    pieces = []
  }

  /// Runs a cell; what it said as text, at 100 columns, without times.
  @discardableResult
  func run(_ code: String) -> String {
    pieces = []
    session.run(code)
    return text
  }

  /// What the last cell said.
  var text: String {
    pieces.compactMap { Presentation.recording(session.settings).styledText($0)?.plain }.joined(separator: "\n")
  }

  /// The diagnostics of the last cell.
  var diagnostics: [Diagnostic] {
    pieces.compactMap { if case .diagnostic(let diagnostic) = $0 { diagnostic } else { nil } }
  }

  /// A folder where `train_orders` is a file.
  static var folder: String { orders?.path ?? "" }

  private static let orders: ScratchFolder? = {
    guard let folder = try? ScratchFolder() else { return nil }
    Session().run(ExampleTables.text + "\ntrain | save \"\(folder.path)/train_orders\" format=parquet")
    return folder
  }()
}
