/// A model that describes every user and every item by a vector.
public protocol FactorizedModel: FittedModel {
  /// The length of the vectors.
  var factorCount: Int { get }
  /// One coordinate of all users or of all items, in the order of their indices.
  func factor(_ index: Int, of side: FactorSide) -> [Float]
}

/// The side of a factorisation.
public enum FactorSide: Sendable, Hashable {
  case users, items
}
