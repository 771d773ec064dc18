import Diagnostics
import Query
import Spark
import Tables

/// The order in which the rows of a data frame come: the sort keys, and the columns that they read.
struct PySparkOrder {
  var keys: [SparkSortKey]
  var columns: Set<String>

  /// The keys of the opposite order.
  var reversed: [SparkSortKey] {
    keys.map { SparkSortKey($0.expression, isDescending: !$0.isDescending, hasNullsFirst: !$0.hasNullsFirst) }
  }
}

/// A data frame: the chain of methods that makes it, and its order if it was sorted.
struct PySparkFrame {
  var chain: PythonChain
  var order: PySparkOrder?

  func then(_ step: String, order: PySparkOrder? = nil) -> PySparkFrame {
    PySparkFrame(chain: chain.then(step), order: order)
  }

  var withoutColumnOrder: PySparkFrame { PySparkFrame(chain: chain.withoutColumnOrder, order: order) }

  /// A step that keeps the order of rows.
  func keeping(_ step: String) -> PySparkFrame { then(step, order: order) }
}

// Translates plans to chains of methods of a data frame. Expressions are those of the tables that also translate for a
// server, without what makes them exact at the edges.

extension PythonTranslator {
  func sparkFrame(_ plan: Plan) throws(PythonGap) -> PySparkFrame {
    switch plan {
    case .scan(let source):
      if let known = sources[ObjectIdentifier(source)] {
        return PySparkFrame(chain: known, order: orders[ObjectIdentifier(source)])
      }
      guard let memory = source as? TableInMemory else {
        throw PythonGap(reason: "a table that is not known by a name")
      }
      return PySparkFrame(chain: PythonChain(head: try sparkFrame(of: memory.table)))
    case .remote(let table): throw PythonGap(reason: "`\(table.name)` is not known by a name")
    case .filter(let input, let condition): return try filtered(sparkFrame(input), input.schema, condition)
    case .project(let input, let columns): return try projected(sparkFrame(input), input.schema, columns)
    case .aggregate(let input, let keys, let aggregates):
      return try sparkGroups(sparkFrame(input), input.schema, keys, aggregates)
    case .sort(let input, let keys):
      let frame = try sparkFrame(input)
      let own = try worded { (wording) throws(Diagnostic) in
        try wording.sortKeys(keys, columns: input.schema.names)
      }
      var order = PySparkOrder(
        keys: own, columns: Set(keys.flatMap { $0.expression.columnIndices }.map { input.schema[$0].name }))
      // A stable sort: the order before decides between equal rows.
      if let before = frame.order {
        order.keys += before.keys.filter { key in !own.contains { $0.expression == key.expression } }
        order.columns.formUnion(before.columns)
      }
      guard !order.keys.contains(where: { $0.expression.holdsWindow }) else {
        throw PythonGap(reason: "a sort by a window; `with` makes a column of it")
      }
      return frame.then("orderBy(\(try sortKeys(order.keys)))", order: order)
    case .slice(let input, let offset, let count): return try sparkSlice(sparkFrame(input), offset, count)
    case .distinct(let input, let columns, let keep):
      return try sparkDistinct(sparkFrame(input), input.schema, columns, keep)
    case .join(let left, let right, let join):
      return PySparkFrame(chain: try sparkJoin(left, right, join))
    case .concatenate(let inputs):
      var frames: [PythonChain] = []
      for input in inputs { frames.append(try sparkFrame(input).chain) }
      let all = frames.dropFirst().reduce(frames[0]) { $0.then("unionByName(\($1.text()))") }
      return PySparkFrame(chain: all)
    case .operation(let input, let operation): return try sparkOperation(operation, on: input)
    }
  }

  // MARK: - Expressions

  /// Words an expression, and remembers in what it differs.
  func worded<Result>(
    _ make: (inout SparkWording) throws(Diagnostic) -> Result
  ) throws(PythonGap) -> Result {
    var wording = SparkWording()
    do throws(Diagnostic) {
      let result = try make(&wording)
      remarks.formUnion(wording.differences)
      return result
    } catch {
      let reason = error.message.replacing("Spark cannot run this: ", with: "")
      throw PythonGap(reason: error.span.map { "`\($0.text)`: \(reason)" } ?? reason)
    }
  }

