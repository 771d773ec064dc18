import Diagnostics
import Parallelism

/// A model as the iteration before left it, for an iteration that Ctrl-C may end.
///
/// Large factors go to a temporary file, so that a fit needs one set of them in memory, however long it goes on. Every
/// iteration writes over what the one before wrote.
public struct IterationBackup {
  /// How many bytes of factors stay in memory, beside those that the iteration changes.
  @TaskLocal public static var bytesInMemory = 1 << 26

  private let file: TemporaryFile
  private var counts: [Int] = []

  init() throws(Diagnostic) { file = try TemporaryFile() }

  /// Whether a copy of the model's factors is too large to stay in memory.
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
    // Whoever interrupted wants the model as it was.
    let outcome = Cancellation.$current.withValue(Cancellation()) {
      Result { () throws(Diagnostic) in try model.visitState(&visitor) }
    }
    try outcome.get()
  }
}
