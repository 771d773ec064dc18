/// A lesson in a session: where it stands, and the session's state before each of its cells.
struct Teaching {
  let path: String
  /// The file's text as it was read last.
  var text: String
  /// Whether the file is not there, or cannot be read: that is said once.
  var isFileGone: Bool
  var lesson: Lesson
  /// The state that the lesson's cells have made: what the next of them starts from.
  var base: Session.Snapshot
  /// The state before each cell that has run, and after the last of them.
  var snapshots: [Int: Session.Snapshot] = [:]
  /// The names that were given since the last cell ran well.
  var branchNames: Set<String> = []
  /// How many cells a command asked to run.
  var requestedCells = 0

  /// The state that is known nearest before a cell, and the cell in front of which it was.
  func state(before number: Int) -> (cell: Int, snapshot: Session.Snapshot)? {
    guard let cell = snapshots.keys.filter({ $0 <= number }).max(), let snapshot = snapshots[cell] else { return nil }
    return (cell, snapshot)
  }
}
