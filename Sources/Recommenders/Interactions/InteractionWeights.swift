import ElementaryFunctions
import LinearAlgebra

/// What an interaction weighs in a matrix of users × items.
public enum InteractionWeights: String, Sendable, CaseIterable {
  /// Its weight, or how many rows it was.
  case counts
  /// 1.
  case binary
  /// ln(1 + weight): ten times as much is not ten times as much. A weight below zero counts as much against the item.
  case log

  func weight(_ value: Float) -> Float {
    switch self {
    case .counts: value
    case .binary: 1
    case .log: Float(Elementary.log1p(Double(abs(value)))) * (value < 0 ? -1 : 1)
    }
  }

  /// X.
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
