import Diagnostics
import Query
import Tables

/// What tables are in Python.
package enum PythonDialect: Sendable {
  case polars, spark
}

/// Translates the statements of a session to Python.
///
/// Each statement is planned again, verb by verb, over empty tables with the same columns. The plan of a verb defines
/// what it does, and is translated to polars or to data frames of Spark. The results of verbs that work on more than tables come from the run of
/// the statement.
final class PythonTranslator {
  let session: Session
  let dialect: PythonDialect
  /// The imports and helpers that the code needs.
  var needs = PythonNeeds()
  /// Reasons why a statement may give another result in Python.
  var remarks: Set<String> = []
  /// The Python code of the tables that plans scan.
  var sources: [ObjectIdentifier: PythonChain] = [:]
  /// Keeps tables alive, because `sources` identifies them by address.
  private var kept: [any TableSource] = []
  /// The statement being translated.
  var trace: StatementTrace
  /// The Python names of results without a variable, in order. Those that are used are in `usedResults`.
  private(set) var resultNames: [String] = []
  private(set) var usedResults: Set<Int> = []
  /// The results of the last statement and of the one before it.
  private var lastResult: ResultName?
  private var resultBefore: ResultName?
  /// The result of the last statement of each cell.
  private var resultOfCell: [Int: ResultName] = [:]

  /// How Surprise predicts ratings by the neighbors of a fit, and by those of a variable.
  var ratedFits: [String: String] = [:]
  private(set) var ratedModels: [String: String] = [:]

  /// The names of what comes from models whose numbers are only nearly the same in Python; `_` is the last result.
  private var approximate: Set<String> = []
  /// Whether the statement being translated uses any of it.
  private(set) var isApproximate = false

  // Only for Spark:
  /// The orders of tables that plans scan, and of variables.
  var orders: [ObjectIdentifier: PySparkOrder] = [:]
  private var variableOrders: [String: PySparkOrder] = [:]
  /// Lines to write before the statement.
  var before: [String] = []
  /// The remarks that were made, as each is made once.
  private var madeRemarks: Set<String> = []
  /// Variables and results that have no value in the script.
  private var missing: Set<String> = []
  private var orderOfResult: PySparkOrder?
  /// The address of the server, if the session connects to one.
  var remote: String?
  var needsData = false
  var readsNanoseconds = false

  private enum ResultName: Hashable {
    case name(String)
    case result(Int)
  }

  init(session: Session, trace: StatementTrace, dialect: PythonDialect = .polars) {
    self.session = session
    self.dialect = dialect
    self.trace = trace
  }

  /// The translation of a part of a pipeline.
  enum Product {
    case table(PythonTable)
    /// An expression: a model, a list or a number.
    case value(String)
    /// Statements without a value to show.
    case lines([String])
  }

  /// A translated statement. If it shows a value, its last line is that expression.
  struct Lines: Hashable {
    var lines: [String]
    /// Whether the last line is an expression whose value is shown.
    var isShown = false
    /// The table that is the last line, for Spark.
    var chain: PythonChain?
    /// The index of its result among the results without a variable.
    var result: Int?
  }

  func translate(_ statement: Statement) -> Lines {
    remarks = []
    before = []
    switch statement.body {
    case .evaluation(let targets, let pipeline):
      isApproximate = statement.span.text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
        .contains { approximate.contains(String($0)) }
      defer { rememberApproximate(targets) }
      do throws(PythonGap) {
        let code = try lines(of: pipeline, named: targets, isSilenced: statement.isSilenced)
        let result = code.hasValue ? remember(targets) : nil
        missing.subtract(targets.map(\.name))
        return Lines(
          lines: saidRemarks().map { "# \($0)" } + before + code.lines, isShown: code.isShown, chain: code.chain,
          result: result)
      } catch {
        let result = remember(targets)
        missing.formUnion(targets.map(\.name))
        if let result { missing.insert(resultNames[result]) }
        return Lines(
          lines: ["# \(dialect == .spark ? "Not in this script" : "No equal in Python"): \(error.reason)"]
            + statement.span.text.split(separator: "\n", omittingEmptySubsequences: false).map { "# " + $0 })
      }
    case .command, .help:
      return Lines(lines: ["# \(statement.span.text.trimmed) (a command of Lectern)"])
    case .definition(let definition):
      return Lines(lines: ["# \(definition.name) is defined here and written out where it is used"])
    }
  }

  /// Words of remarks on models whose numbers are not exactly those of Lectern.
  private static let approximations = ["nearly the same", "may change places", "metrics are others"]

  /// The remarks to write: all of them, or for Spark those that were not made before.
  private func saidRemarks() -> [String] {
    guard dialect == .spark else { return remarks.sorted() }
    defer { madeRemarks.formUnion(remarks) }
    return remarks.subtracting(madeRemarks).sorted()
  }