  func sparkExpression(
    _ expression: BoundExpression, _ schema: Schema, inGroups: Bool = false
  ) throws(PythonGap) -> SparkExpression {
    try worded { (wording) throws(Diagnostic) in
      try wording.expression(expression, columns: schema.names, inGroups: inGroups)
    }
  }

  /// Prints an expression, and remembers what the code needs.
  func printed<Result>(
    _ print: (inout PySparkPrinter) throws(PythonGap) -> Result
  ) throws(PythonGap) -> Result {
    var printer = PySparkPrinter { [self] items in nameOfList(writtenAs: items).map(PythonSpelling.variable) }
    defer { needs.modules.formUnion(printer.modules) }
    return try print(&printer)
  }

  private func nameOfList(writtenAs items: [String]) -> String? {
    trace.environment.constants.first { name, constant in
      guard !Session.isResultName(name), case .list(let column) = constant, column.count == items.count else {
        return false
      }
      return (0..<min(20, items.count)).allSatisfy { (try? literal(column[$0], column.type)) == items[$0] }
    }?.key
  }

  func sortKeys(_ keys: [SparkSortKey]) throws(PythonGap) -> String {
    try printed { (printer) throws(PythonGap) in
      var texts: [String] = []
      for key in keys { texts.append(try printer.sortKey(key)) }
      return texts.joined(separator: ", ")
    }
  }

  func sparkNames(_ names: [String]) -> String {
    names.map { PythonSpelling.text(PySparkPrinter.reference($0)) }.joined(separator: ", ")
  }

  /// A name that no column has.
  private func free(_ name: String, _ schema: Schema) -> String {
    schema.names.contains(name) ? free("_" + name, schema) : name
  }

  // MARK: - Rows

  private func filtered(
    _ frame: PySparkFrame, _ schema: Schema, _ condition: BoundExpression
  ) throws(PythonGap) -> PySparkFrame {
    let test = try sparkExpression(condition, schema)
    let text = try printed { (printer) throws(PythonGap) in try printer.column(test).text }
    guard test.holdsWindow else { return frame.keeping("filter(\(text))") }
    // Conditions take no windows: the condition becomes a column.
    let name = PythonSpelling.text(free("kept", schema))
    return frame.keeping(call("withColumn", [name, text])).keeping("filter(\(name))").keeping("drop(\(name))")
  }

  private func sparkSlice(
    _ frame: PySparkFrame, _ offset: Int, _ count: Int?
  ) throws(PythonGap) -> PySparkFrame {
    if frame.order == nil { remarks.insert("head, tail, slice: of rows that are not sorted, any are taken") }
    guard offset < 0 else {
      let rest = offset == 0 ? frame : frame.keeping("offset(\(offset))")
      return count.map { rest.keeping("limit(\($0))") } ?? rest
    }
    guard let order = frame.order else { throw PythonGap(reason: "the last rows of a table that is not sorted") }
    var base = frame
    // A sort the other way replaces the sort before it.
    let sort = "orderBy(\(try sortKeys(order.keys)))"
    if base.chain.steps.last == sort { base.chain.steps.removeLast() }
    let last = base.then("orderBy(\(try sortKeys(order.reversed)))").then("limit(\(-offset))")
      .then(sort, order: order)
    return count.map { last.keeping("limit(\($0))") } ?? last
  }

  private func sparkDistinct(
    _ frame: PySparkFrame, _ schema: Schema, _ columns: [Int], _ keep: DuplicatePolicy
  ) throws(PythonGap) -> PySparkFrame {
    let names = columns.map { schema[$0].name }
    if columns.count == schema.count, keep != .none { return frame.then("distinct()") }
    let keys = names.map { SparkExpression.column($0) }
    func chosen(_ value: SparkExpression, _ order: [SparkSortKey]) throws(PythonGap) -> PySparkFrame {
      let name = PythonSpelling.text(free("place", schema))
      let window = SparkExpression.window(value, partitionedBy: keys, orderedBy: order, nil)
      let text = try printed { (printer) throws(PythonGap) in try printer.code(window).text }
      return frame.keeping(call("withColumn", [name, text])).keeping("filter(F.col(\(name)) == 1)")
        .keeping("drop(\(name))")
    }
    switch (keep, frame.order) {
    case (.none, _): return try chosen(.call("count", [.literal(.integer(1))]), [])
    case (_, let order?): return try chosen(.call("row_number", []), keep == .first ? order.keys : order.reversed)
    default:
      remarks.insert("unique: of several rows that are not sorted, any one is kept")
      return frame.then("dropDuplicates([\(sparkNames(names))])")
    }
  }

