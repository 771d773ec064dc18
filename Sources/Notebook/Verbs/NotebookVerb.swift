import Diagnostics
import Experiments
import Query
import Tables

/// A verb on more than tables: files, models, plots. Consists of its declaration and its implementation.
struct NotebookVerb: Sendable {
  /// A kind of value before the `|` of a verb.
  enum Input { case table, model, constant }

  /// The value of a call. The input is nil for a verb that begins a pipeline.
  typealias Body =
    @Sendable (_ call: VerbCall, _ input: NotebookValue?, _ session: Session) throws(Diagnostic) -> NotebookValue

  let declaration: VerbDeclaration
  /// The kinds of values that it works on: Tab offers it after them. Empty for a verb that begins a pipeline.
  let takes: Set<Input>
  /// Whether its result is a model.
  let givesModel: Bool
  /// Whether it works only on a model that is fitted by iterations.
  let needsIterations: Bool
  let run: Body

  init(
    _ declaration: VerbDeclaration, takes: Set<Input> = [.table], givesModel: Bool = false,
    needsIterations: Bool = false, run: @escaping Body
  ) {
    self.declaration = declaration
    self.takes = takes
    self.givesModel = givesModel
    self.needsIterations = needsIterations
    self.run = run
  }

  /// Makes a verb with options, which are parsed before its body runs.
  init<Options: VerbOptions>(
    _ declaration: VerbDeclaration, _ options: Options.Type, takes: Set<Input> = [.table], givesModel: Bool = false,
    needsIterations: Bool = false,
    run:
      @escaping @Sendable (VerbCall, OptionValues<Options>, NotebookValue?, Session) throws(Diagnostic) ->
      NotebookValue
  ) {
    self.init(
      declaration.taking(options), takes: takes, givesModel: givesModel, needsIterations: needsIterations
    ) { (call, input, session) throws(Diagnostic) in
      try run(call, OptionValues(call, session.environment), input, session)
    }
  }
}

extension VerbCall {
  /// Returns the input as a table, or throws.
  func plan(_ input: NotebookValue?) throws(Diagnostic) -> Plan {
    guard case .table(let plan)? = input else { throw .wrongInput(of: self, found: input, needs: "a table") }
    return plan
  }

  /// Returns the input as a model, or throws.
  func model(_ input: NotebookValue?) throws(Diagnostic) -> Recommender {
    guard case .model(let model)? = input else { throw .wrongInput(of: self, found: input, needs: "a model") }
    return model
  }
}

extension Session {
  /// Computes the table of an option.
  func table(_ pipeline: Pipeline?) throws(Diagnostic) -> Table? {
    try pipeline.map { (pipeline) throws(Diagnostic) in try table(plan(pipeline)) }
  }

  /// Takes over the notes of a result, as notes of the statement.
  func noting(_ result: ResultTable) -> Plan {
    notes += result.notes
    return .table(result.table, name: "_")
  }

  /// The models of these variables, with the names for their columns.
  func models(_ names: [Identifier]) throws(Diagnostic) -> [NamedRecommender] {
    var models: [NamedRecommender] = []
    for name in names {
      let value = try requireValue(name)
      guard case .model(let model) = value else {
        throw Diagnostic("`\(name.name)` is \(value.kind), and a model is expected here", at: name.span)
      }
      models.append(NamedRecommender(name.name, model))
    }
    return models
  }
}

extension Diagnostic {
  /// An error for a verb on an unsuitable value, for example `filter` on a model.
  static func wrongInput(of call: VerbCall, found: NotebookValue?, needs: String) -> Diagnostic {
    guard let found else {
      return Diagnostic("`\(call.name)` needs \(needs) to work on", at: call.written.span)
    }
    var hint: String?
    if case .model = found, needs == "a table" {
      hint = "a model gives tables by `recommend`, `similar`, `explain`, `history` and `parameters`"
    }
    if case .table = found, needs == "a model" { hint = "fit one first: `… | fit EASE | \(call.name) …`" }
    return Diagnostic("`\(call.name)` needs \(needs), and this is \(found.kind)", at: call.written.span, hint: hint)
  }
}