  private func rememberApproximate(_ targets: [Identifier]) {
    let isNear = isApproximate || remarks.contains { remark in Self.approximations.contains { remark.contains($0) } }
    let names = targets.map(\.name) + ["_", "_\(trace.cell)"]
    if isNear { approximate.formUnion(names) } else { approximate.subtract(names) }
  }

  /// Updates what `_` means from now on. Returns the index of a result without a variable.
  @discardableResult
  private func remember(_ targets: [Identifier]) -> Int? {
    resultBefore = lastResult
    defer { resultOfCell[trace.cell] = lastResult }
    if let target = targets.last {
      lastResult = .name(PythonSpelling.variable(target.name))
      return nil
    }
    var name = "out_\(trace.cell)"
    while resultNames.contains(name) { name += "_" }
    resultNames.append(name)
    variableOrders[name] = orderOfResult
    lastResult = .result(resultNames.count - 1)
    return resultNames.count - 1
  }

  private func lines(
    of pipeline: Pipeline, named targets: [Identifier], isSilenced: Bool
  ) throws(PythonGap) -> (lines: [String], isShown: Bool, hasValue: Bool, chain: PythonChain?) {
    let names = targets.map { PythonSpelling.variable($0.name) }.joined(separator: ", ")
    let text: String
    var order: PySparkOrder?
    var chain: PythonChain?
    switch try product(of: pipeline) {
    case .table(let table):
      text = table.chain.text()
      (order, chain) = (table.order, table.chain)
    case .value(let value): text = value
    case .lines(let lines): return (lines, false, false, nil)
    }
    for target in targets { variableOrders[PythonSpelling.variable(target.name)] = order }
    if targets.isEmpty { orderOfResult = order }
    if !targets.isEmpty {
      remember(fit: text, of: targets.map { PythonSpelling.variable($0.name) })
      return (["\(names) = \(text)"], false, true, chain)
    }
    return ([text], !isSilenced, true, chain)
  }

  /// Remembers how variables predict ratings, and forgets it of those that a new value changes.
  private func remember(fit text: String, of variables: [String]) {
    for variable in variables {
      ratedModels[variable] = nil
      ratedModels = ratedModels.filter { rated in
        !rated.value.split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains { $0 == variable }
      }
      if let rated = ratedFits[text] { ratedModels[variable] = rated == text ? variable : rated }
    }
  }

  // MARK: - Pipelines

  func product(of pipeline: Pipeline) throws(PythonGap) -> Product {
    var product: Product?
    var stages = pipeline.stages[...]
    switch pipeline.head {
    case .verb(let call): stages = [call] + stages
    case .name(let name): product = try named(name.name)
    case .expression(let expression): product = .value(try value(of: expression))
    case .parenthesised(let inner): product = try self.product(of: inner)
    case .lastResult: product = try named("_")
    }
    for stage in stages { product = try apply(stage, to: product) }
    guard let product else { throw PythonGap(reason: "a pipeline without a beginning") }
    return product
  }

  private func apply(_ call: VerbCall, to input: Product?) throws(PythonGap) -> Product {
    if notebookVerbs.contains(where: { $0.declaration.name == call.name }) {
      return dialect == .spark ? try sparkVerb(call, on: input) : try notebookVerb(call, on: input)
    }
    if call.name == "transpose", dialect == .polars { return try transposed(call, on: input) }
    guard input != nil else { return try planned(call, on: nil) }
    guard case .table(let table)? = input else { throw PythonGap(reason: "`\(call.name)` works on a table here") }
    return try planned(call, on: table)
  }

  /// Translates a relational verb by its plan.
  private func planned(_ call: VerbCall, on input: PythonTable?) throws(PythonGap) -> Product {
    do throws(Diagnostic) {
      let context = PlanningContext(
        catalog: self, environment: trace.environment, verbs: relationalVerbs, table: nil)
      // `pivot` needs the actual values, since its columns are made from them.
      var rows: Table?
      if call.name == "pivot", let plan = input?.plan { rows = try execute(plan).table }
      let plan = try context.plan([call], on: input.map { placeholder(for: $0, rows: rows) })
      let real = input.flatMap(\.plan)
      let whole = real == nil && input != nil ? nil : try? trace.plan(call, on: real)
      do throws(PythonGap) {
        guard dialect == .spark else {
          return .table(PythonTable(chain: try chain(plan), schema: plan.schema, plan: whole))
        }
        let frame = try sparkFrame(plan)
        return .table(PythonTable(chain: frame.chain, schema: plan.schema, plan: whole, order: frame.order))
      } catch { throw Diagnostic(error.reason) }
    } catch { throw PythonGap(reason: error.message) }
  }

