public import Diagnostics

/// The registry of models.
public enum Models {
  /// Every model, in the order `help models` lists them.
  public static let all: [any Model.Type] = [
    Random.self,
    TopPopular.self,
    PersonalTopPopular.self,
    Blend.self,
    EASE.self,
    SLIM.self,
    RP3beta.self,
    PureSVD.self,
    ImplicitALS.self,
    ALS.self,
    BPR.self,
    MatrixFactorization.self,
    SVD.self,
    SVDpp.self,
    NMF.self,
    CoClustering.self,
    SlopeOne.self,
    Baseline.self,
    ItemKNN.self,
    UserKNN.self,
    UPCF.self,
    TIFUKNN.self,
    BasketMarkov.self,
  ]

  /// Models that an engine fits on its own tables. They cannot be fitted here.
  public static let elsewhere: [any EngineModel.Type] = [MLlibALS.self]

  /// All models, those of engines last.
  public static var everywhere: [any Model.Type] { all + elsewhere.map { $0 as any Model.Type } }

  /// The model of that name or alias, in upper or lower case.
  public static func named(_ name: String, at span: SourceSpan? = nil) throws(Diagnostic) -> any Model.Type {
    let wanted = name.lowercased()
    for model in everywhere
    where model.name.lowercased() == wanted || model.aliases.contains(where: { $0.lowercased() == wanted }) {
      return model
    }
    throw .unknownModel(name, among: everywhere.flatMap { [$0.name] + $0.aliases }, at: span)
  }

  /// Fits the model of that name.
  ///
  /// - Throws: an unknown name, a bad parameter, data that the model cannot use; `Diagnostic.interrupted` if the fit
  ///   was cancelled before its first iteration was finished.
  public static func fit(
    _ name: String, _ arguments: [ParameterArgument] = [], on interactions: Interactions, walk: Walk? = nil
  ) throws(Diagnostic) -> any FittedModel {
    try fit(named(name), arguments, on: interactions, walk: walk)
  }

  /// Fits a model of that kind.
  public static func fit(
    _ kind: any Model.Type, _ arguments: [ParameterArgument] = [], on given: consuming Interactions,
    walk: Walk? = nil
  ) throws(Diagnostic) -> any FittedModel {
    var interactions = consume given
    let model = try configured(kind, arguments, weightsAreNamed: interactions.weightsAreNamed)
    guard interactions.cellCount > 0 else { throw .nothingToLearnFrom }
    if model.readsTimes == .never { interactions = interactions.withoutBaskets }
    return try model.fit(consume interactions, walk: walk)
  }

  /// Fits a model of that name, with its defaults, as a part of another model that is fitted to the same interactions.
  static func fitPart(
    _ name: String, on interactions: Interactions, walk: Walk?
  ) throws(Diagnostic) -> any FittedModel {
    let model = try configured(named(name), [], weightsAreNamed: interactions.weightsAreNamed)
    guard interactions.cellCount > 0 else { throw .nothingToLearnFrom }
    return try model.fit(interactions, walk: walk)
  }

  /// A model of that kind with its parameters. If the caller named a column of weights, a model that can count by
  /// weight does so by default.
  public static func configured(
    _ kind: any Model.Type, _ arguments: [ParameterArgument], weightsAreNamed: Bool
  ) throws(Diagnostic) -> any Model {
    try kind.configured(kind.completed(arguments, weightsAreNamed: weightsAreNamed))
  }
}