  // MARK: - Columns

  private func projected(
    _ frame: PySparkFrame, _ input: Schema, _ columns: [NamedExpression]
  ) throws(PythonGap) -> PySparkFrame {
    var kept: [(name: String, source: Int)] = []
    for column in columns {
      if let index = column.expression.columnIndex { kept.append((column.name, index)) }
    }
    let stays = Set(kept.filter { $0.name == input[$0.source].name }.map(\.name))
    let order = frame.order.flatMap { $0.columns.isSubset(of: stays) ? $0 : nil }
    func then(_ step: String) -> PySparkFrame { frame.then(step, order: order) }
    if columns.count >= input.count, input.fields.indices.allSatisfy({ columns[$0].name == input[$0].name }) {
      let changed = columns.indices.filter { $0 >= input.count || columns[$0].expression.columnIndex != $0 }
      guard !changed.isEmpty else { return frame }
      var texts: [(name: String, value: String)] = []
      for index in changed {
        let value = try sparkExpression(columns[index].expression, input)
        texts.append(
          (
            PythonSpelling.text(columns[index].name),
            try printed { (printer) throws(PythonGap) in try printer.column(value).text }
          ))
      }
      if texts.count == 1 { return then(call("withColumn", [texts[0].name, texts[0].value])) }
      let lines = texts.map { "    \($0.name): \($0.value.replacing("\n", with: "\n    ")),\n" }
      return then("withColumns({\n" + lines.joined() + "})")
    }
    if kept.count == columns.count {
      let sources = kept.map(\.source)
      if sources == Array(input.fields.indices) {
        let renamed = kept.filter { $0.name != input[$0.source].name }.map {
          (PythonSpelling.text(input[$0.source].name), PythonSpelling.text($0.name))
        }
        if renamed.count == 1 { return then("withColumnRenamed(\(renamed[0].0), \(renamed[0].1))") }
        return then("withColumnsRenamed({\(renamed.map { "\($0): \($1)" }.joined(separator: ", "))})")
      }
      let dropped = input.fields.indices.filter { !sources.contains($0) }
      if stays.count == columns.count, sources == sources.sorted(), dropped.count < sources.count {
        return then("drop(\(dropped.map { PythonSpelling.text(input[$0].name) }.joined(separator: ", ")))")
      }
    }
    return frame.withoutColumnOrder.then(call("select", try sparkColumns(columns, input)), order: order)
  }

  /// Columns as arguments: their names, or expressions with an alias.
  func sparkColumns(
    _ columns: [NamedExpression], _ input: Schema, inGroups: Bool = false
  ) throws(PythonGap) -> [String] {
    var texts: [String] = []
    for column in columns {
      let value = try sparkExpression(column.expression, input, inGroups: inGroups)
      if case .column(let name) = value, name == column.name {
        texts.append(sparkNames([name]))
      } else {
        texts.append(
          try printed { (printer) throws(PythonGap) in try printer.code(.alias(value, column.name)).text })
      }
    }
    return texts
  }

  private func sparkGroups(
    _ frame: PySparkFrame, _ input: Schema, _ keys: [NamedExpression], _ aggregates: [NamedExpression]
  ) throws(PythonGap) -> PySparkFrame {
    for aggregate in aggregates {
      guard try !sparkExpression(aggregate.expression, input, inGroups: true).holdsWindow else {
        throw PythonGap(reason: "a window within an aggregate; `with` makes a column of it")
      }
    }
    let frame = frame.withoutColumnOrder
    let by = try sparkColumns(keys, input)
    if aggregates.isEmpty { return frame.then(call("select", by)).then("distinct()") }
    let values = call("agg", try sparkColumns(aggregates, input, inGroups: true))
    if keys.isEmpty { return frame.then(values) }
    // Both calls are shown as one step.
    let step = "groupBy(\(by.joined(separator: ", "))).\(values)"
    return frame.then(step)
  }
}
