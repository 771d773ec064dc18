import Diagnostics
import LinearAlgebra
import Parallelism

/// What several models that are fitted to the same interactions, one after another, need not compute again: the Gram
/// matrix XᵀX of EASE's primal form, the singular vectors of PureSVD, the weights of SLIM.
///
/// It keeps the last result. Gram matrix and weights have the bits of a fit of its own: every model gets a copy. The
/// first k of more singular vectors differ from k computed alone in the last digits. The memory, about 4·n² bytes for
/// the Gram matrix of n items, is kept as long as the search that owns the cache.
public final class SharedAlgebra: Sendable {
  /// The cache that fits in this task use; nil if a model is fitted by itself.
  @TaskLocal public static var current: SharedAlgebra?

  private let kept = Mutex<(name: String, value: any Sendable)?>(nil)
  private let count = Atomic<Int>(0)

  public init() {}

  /// How many results were computed.
  public var madeCount: Int { count.load(ordering: .relaxed) }

  /// The result of that name; it is computed unless it is the one in the cache and `suffices`.
  func value<Value: Sendable>(
    _ name: String, where suffices: (Value) -> Bool = { _ in true }, _ make: () throws(Diagnostic) -> Value
  ) throws(Diagnostic) -> Value {
    let found = kept.withLock { $0?.name == name ? $0?.value as? Value : nil }
    if let found, suffices(found) { return found }
    let made = try make()
    count.wrappingAdd(1, ordering: .relaxed)
    kept.withLock { $0 = (name, made) }
    return made
  }
}
