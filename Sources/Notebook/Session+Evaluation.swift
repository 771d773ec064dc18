public import Diagnostics
import Display
import Parallelism
public import Query
import Recommenders
import Tables

extension Session {
  /// Evaluates a pipeline. Consecutive relational verbs become one plan; other verbs take its value.
  func evaluate(_ pipeline: Pipeline) throws(Diagnostic) -> NotebookValue {
    var value: NotebookValue? = nil
    var stages = pipeline.stages[...]
    switch pipeline.head {
    case .verb(let call): stages = [call] + stages
    case .name(let name): value = try requireValue(name)
    case .expression(let expression):
      value = .constant(try Query.evaluate(expression, environment: environment))
    case .parenthesised(let inner): value = try evaluate(inner)
    case .lastResult(let span):
      guard let last = results.last() else {
        throw Diagnostic("there is no result yet to continue from", at: span, hint: "begin with a table: `train | …`")
      }
      value = last
    }
    let outer = (inputName, inputText)
    defer { (inputName, inputText) = outer }
    inputName = if case .name(let name) = pipeline.head { name.name } else { nil }
    while let stage = stages.first {
      announceSynonym(of: stage)
      if let verb = notebookVerbs.first(where: { $0.declaration.name == stage.name }) {
        stages = stages.dropFirst()
        inputText = pipeline.text(before: stage)
        value = try verb.run(stage, value, self)
        if !traces.isEmpty, stage.span.source.call == nil {
          traces[traces.count - 1].values[stage.written.span.range.lowerBound] = value
        }
        inputName = nil
      } else {
        // As many relational verbs as possible form one plan, so that pushdown of filters and columns reaches the
        // file.
        let run = stages.prefix { call in !notebookVerbs.contains { $0.declaration.name == call.name } }
        stages = stages.dropFirst(run.count)
        for call in run.dropFirst() { announceSynonym(of: call) }
        value = .table(try plan(Array(run), on: value))
      }
    }
    guard let value else { throw .fault("a pipeline without a beginning", at: pipeline.span) }
    return value
  }

  func plan(
    _ calls: [VerbCall], on value: NotebookValue?
  ) throws(Diagnostic) -> Plan {
    let input: Plan?
    switch (value, calls.first) {
    case (nil, _): input = nil
    case (.table(let plan), _): input = plan
    case (let other?, let call?): throw .wrongInput(of: call, found: other, needs: "a table")
    case (_?, nil): input = nil
    }
    // Plans again if the finalised types of a text file differ from the inferred ones.
    while true {
      let context = PlanningContext(
        catalog: self, environment: environment, verbs: relationalVerbs, table: inputName)
      let plan = try context.plan(calls, on: input)
      if try finalizeTypes(of: plan) { continue }
      try plan.engine?.check(plan)
      notes += context.notes
      inputName = context.table
      return plan
    }
  }

  func requireValue(_ name: Identifier) throws(Diagnostic) -> NotebookValue {
    if let value = value(named: name.name) { return value }
    throw unknownName(name)
  }

  private func unknownName(_ name: Identifier) -> Diagnostic {
    if Session.declarations.contains(where: { $0.name == name.name || $0.synonyms.contains(name.name) }) {
      return Diagnostic(
        "`\(name.name)` needs a table to work on", at: name.span, hint: "put one before it: `train | \(name.name) …`")
    }
    if let cell = Session.cell(ofResult: name.name), results.isGone(cell) {
      return Diagnostic(
        "the result of cell \(cell) was freed because later results needed memory", at: name.span,
        hint: "run the cell again and assign its result to a variable: `table = …`")
    }
    if Session.isResultName(name.name) {
      let what = name.name == "__" ? "result before the last" : name.name == "_" ? "result" : "result of that cell"
      return Diagnostic("there is no \(what) yet", at: name.span)
    }
    if let kind = try? Models.named(name.name) {
      return Diagnostic(
        "nothing is called `\(name.name)`; that is a kind of model, to be fitted first", at: name.span,
        hint: "`\(name.name.lowercased()) = train | fit \(kind.name)`, then `\(name.name.lowercased())` is one")
    }
    let word = name.name == "exit" ? "quit" : name.name
    if let command = commands.first(where: { $0.name == word }) {
      return Diagnostic(
        "nothing is called `\(name.name)`", at: name.span, hint: "`:\(command.name)` \(command.summary)")
    }
    let misreading = TypoDiagnosis(of: name.name, among: names + ["load", "table"])
    let near = misreading == nil ? didYouMean(name.name, among: names) : nil
    return Diagnostic(
      "nothing is called `\(name.name)`", at: name.span, label: near ?? "",
      hint: misreading?.hint()
        ?? (near == nil && names.isEmpty ? "load a table first: `\(name.name) = load \"…\"`" : nil),
      notes: names.isEmpty ? [] : ["names: " + names.joined(separator: ", ")])
  }

