import Query
import Tables

// Translates operations without a plan node of their own, to polars or a few lines of Python.

extension PythonTranslator {
  func operation(_ operation: any TableOperation, on input: Plan) throws(PythonGap) -> PythonChain {
    if let spread = operation as? SpreadIntoColumns { return try pivoted(spread, on: input) }
    let base = try chain(input)
    switch operation {
    case let drop as DropLast: return base.then("head(-\(drop.count))")
    case let drop as DropNulls:
      return base.then(drop.isOfAll ? "drop_nulls()" : "drop_nulls(\(names(drop.columns, drop.schema)))")
    case let explode as ExplodeList:
      let name = PythonSpelling.text(explode.schema[explode.column].name)
      if explode.keepsEmpty { return base.then("explode(\(name), empty_as_null=True)") }
      return base.then("explode(\(name), keep_nulls=False)")
    case is ListColumns:
      needs.helpers.insert(.schema)
      return base.then("pipe(schema)")
    case is DescribeColumns:
      needs.helpers.insert(.describe)
      return base.then("pipe(describe)")
    case let number as NumberRows: return base.then("with_row_index(\(PythonSpelling.text(number.column)))")
    case let sample as SampleRows: return base.then("pipe(sample, \(drawn(sample.draw, .sample)))")
    case let sample as SampleGroups:
      return base.then(
        "pipe(sample_groups, \(names(sample.keys, sample.schema)), \(drawn(sample.draw, .sampleGroups)))")
    case let unpivot as UnpivotColumns:
      let repeated = unpivot.repeatedColumns.count
      var parts = [
        "on=[\(unpivot.columns.map { PythonSpelling.text(unpivot.input[$0].name) }.joined(separator: ", "))]"
      ]
      parts.append(
        "index=[\(unpivot.repeatedColumns.map { PythonSpelling.text(unpivot.input[$0].name) }.joined(separator: ", "))]"
      )
      let (variable, value) = (unpivot.schema[repeated].name, unpivot.schema[repeated + 1].name)
      if variable != "variable" { parts.append("variable_name=\(PythonSpelling.text(variable))") }
      if value != "value" { parts.append("value_name=\(PythonSpelling.text(value))") }
      return base.then(call("unpivot", parts))
    case let count as CountValues:
      let fields = count.schema.fields.map { PythonSpelling.text($0.name) }
      return base.then("group_by(\(fields[0]), maintain_order=True).agg(pl.len().alias(\(fields[1])))")
        .then("sort(\(fields[1]), \(fields[0]), descending=[True, False], nulls_last=True)")
        .then("with_columns((pl.col(\(fields[1])) / pl.col(\(fields[1])).sum()).alias(\(fields[2])))")
        .then("with_columns(pl.col(\(fields[2])).cum_sum().alias(\(fields[3])))")
    default: throw PythonGap(reason: "`\(operation.name)` has no translation")
    }
  }

  private func drawn(_ draw: RandomDraw, _ helper: PythonHelper) -> String {
    needs.modules.insert(.numpy)
    needs.helpers.insert(helper)
    return switch draw.size {
    case .count(let count): "n=\(count), seed=\(draw.seed)"
    case .fraction(let fraction): "fraction=\(PythonSpelling.float(fraction)), seed=\(draw.seed)"
    }
  }

  /// First aggregates the cells of the pivot by the keys of its rows and columns.
  private func pivoted(_ spread: SpreadIntoColumns, on input: Plan) throws(PythonGap) -> PythonChain {
    guard case .aggregate(let rows, let keys, let aggregates) = input else {
      throw PythonGap(reason: "`pivot` of something else than groups")
    }
    let base = try chain(.aggregate(rows, keys: keys, aggregates: aggregates))
    func list(_ names: [String]) -> String {
      let texts = names.map(PythonSpelling.text)
      return texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
    }
    if spread.columnNames.count > 1 || aggregates.count > 1 {
      remarks.insert("pivot: polars names columns that are made of several in another way")
    }
    let turned = base.then(
      "pivot(on=\(list(spread.columnNames)), index=\(list(spread.rowNames)), values=\(list(aggregates.map(\.name))))")
    guard spread.columnNames.count == 1, aggregates.count == 1 else { return turned }
    // Puts the columns in the order of their values.
    return turned.then("select(\(spread.schema.fields.map { PythonSpelling.text($0.name) }.joined(separator: ", ")))")
  }
}
