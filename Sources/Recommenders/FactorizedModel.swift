import LinearAlgebra

/// A model that describes every user and every item by a vector.
public protocol FactorizedModel: FittedModel {
  /// The length of the vectors.
  var factorCount: Int { get }
  /// One coordinate of all users or of all items, in the order of their indices.
  func factor(_ index: Int, of side: FactorSide) -> [Float]
}

/// Whose vectors.
public enum FactorSide: Sendable, Hashable {
  case users, items
}

extension FittedImplicitALS: FactorizedModel {
  var factorCount: Int { itemFactors.columnCount }

  func factor(_ index: Int, of side: FactorSide) -> [Float] {
    let matrix = side == .users ? userFactors : itemFactors
    return (0..<matrix.rowCount).map { matrix.values[$0 * matrix.stride + index] }
  }
}

extension FactorModel {
  var factorCount: Int { factors.count }

  func factor(_ index: Int, of side: FactorSide) -> [Float] {
    let values = side == .users ? factors.users : factors.items
    return stride(from: index, to: values.count, by: factors.count).map { Float(values[$0]) }
  }
}

extension FittedSVD: FactorizedModel {}
extension FittedSVDpp: FactorizedModel {}
extension FittedNMF: FactorizedModel {}
extension FittedALS: FactorizedModel {}