  /// An empty table that stands for a table with a Python name.
  private func placeholder(for named: PythonTable, rows: Table? = nil) -> Plan {
    let schema = named.schema
    let table =
      rows ?? Table(schema, schema.fields.map { .nulls($0.type, count: 0) }, rowCount: 0)
    let source = TableInMemory(name: "·", table)
    kept.append(source)
    sources[ObjectIdentifier(source)] = named.chain
    orders[ObjectIdentifier(source)] = named.order
    return .scan(source)
  }

  private func transposed(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    guard case .table(let table)? = input, let real = table.plan, let result = try? trace.plan(call, on: real) else {
      throw PythonGap(reason: "`transpose` makes columns of rows; the nearest is `.transpose(include_header=True)`")
    }
    var (chain, columns) = (table.chain, "(f\"row_{i}\" for i in range(64))")
    if case .expression(let expression)? = call.options.first(where: { $0.name.name == "names" })?.value,
      case .name(let name) = expression.node
    {
      columns = PythonSpelling.text(name)
      // polars takes names from a column of texts alone.
      if let index = table.schema.index(of: name), table.schema[index].type != .string {
        needs.modules.insert(.polars)
        chain = chain.then("with_columns(pl.col(\(columns)).cast(pl.String))")
      }
    }
    let step = "transpose(include_header=True, header_name=\"column\", column_names=\(columns))"
    return .table(PythonTable(chain: chain.then(step), schema: result.schema, plan: result))
  }

  // MARK: - Names and values

  /// The translation of a variable.
  func named(_ name: String) throws(PythonGap) -> Product {
    let text: String
    if Session.isResultName(name) { text = try resultName(name) } else { text = PythonSpelling.variable(name) }
    if dialect == .spark, missing.contains(name) || missing.contains(text) {
      throw PythonGap(reason: "`\(name)` is not in this script")
    }
    switch trace.value(named: name) {
    case .table(let plan)?:
      return .table(
        PythonTable(
          chain: PythonChain(head: text), schema: plan.schema, plan: plan, order: variableOrders[text]))
    case .model?, .constant?, .several?: return .value(text)
    default: throw PythonGap(reason: "`\(name)` has no value here")
    }
  }

  private func resultName(_ name: String) throws(PythonGap) -> String {
    let result: ResultName? =
      switch name {
      case "_": lastResult
      case "__": resultBefore
      default: Session.cell(ofResult: name).flatMap { resultOfCell[$0] }
      }
    switch result {
    case .name(let variable)?: return variable
    case .result(let place)?:
      usedResults.insert(place)
      return resultNames[place]
    case nil: throw PythonGap(reason: "`\(name)` is a result that has no name; give it one")
    }
  }

  /// The value of an expression without columns.
  func value(of expression: Expression) throws(PythonGap) -> String {
    if case .session(let name) = expression.node { return PythonSpelling.variable(name) }
    do throws(Diagnostic) {
      return try literal(Query.evaluate(expression, environment: trace.environment))
    } catch { throw PythonGap(reason: error.message) }
  }

  func literal(_ constant: Constant) throws(Diagnostic) -> String {
    do throws(PythonGap) {
      switch constant {
      case .scalar(let value, let type): return try literal(value, type)
      case .list(let column): return try list(column)
      }
    } catch { throw Diagnostic(error.reason) }
  }

  /// The variable whose value is a list with these elements.
  func nameOfList(_ elements: Column) -> String? {
    trace.environment.constants.first { name, constant in
      guard !Session.isResultName(name), case .list(let column) = constant, column.count == elements.count else {
        return false
      }
      return (0..<min(20, elements.count)).allSatisfy { column[$0] == elements[$0] }
    }?.key
  }
}

/// A table expression in Python.
struct PythonTable {
  var chain: PythonChain
  var schema: Schema
  /// The plan of the table, if it is known.
  var plan: Plan?
  /// The order of its rows on Spark.
  var order: PySparkOrder?
}

extension PythonTranslator: Catalog {
  func plan(named name: String, at span: SourceSpan) throws(Diagnostic) -> Plan {
    do throws(PythonGap) {
      guard case .table(let table) = try named(name) else { throw PythonGap(reason: "`\(name)` is no table") }
      return placeholder(for: table)
    } catch { throw Diagnostic(error.reason, at: span) }
  }

  func plan(_ pipeline: Pipeline) throws(Diagnostic) -> Plan {
    do throws(PythonGap) {
      guard case .table(let table) = try product(of: pipeline) else {
        throw PythonGap(reason: "a table is expected here")
      }
      return placeholder(for: table)
    } catch { throw Diagnostic(error.reason, at: pipeline.span) }
  }

  func drawSeed(for call: VerbCall) -> Int { trace.seeds.seed(of: call) ?? 0 }
}
