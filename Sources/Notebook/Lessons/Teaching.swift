/// A lesson in a session: where it stands, and the session's state before each of its cells.
struct Teaching {
  let path: String
  /// The file's text as it was read last.
  var text: String
  var lesson: Lesson
  /// The state that the lesson's cells have made: what the next of them starts from.
  var base: Session.Snapshot
  /// The state before each cell that has run.
  var snapshots: [Int: Session.Snapshot] = [:]
  /// The names that were given since the last cell ran well.
  var branchNames: Set<String> = []
  /// How many cells a command asked to run.
  var requestedCells = 0
}
