import Query
import Spark
import Tables

// Steps without a plan node of their own, and tables that are written out.

extension PythonTranslator {
  func sparkOperation(_ operation: any TableOperation, on input: Plan) throws(PythonGap) -> PySparkFrame {
    if let spread = operation as? SpreadIntoColumns { return PySparkFrame(chain: try sparkPivot(spread, on: input)) }
    let frame = try sparkFrame(input)
    switch operation {
    case let drop as DropNulls:
      // `dropna` takes NaN for null.
      let hasFloats = drop.columns.contains { drop.schema[$0].type.isFloat }
      let names = drop.columns.map { drop.schema[$0].name }
      if !hasFloats {
        return frame.keeping(drop.isOfAll ? "dropna()" : "dropna(subset=[\(sparkNames(names))])")
      }
      needs.modules.insert(.sparkFunctions)
      return names.reduce(frame) { $0.keeping("filter(F.col(\(sparkNames([$1]))).isNotNull())") }
    case let explode as ExplodeList:
      needs.modules.insert(.sparkFunctions)
      let name = explode.schema[explode.column].name
      let function = explode.keepsEmpty ? "explode_outer" : "explode"
      return frame.then("withColumn(\(PythonSpelling.text(name)), F.\(function)(\(sparkNames([name]))))")
    case let number as NumberRows:
      guard let order = frame.order else {
        throw PythonGap(reason: "`row_index` of rows that are not sorted; `sort` before gives them an order")
      }
      let place = SparkExpression.window(.call("row_number", []), partitionedBy: [], orderedBy: order.keys, nil)
      let value = SparkExpression.alias(.call("-", [place, .literal(.integer(1))]), number.column)
      let text = try printed { (printer) throws(PythonGap) in try printer.code(value).text }
      return frame.keeping(call("select", [text, "\"*\""]))
    case let unpivot as UnpivotColumns:
      let repeated = unpivot.repeatedColumns.map { unpivot.input[$0].name }
      let columns = unpivot.columns.map { unpivot.input[$0].name }
      let (variable, value) = (unpivot.schema[repeated.count].name, unpivot.schema[repeated.count + 1].name)
      return frame.then(
        call(
          "unpivot",
          [
            "[\(sparkNames(repeated))]", "[\(sparkNames(columns))]", PythonSpelling.text(variable),
            PythonSpelling.text(value),
          ]))
    case let count as CountValues: return try sparkCounts(count, frame)
    case is SampleRows, is SampleGroups:
      throw PythonGap(reason: "`sample` draws by numpy's permutation; `.sample(fraction=…, seed=…)` draws other rows")
    default: throw PythonGap(reason: "`\(operation.name)` has no translation")
    }
  }

  private func sparkCounts(_ count: CountValues, _ frame: PySparkFrame) throws(PythonGap) -> PySparkFrame {
    let names = count.schema.names
    let (value, length) = (SparkExpression.column(names[0]), SparkExpression.column(names[1]))
    let order = [SparkSortKey(length, isDescending: true), SparkSortKey(value)]
    func sum(_ order: [SparkSortKey], _ frame: SparkFrame?) -> SparkExpression {
      .window(.call("sum", [length]), partitionedBy: [], orderedBy: order, frame)
    }
    let all = sum([], nil)
    let running = sum(order, SparkFrame(.unbounded, .current))
    let (share, upTo) = try printed { (printer) throws(PythonGap) in
      (
        try printer.column(.call("/", [length, all])).text, try printer.column(.call("/", [running, all])).text
      )
    }
    return frame.then("groupBy(\(sparkNames([names[0]]))).agg(F.count(\"*\").alias(\(PythonSpelling.text(names[1]))))")
      .then(call("withColumn", [PythonSpelling.text(names[2]), share]))
      .then(call("withColumn", [PythonSpelling.text(names[3]), upTo]))
      .then("orderBy(\(try sortKeys(order)))", order: PySparkOrder(keys: order, columns: [names[0], names[1]]))
  }

  private func sparkPivot(_ spread: SpreadIntoColumns, on input: Plan) throws(PythonGap) -> PythonChain {
    guard case .aggregate(let rows, let keys, let aggregates) = input, spread.columnNames.count == 1 else {
      throw PythonGap(reason: "`pivot` by several columns; `with` makes one of them")
    }
    let type = keys[spread.rowNames.count].expression.type
    var values: [String] = []
    for value in spread.values {
      guard let value = value.first, !value.isNull else { throw PythonGap(reason: "`pivot` with a column of nulls") }
      values.append(try literal(value, type))
    }
    let own = try sparkColumns(Array(keys.prefix(spread.rowNames.count)), rows.schema)
    let cells = call("agg", try sparkColumns(aggregates, rows.schema, inGroups: true))
    let column = sparkNames(spread.columnNames)
    let pivot = "groupBy(\(own.joined(separator: ", "))).pivot(\(column), [\(values.joined(separator: ", "))]).\(cells)"
    let chain = try sparkFrame(rows).chain.then(pivot)
    // A single aggregate leaves the value's text as the name.
    if type == .string { return chain }
    return chain.then("toDF(\(spread.schema.names.map(PythonSpelling.text).joined(separator: ", ")))")
  }

  /// A table that is written out.
  func sparkFrame(of table: Table) throws(PythonGap) -> String {
    guard table.rowCount <= 500 else { throw PythonGap(reason: "a table of \(table.rowCount) rows is not written out") }
    var rows: [String] = []
    for row in 0..<table.rowCount {
      var values: [String] = []
      for (field, column) in zip(table.schema.fields, table.columns) {
        values.append(try literal(column[row], field.type))
      }
      rows.append("(\(values.joined(separator: ", "))\(values.count == 1 ? "," : ""))")
    }
    return "spark.createDataFrame(\(PythonSpelling.list(rows)), \(try sparkSchema(table.schema)))"
  }

  /// Columns with their types, as Spark reads them: `"user bigint, item string"`.
  func sparkSchema(_ schema: Schema) throws(PythonGap) -> String {
    var parts: [String] = []
    for field in schema.fields {
      guard let type = field.type.carrier else { throw PythonGap(reason: "Spark has no type \(field.type)") }
      parts.append("\(SparkType.name(field.name)) \(try type.ddl)")
    }
    return PythonSpelling.text(parts.joined(separator: ", "))
  }
}
