import Diagnostics
import Parallelism

/// A copy of a model's state before an iteration, from which the model is restored if the iteration is cancelled.
///
/// The copy is in a temporary file, so that a fit needs only one set of large factors in memory. Every iteration
/// overwrites the copy of the one before.
public struct IterationBackup {
  /// A state of at most so many bytes is copied in memory instead of in a file.
  @TaskLocal public static var bytesInMemory = 1 << 26

  private let file: TemporaryFile
  private var counts: [Int] = []

  init() throws(Diagnostic) { file = try TemporaryFile() }

  /// Whether the model's state is too large for a copy in memory.
  static func isWanted(for model: inout some IterativeModel) -> Bool {
    var visitor = StateVisitor(ArrayTransfer(.measuring))
    guard (try? model.visitState(&visitor)) != nil, let transfer = visitor.transfer else { return false }
    return transfer.byteCount > bytesInMemory
  }

  mutating func keep(_ model: inout some IterativeModel) throws(Diagnostic) {
    var visitor = StateVisitor(ArrayTransfer(.toFile(file)))
    try model.visitState(&visitor)
    counts = visitor.transfer?.counts ?? []
  }

  func restore(_ model: inout some IterativeModel) throws(Diagnostic) {
    var visitor = StateVisitor(ArrayTransfer(.fromFile(file), counts: counts))
    // The cancellation that ended the iteration must not stop the restore: a new one takes its place.
    let outcome = Cancellation.$current.withValue(Cancellation()) {
      Result { () throws(Diagnostic) in try model.visitState(&visitor) }
    }
    try outcome.get()
  }
}
