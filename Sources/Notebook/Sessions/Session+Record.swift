import Diagnostics
import Query

extension Session {
  /// Stores a cell for `:save`, and completes it in the journal.
  func remember(
    _ code: String, number: Int, pieces: [Piece], outcome: CellOutcome, expectsError: Bool = false
  ) {
    var cell = SessionRecord.Cell(
      number: number, code: withDrawnSeeds(code), pieces: pieces, outcome: outcome, access: access, role: role)
    cell.seeds = drawnSeeds.filter { !$0.isInCell }.map(\.seed)
    cell.named = namedInCell
    cell.expectsError = expectsError
    // Seeds drawn before the failed statement were inserted into the code and shift its position.
    if outcome != .finished {
      let start = runningStatement.code
      let seeds = withDrawnSeeds(code).utf8.count - code.utf8.count
      let before = drawnSeeds.filter { $0.isInCell && $0.offset < start }
      let seedsBefore = before.reduce(0) { $0 + " seed=\($1.seed)".utf8.count }
      cell.cut = SessionRecord.Cut(code: start + min(seeds, seedsBefore), pieces: runningStatement.pieces)
    }
    record.append(.cell(cell))
    journalling { (journal) throws(Diagnostic) in
      var written = documentCell(cell, isConfined: isConfinedAlone)
      role.mark(&written.options)
      try journal.finish(SessionDocument.Cell(code: written.code, options: written.options, recorded: written.recorded))
    }
  }

  /// Writes the running cell to the journal, with the seeds drawn so far.
  func journalStart(of code: String) {
    journalling { (journal) throws(Diagnostic) in
      var options = CellOptions()
      options.isConfined = isConfinedAlone
      options.seeds = drawnSeeds.filter { !$0.isInCell }.map(\.seed)
      role.mark(&options)
      try journal.write(
        SessionDocument.Cell(code: terminated(withDrawnSeeds(code).trimmed), options: options, recorded: nil))
    }
  }

  /// Records in the journal that the session was closed normally.
  public func endJournal() { journalling { (journal) throws(Diagnostic) in try journal.leave() } }

  /// Writes to the journal. If that fails, the journal is given up with a warning.
  private func journalling(_ body: (Journal) throws(Diagnostic) -> Void) {
    guard let journal else { return }
    do throws(Diagnostic) {
      try body(journal)
    } catch {
      self.journal = nil
      emit(.diagnostic(error))
    }
  }

  /// A cell in the form of a session file: its code and its output.
  func documentCell(_ cell: SessionRecord.Cell, isConfined: Bool = false) -> SessionDocument.Cell {
    var options = CellOptions()
    options.isConfined = isConfined
    options.expectsError = cell.outcome == .failed
    options.seeds = cell.seeds
    options.isSkipped = cell.outcome == .interrupted
    let recorded = cell.recorded ?? recordedText(cell.pieces.filter { !$0.saysDrawnSeed }, .recording(settings))
    return SessionDocument.Cell(code: terminated(cell.code.trimmed), options: options, recorded: terminated(recorded))
  }
}

extension Piece {
  /// Whether the piece is a note on a drawn seed that the saved cell contains, so that a replay prints no such note. A
  /// seed that was drawn inside a defined verb is an option of the cell, and its note is printed again.
  fileprivate var saysDrawnSeed: Bool {
    if case .note(let text) = self { text.hasPrefix("drew seed=") && !text.contains(" in `") } else { false }
  }
}

extension String {
  func withoutSuffix(_ suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}
