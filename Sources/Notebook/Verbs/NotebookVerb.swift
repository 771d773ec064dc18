import Diagnostics
import Experiments
import Query
import Tables

/// A verb that needs more than tables: files, models, plots. What is declared of it, and what it does.
struct NotebookVerb: Sendable {
  /// The value of a call. The input is nil for a verb that begins a pipeline.
  typealias Body =
    @Sendable (_ call: VerbCall, _ input: NotebookValue?, _ session: Session) throws(Diagnostic) -> NotebookValue

  let declaration: VerbDeclaration
  let run: Body

  init(_ declaration: VerbDeclaration, run: @escaping Body) {
    self.declaration = declaration
    self.run = run
  }

  /// A verb with options, read before its body runs.
  init<Options: VerbOptions>(
    _ declaration: VerbDeclaration, _ options: Options.Type,
    run:
      @escaping @Sendable (VerbCall, OptionValues<Options>, NotebookValue?, Session) throws(Diagnostic) ->
      NotebookValue
  ) {
    self.init(declaration.taking(options)) { (call, input, session) throws(Diagnostic) in
      try run(call, OptionValues(call, session.environment), input, session)
    }
  }
}

extension VerbCall {
  /// The input, which must be a table.
  func plan(_ input: NotebookValue?) throws(Diagnostic) -> Plan {
    guard case .table(let plan)? = input else { throw .wrongInput(of: self, found: input, needs: "a table") }
    return plan
  }

  /// The input, which must be a model.
  func model(_ input: NotebookValue?) throws(Diagnostic) -> Recommender {
    guard case .model(let model)? = input else { throw .wrongInput(of: self, found: input, needs: "a model") }
    return model
  }
}

extension Session {
  /// The table that an option names.
  func table(_ pipeline: Pipeline?) throws(Diagnostic) -> Table? {
    try pipeline.map { (pipeline) throws(Diagnostic) in try table(plan(pipeline)) }
  }

  /// A table that came with things worth a dim line, which become the statement's.
  func noting(_ result: ResultTable) -> Plan {
    notes += result.notes
    return .table(result.table, name: "_")
  }

  /// The models that bare words name, with the names their columns carry.
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
  /// A verb on a value it cannot work on: a model piped into `filter`.
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
