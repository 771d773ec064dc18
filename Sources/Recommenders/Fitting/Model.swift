public import Diagnostics

/// A kind of model: what it is called, what can be set, and how it is fitted. The value holds its parameters.
///
/// A model is one file in `Models` plus one line in `Models.swift`; parsing of parameters, range errors, help and
/// completion follow from what it declares here.
public protocol Model: Sendable {
  /// As it is written and printed: `iALS`.
  static var name: String { get }
  /// Other names it answers to.
  static var aliases: [String] { get }
  /// One line for a list of models.
  static var summary: String { get }
  /// Paragraphs: what it computes, what to mind, where it comes from.
  static var help: [String] { get }
  static var parameters: [Parameter<Self>] { get }
  /// The named steps of a fit, in order, as `walk` shows them.
  static var steps: [String] { get }
  /// What the model, with its parameters, makes of rows: several of one user and item are not the same to all.
  var readsRows: RowReading { get }
  /// What the model, with its parameters, makes of when rows happened.
  var readsTimes: TimeReading { get }
  /// Whether the weights of interactions change what the model, with its parameters, learns.
  var readsWeights: Bool { get }

  /// With the defaults.
  init()

  /// Fits to `interactions`; `walk`, if there is one, is shown every named step as it is done.
  ///
  /// A model that keeps the rows in an order of its own takes them over: where nobody else holds them, they are gone.
  ///
  /// - Throws: parameters that do not work with this data; `Diagnostic.interrupted`.
  func fit(_ interactions: consuming Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel

  /// The model fitted to `interactions` that stored what it learned in `archive`.
  ///
  /// A model that only counts stores nothing, and is fitted again.
  func restore(
    _ archive: ModelArchive, _ interactions: consuming Interactions
  ) throws(Diagnostic) -> any FittedModel
}

extension Model {
  public static var aliases: [String] { [] }
  public var readsRows: RowReading { .never }
  public var readsWeights: Bool { true }
  public var readsTimes: TimeReading { .never }

  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try fit(interactions, walk: nil)
  }

  /// Whether it is fitted by iterations, which can go on and are measured one by one.
  public static var isIterative: Bool { parameters.contains(where: \.countsIterations) }

  /// The parameter that says how many iterations there are; nil of a model without.
  public static var iterationsName: String? { parameters.first(where: \.countsIterations)?.name }

  /// The parameters as anyone may see them.
  public static var parameterDeclarations: [ParameterDeclaration] {
    parameters.map { $0.declaration(defaults: Self()) }
  }

  /// The arguments with what follows from a column of weights that somebody named: a model that counts by something,
  /// and can count by weight, does so unless it is told by what.
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

  /// The parameters in force, for tables and messages.
  public var settings: [(name: String, value: ParameterValue)] {
    Self.parameters.map { ($0.name, $0.get(self)) }
  }
}
