public import Diagnostics

/// A kind of model: its name, its parameters and its fit. A value of the type holds the parameters of one model.
///
/// A model is a folder in `Models` and one line in `Models.swift`. Parsing of parameters, range errors, help and
/// completion are derived from its declarations here.
public protocol Model: Sendable {
  /// The name as it is written and printed: `iALS`.
  static var name: String { get }
  /// Other names by which it is found.
  static var aliases: [String] { get }
  /// One line for a list of models.
  static var summary: String { get }
  /// Paragraphs: what it computes, what to consider, where it comes from.
  static var help: [String] { get }
  static var parameters: [Parameter<Self>] { get }
  /// The named steps of a fit, in order, as `walk` shows them.
  static var steps: [String] { get }
  /// Whether the model, with its parameters, reads single rows or only the cells into which rows of the same user and
  /// item are merged.
  var readsRows: RowReading { get }
  /// How the model, with its parameters, uses the times of rows.
  var readsTimes: TimeReading { get }
  /// Whether the model reads features of items (`Interactions.itemFeatures`).
  static var readsFeatures: Bool { get }
  /// Whether the model can be fitted to what an engine counted of items, and then has no users.
  static var servesWithoutUsers: Bool { get }
  /// The parameter of which a larger value gives all that smaller values need (the factors of PureSVD): a search tries
  /// the largest first and takes the others from it, see `SharedAlgebra`. Nil if there is none.
  static var nestedName: String? { get }
  /// Whether a fit can begin at another fitted model, see `WarmStart`.
  static var startsWarm: Bool { get }
  /// Whether the weights of interactions change what the model, with its parameters, learns.
  var readsWeights: Bool { get }

  /// A model with the default parameters.
  init()

  /// Fits the model to `interactions`. `walk`, if there is one, is shown every named step as soon as it is finished.
  ///
  /// `interactions` is consumed so that a model that keeps the rows in another order can free the original rows.
  ///
  /// - Throws: parameters that do not work with this data; `Diagnostic.interrupted`.
  func fit(_ interactions: consuming Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel

  /// The fitted model, from `interactions` and from what it stored in `archive`.
  ///
  /// By default nothing is stored, and the model is fitted again; that suits models that only count.
  func restore(
    _ archive: ModelArchive, _ interactions: consuming Interactions
  ) throws(Diagnostic) -> any FittedModel
}

extension Model {
  public static var aliases: [String] { [] }
  public var readsRows: RowReading { .never }
  public var readsWeights: Bool { true }
  public static var readsFeatures: Bool { false }
  public static var servesWithoutUsers: Bool { false }
  public static var nestedName: String? { nil }
  public static var startsWarm: Bool { false }
  public var readsTimes: TimeReading { .never }

  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try fit(interactions, walk: nil)
  }

  /// Whether it is fitted by iterations. Such a fit can be continued, and each iteration is measured.
  public static var isIterative: Bool { parameters.contains(where: \.countsIterations) }

  /// The name of the parameter with the number of iterations; nil for a model without iterations.
  public static var iterationsName: String? { parameters.first(where: \.countsIterations)?.name }

  /// The parameters without their key paths: for help, completion and messages.
  public static var parameterDeclarations: [ParameterDeclaration] {
    parameters.map { $0.declaration(defaults: Self()) }
  }

  /// The arguments, completed if the caller named a column of weights: a model whose parameter `by` accepts `weight`
  /// gets `by=weight`, unless `by` is given.
  static func completed(_ arguments: [ParameterArgument], weightsAreNamed: Bool) -> [ParameterArgument] {
    let by = parameterDeclarations.first { $0.name == "by" }
    guard weightsAreNamed, case .word(let words)? = by?.domain, words.contains("weight"),
      !arguments.contains(where: { $0.name == "by" })
    else { return arguments }
    return arguments + [ParameterArgument("by", .word("weight"))]
  }

  /// The model with `arguments` in place of defaults.
  ///
  /// - Throws: an unknown or repeated name, a value of another kind or out of range, each with what would be right.
  public static func configured(_ arguments: [ParameterArgument]) throws(Diagnostic) -> Self {
    var model = Self()
    var given: Set<String> = []
    for argument in arguments {
      let parameter = try parameter(for: argument)
      guard given.insert(parameter.name).inserted else {
        throw .repeatedParameter(parameter.name, of: name, at: argument.span)
      }
      guard let value = parameter.domain.accepting(argument.value) else {
        throw .badParameter(argument, parameter.declaration(defaults: Self()), of: name)
      }
      parameter.set(&model, value)
    }
    return model
  }

  private static func parameter(for argument: ParameterArgument) throws(Diagnostic) -> Parameter<Self> {
    let declared = parameters
    if let name = argument.name {
      if let exact = declared.first(where: { $0.name == name }) { return exact }
    } else if let list = declared.first(where: { if case .models = $0.domain { true } else { false } }) {
      return list
    }
    throw .unknownParameter(argument, of: name, among: declared.map(\.name))
  }

  /// The values of all parameters, for tables and messages.
  public var settings: [(name: String, value: ParameterValue)] {
    Self.parameters.map { ($0.name, $0.get(self)) }
  }
}
