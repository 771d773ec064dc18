import ElementaryFunctions
import LinearAlgebra

/// The value of an interaction in the matrix X of users × items.
public enum InteractionWeights: String, Sendable, CaseIterable {
  /// Its weight; without weights, the number of its rows.
  case counts
  /// 1.
  case binary
  /// ln(1 + weight), which reduces large weights. A weight below zero becomes −ln(1 + |weight|).
  case log

  func weight(_ value: Float) -> Float {
    switch self {
    case .counts: value
    case .binary: 1
    case .log: Float(Elementary.log1p(Double(abs(value)))) * (value < 0 ? -1 : 1)
    }
  }

  /// The matrix X.
  func matrix(of interactions: Interactions) -> SparseMatrix {
    let matrix = interactions.matrix
    return self == .counts ? matrix : matrix.withValues(matrix.values.map(weight))
  }

  /// A cell of X as a walk shows it.
  var formula: String {
    switch self {
    case .counts: "xᵤᵢ = weight"
    case .binary: "xᵤᵢ = 1"
    case .log: "xᵤᵢ = ln(1 + weight)"
    }
  }
}
