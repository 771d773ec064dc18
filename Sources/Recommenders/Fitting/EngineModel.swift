public import Diagnostics

/// A model that an engine fits on its own tables. Its factors come here, and lists are ranked here.
///
/// It cannot be fitted here: an engine has its own start, its own arithmetic and its own order of additions.
public protocol EngineModel: Model {
  /// The model with the factors of users and items, row by row in the order of their indices. A row of zeros stands for
  /// one without factors.
  func fitted(_ interactions: Interactions, _ factors: EngineFactors) throws(Diagnostic) -> any FittedModel
}

/// The factors that an engine found.
public struct EngineFactors: Sendable {
  public var factorCount: Int
  public var users: [Float]
  public var items: [Float]

  public init(factorCount: Int, users: [Float], items: [Float]) {
    (self.factorCount, self.users, self.items) = (factorCount, users, items)
  }
}

extension EngineModel {
  public func fit(_ interactions: consuming Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    throw Diagnostic(
      "\(Self.name) is fitted by a server on its own tables, and this table is here",
      hint: "`load … on=` opens a table there; iALS and ALS are fitted here")
  }
}
