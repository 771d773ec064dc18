import Diagnostics
import LinearAlgebra
import Synchronization

/// XᵀX of interactions that several models are fitted to, one after another, made once for all of them.
///
/// What a model adds to the diagonal it adds to a copy, last: the bits are those of a matrix of its own. One matrix is
/// kept, 4·n² bytes of n items, for as long as the search that owns it.
public final class SharedGram: Sendable {
  /// The one that fits started here use; nil where a model is fitted by itself.
  @TaskLocal public static var current: SharedGram?

  private let kept = Mutex<(name: String, matrix: TiledSymmetricMatrix)?>(nil)
  private let count = Atomic<Int>(0)

  public init() {}

  /// How many matrices were made.
  public var madeCount: Int { count.load(ordering: .relaxed) }

  /// The matrix of that name, made unless it is the one that is kept.
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