  private func announceSynonym(of call: VerbCall) {
    guard call.written.name != call.name, announcedSynonyms.insert(call.written.name).inserted else { return }
    note("`\(call.written.name)` is called `\(call.name)` here")
  }

  // MARK: - Running plans

  /// Executes a plan. Its notes become notes of the statement.
  func table(_ plan: Plan, isTraced: Bool = true) throws(Diagnostic) -> Table {
    let (table, report) = try Query.execute(plan)
    notes += report.notes.filter { note in !notes.contains(note) }
    if isTracing, isTraced { emit(.table(excerpt(report.trace))) }
    return table
  }

  /// A source with the rows of a plan: the source that it scans, if it does nothing else, or its computed table.
  func source(of plan: Plan, name: String = "_") throws(Diagnostic) -> any TableSource {
    if case .scan(let source) = plan { return source }
    return TableInMemory(name: name, try table(plan))
  }

  /// Computes a value completely, so that it can be kept and shown any number of times.
  func materialize(_ value: NotebookValue, name: String = "_") throws(Diagnostic) -> NotebookValue {
    switch value {
    case .table(let plan) where plan.engine != nil: return value
    case .table(let plan):
      var source = try source(of: plan, name: name)
      if let memory = source as? TableInMemory, name != "_", memory.name != name {
        // Plans are printed with the name that was assigned last.
        source = TableInMemory(name: name, memory.table, notes: memory.notes)
      }
      notes += source.notes.filter { note in !notes.contains(note) }
      return .table(.scan(source))
    case .several(let values):
      var materialized: [NotebookValue] = []
      for value in values { materialized.append(try materialize(value, name: name)) }
      return .several(materialized)
    case .model, .constant, .shown, .engine, .verb, .nothing: return value
    }
  }

  /// The printed rows of a table. Nothing else is read or kept, because printed output stays in memory for the whole
  /// session.
  func excerpt(of plan: Plan) throws(Diagnostic) -> TableExcerpt {
    if plan.engine != nil { return try remoteExcerpt(of: plan) }
    let source = try source(of: plan)
    let shown = presentation.tables.shownRows(of: source.rowCount)
    let scan = Plan.scan(source)
    return TableExcerpt(
      head: try rows(of: scan, from: 0, count: shown.head),
      tail: try rows(of: scan, from: source.rowCount - shown.tail, count: shown.tail),
      rowCount: source.rowCount)
  }
}

extension Session {
  private func rows(of scan: Plan, from first: Int, count: Int) throws(Diagnostic) -> Table {
    try table(.slice(scan, offset: first, count: count), isTraced: false).compacted()
  }
}

extension ExecutionReport {
  /// The rows and the time of every stage, as `:trace` shows them.
  var trace: Table {
    Table([
      ("step", Column(stages.map(\.step))), ("rows", Column(stages.map(\.rows))),
      ("seconds", Column(stages.map(\.seconds))),
    ])
  }
}

extension Session: Catalog {
  public func plan(named name: String, at span: SourceSpan) throws(Diagnostic) -> Plan {
    let value = try requireValue(Identifier(name, span))
    guard case .table(let plan) = value else {
      throw Diagnostic("`\(name)` is \(value.kind), and a table is expected here", at: span)
    }
    return plan
  }

  public func plan(_ pipeline: Pipeline) throws(Diagnostic) -> Plan {
    let value = try evaluate(pipeline)
    guard case .table(let plan) = value else {
      throw Diagnostic("this is \(value.kind), and a table is expected here", at: pipeline.span)
    }
    return plan
  }

  public func drawSeed(for call: VerbCall) -> Int {
    // A call that is planned again keeps its seed, which is written into the cell only once.
    if let drawn = drawnSeeds.seed(of: call) { return drawn }
    let caller = call.span.source.call
    let seed = caller == nil ? seeds.next() : givenSeeds.popFirst() ?? seeds.next()
    drawnSeeds.append(DrawnSeed(seed, for: call))
    let place = caller.map { " in `\($0.text)`; to choose the seed, add a parameter for it to the definition" }
    note("drew seed=\(seed)" + (place ?? ""))
    return seed
  }
}

extension Pipeline {
  /// The text of the pipeline before a stage, without the `|`. Nil if it is long, or if it begins with the last
  /// result, which will be another one later.
  fileprivate func text(before stage: VerbCall) -> String? {
    if case .lastResult = head { return nil }
    guard stage.span.source === span.source, span.range.lowerBound < stage.span.range.lowerBound else { return nil }
    let text = SourceSpan(span.source, span.range.lowerBound..<stage.span.range.lowerBound).text.trimmed
    guard text.last == "|", text.utf8.count <= 60, !text.contains(where: \.isNewline) else { return nil }
    return String(text.dropLast()).trimmed
  }
}
