/// The state of a lesson in a session, with the session's state before each of its cells.
struct Teaching {
  let path: String
  /// The content of the file when it was last read.
  var text: String
  /// Whether the file is missing or unreadable, and a note has said so.
  var isFileGone: Bool
  var lesson: Lesson
  /// The state after the lesson's own cells, from which its next cell starts.
  var base: Session.Snapshot
  /// The state before each cell that has run, and after the last one.
  var snapshots: [Int: Session.Snapshot] = [:]
  /// The variables assigned since the last successful cell.
  var branchNames: Set<String> = []
  /// How many cells a command requested.
  var requestedCells = 0

  /// The closest known state before a cell, and the cell to which it belongs.
  func state(before number: Int) -> (cell: Int, snapshot: Session.Snapshot)? {
    guard let cell = snapshots.keys.filter({ $0 <= number }).max(), let snapshot = snapshots[cell] else { return nil }
    return (cell, snapshot)
  }
}
