import Diagnostics
import LinearAlgebra
import Parallelism

/// A cache of the Gram matrix XᵀX for several models that are fitted to the same interactions, one after another.
///
/// Every model gets a copy and adds its diagonal at the end, so the bits are those of a matrix of its own. One matrix
/// of n items, about 4·n² bytes, is kept as long as the search that owns the cache.
public final class SharedGram: Sendable {
  /// The cache that fits in this task use; nil if a model is fitted by itself.
  @TaskLocal public static var current: SharedGram?

  private let kept = Mutex<(name: String, matrix: TiledSymmetricMatrix)?>(nil)
  private let count = Atomic<Int>(0)

  public init() {}

  /// How many matrices were computed.
  public var madeCount: Int { count.load(ordering: .relaxed) }

  /// The matrix of that name; it is computed unless it is the one in the cache.
  func matrix(
    _ name: String, _ make: () throws(Diagnostic) -> TiledSymmetricMatrix
  ) throws(Diagnostic) -> TiledSymmetricMatrix {
    if let found = kept.withLock({ $0?.name == name ? $0?.matrix : nil }) { return found }
    let made = try make()
    count.wrappingAdd(1, ordering: .relaxed)
    kept.withLock { $0 = (name, made) }
    return made
  }
}
