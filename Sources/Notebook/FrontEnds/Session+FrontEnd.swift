import Diagnostics
import Query

/// What a front end needs that keeps cells itself, as Jupyter does.
extension Session {
  /// Runs a cell that takes no number, and of which nothing is remembered but what it changed.
  @discardableResult
  public func runAside(_ code: String) -> CellOutcome {
    let (outer, count) = (role, record.count)
    role = .command
    defer {
      role = outer
      // `:reset` may have emptied it.
      if record.count > count { record.removeSubrange(count...) }
    }
    return run(code)
  }

  /// A cell that has run.
  public struct RanCell {
    public var number: Int
    public var code: String
    private let pieces: [Piece]

    fileprivate init(_ cell: SessionRecord.Cell) { (number, code, pieces) = (cell.number, cell.code, cell.pieces) }

    /// What it said, as sessions are recorded.
    public func output(_ settings: Settings) -> String { recordedText(pieces, .recording(settings)) }
  }

  /// The cells that have run, with the seeds that were drawn for them.
  public var ranCells: [RanCell] {
    record.compactMap { if case .cell(let cell) = $0 { RanCell(cell) } else { nil } }
  }

  /// Whether a text is all of a cell.
  public enum Completeness: String, Sendable { case complete, incomplete, invalid }

  public func completeness(of text: String) -> Completeness {
    if Session.isIncomplete(text) { return .incomplete }
    let code = Transcript.code(in: text) ?? text
    return (try? parser.statements(in: Source(name: "", text: code))) == nil ? .invalid : .complete
  }

  // MARK: - Plots

  /// Keeps a picture of every plot from here on.
  public func collectPlots() { if plots == nil { plots = [] } }

  /// The picture of a plot, by what it is as text; nil where that is none. Pictures of earlier plots go.
  public func takePicture(of text: String) -> String? {
    guard let index = plots?.firstIndex(where: { $0.text == text }) else { return nil }
    defer { plots?.removeSubrange(...index) }
    return plots?[index].svg
  }
}
