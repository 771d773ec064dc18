import Diagnostics
import Query
import Tables

// Operations: steps that are not cases of `Plan`.

extension SparkTranslator {
  mutating func operation(_ operation: any TableOperation, on input: Plan) throws(Diagnostic) -> SparkStep {
    if let spread = operation as? SpreadIntoColumns { return try pivoted(spread, step(input)) }
    var step = try step(input)
    switch operation {
    case let drop as DropNulls:
      for column in drop.columns { step.relation = .filter(step.relation, step.column(column).isKnown) }
      return step
    case let explode as ExplodeList: return try exploded(explode, step)
    case let number as NumberRows:
      step = settled(step)
      guard case .sorted(let keys) = step.order else {
        throw refusal("numbers of rows that are in no order", at: nil, hint: "`sort` them first")
      }
      let place = SparkExpression.window(.call("row_number", []), partitionedBy: [], orderedBy: keys, nil)
      let value = adding(place.cast(.long).minus(.whole(1)), to: &step)
      guard case .column(let name) = value else { return step }
      step.columns.insert(name, at: 0)
      step.types = number.schema.types
      return step
    case let count as CountValues: return try counted(count, step)
    case let unpivot as UnpivotColumns: return try unpivoted(unpivot, step)
    case let sample as SampleRows: return try sampled(sample, step)
    case is SampleGroups:
      throw refusal("`sample by=` numbers groups by their first rows", at: nil)
    case let list as ListColumns: return try listed(list, step)
    default: throw refusal("`\(operation.name)`", at: nil)
    }
  }

  /// Makes a row of each element of a list.
  ///
  /// The other columns become values of their own: Sail takes the keys of groups for unique still (datafusion#24787), and
  /// then leaves out later keys of a sort, and rows of a join.
  private mutating func exploded(_ explode: ExplodeList, _ input: SparkStep) throws(Diagnostic) -> SparkStep {
    let names = input.columns.map { _ in fresh() }
    var columns: [SparkExpression] = []
    for (index, name) in names.enumerated() {
      let (value, type) = (input.column(index), input.types[index])
      if index == explode.column {
        columns.append(.alias(.call(explode.keepsEmpty ? "explode_outer" : "explode", [value]), name))
      } else if type.isNested {
        columns.append(.alias(value, name))
      } else {
        columns.append(.alias(.call("coalesce", [value, .literal(.null(try carrier(type)))]), name))
      }
    }
    return SparkStep(relation: .project(input.relation, columns), columns: names, types: explode.schema.types)
  }

  private mutating func counted(_ count: CountValues, _ input: SparkStep) throws(Diagnostic) -> SparkStep {
    var step = input
    let value = step.column(0)
    let (key, length, share, running) = (fresh(), fresh(), fresh(), fresh())
    step.relation = .project(step.relation, [.alias(value.asKey(count.schema[0].type), key)])
    step.relation = .aggregate(
      step.relation, by: [.column(key)], [.alias(.call("count", [.int(1)]), length)])
    let all = SparkExpression.window(.call("sum", [.column(length)]), partitionedBy: [], orderedBy: [], nil)
    let part = SparkExpression.call("/", [SparkExpression.column(length).cast(.double), all.cast(.double)])
    step.columns = [key, length]
    step.types = Array(count.schema.types.prefix(2))
    let order =
      [SparkSortKey(.column(length), isDescending: true)]
      + (try sortKeys(BoundSortKey(.column(0, count.schema[0]), isDescending: false), &step))
    let sum = SparkExpression.window(
      .call("sum", [.column(length)]), partitionedBy: [], orderedBy: order, SparkFrame(.unbounded, .current))
    let upTo = SparkExpression.call("/", [sum.cast(.double), all.cast(.double)])
    step.relation = .sort(
      .project(step.relation, [.star, .alias(part, share), .alias(upTo, running)]), order)
    step.columns = [key, length, share, running]
    step.types = count.schema.types
    step.order = .sorted(order)
    return step
  }

  private mutating func unpivoted(_ unpivot: UnpivotColumns, _ input: SparkStep) throws(Diagnostic) -> SparkStep {
    let repeated = unpivot.repeatedColumns
    let wanted = unpivot.schema[repeated.count + 1].type
    let names = (0..<repeated.count + 2).map { _ in fresh() }
    var result: SparkRelation?
    for column in unpivot.columns {
      let value = try cast(
        input.column(column), unpivot.input[column].type, to: wanted, .exact, at: unpivot.span)
      var columns = repeated.enumerated().map { SparkExpression.alias(input.column($1), names[$0]) }
      columns.append(.alias(.text(unpivot.input[column].name), names[repeated.count]))
      columns.append(.alias(value, names[repeated.count + 1]))
      let part = SparkRelation.project(input.relation, columns)
      result = result.map { .union($0, part) } ?? part
    }
    guard let result else { throw .fault("no columns to become rows") }
    return SparkStep(relation: result, columns: names, types: unpivot.schema.types)
  }

  /// Counts the rows on the server, draws row numbers locally, and joins with them.
  private mutating func sampled(_ sample: SampleRows, _ input: SparkStep) throws(Diagnostic) -> SparkStep {
    var step = settled(input)
    guard case .sorted(let keys) = step.order else {
      throw refusal("`sample` draws from rows in their order", at: nil, hint: "`sort` them first, or `collect`")
    }
    let place = SparkExpression.window(.call("row_number", []), partitionedBy: [], orderedBy: keys, nil)
    let number = adding(place.cast(.long), to: &step)
    let (rows, own) = try sample.rows(among: count?(step.exact) ?? 0)
    for note in own { self.note(note) }
    // `row_number` starts at 1.
    let drawn = Table([
      ("place", Column(rows.map { Int64($0) + 1 })), ("turn", Column((0..<Int64(rows.count)).map { $0 })),
    ])
    let turns = try uploaded(.table(drawn, name: "sample"))
    step.relation = .join(
      step.relation, turns.relation, .inner, on: number.equals(turns.column(0)), using: [])
    let order = [SparkSortKey(turns.column(1))]
    step.relation = .sort(step.relation, order)
    step.order = .sorted(order)
    return step
  }

  /// One row per column with name, type and null count.
  private mutating func listed(_ list: ListColumns, _ input: SparkStep) throws(Diagnostic) -> SparkStep {
    let counts = input.columns.map { name in
      (name: fresh(), value: SparkExpression.call("count", [.when((SparkExpression.column(name).isNull, .int(1)))]))
    }
    let counted = SparkRelation.aggregate(input.relation, by: [], counts.map { .alias($0.value, $0.name) })
    let rows = zip(list.fields, counts).map { field, count in
      SparkExpression.call(
        "named_struct",
        [
          .text("name"), .text(field.name), .text("type"), .text(field.type.description), .text("nulls"),
          .column(count.name),
        ])
    }
    let (row, name, type, nulls) = (fresh(), fresh(), fresh(), fresh())
    let exploded = SparkRelation.project(counted, [.alias(.call("explode", [.call("array", rows)]), row)])
    let columns = [(name, "name"), (type, "type"), (nulls, "nulls")].map { own, part in
      SparkExpression.alias(.part(.column(row), part), own)
    }
    return SparkStep(
      relation: .project(exploded, columns), columns: [name, type, nulls], types: list.schema.types, order: .byKeys([]))
  }

  /// Turns the groups of a pivot into columns.
  private mutating func pivoted(_ spread: SpreadIntoColumns, _ cells: SparkStep) throws(Diagnostic) -> SparkStep {
    let (rows, keys) = (spread.rowNames.count, spread.columnNames.count)
    var values: [SparkExpression] = []
    var names: [String] = []
    for kind in spread.values {
      var isKind: SparkExpression?
      for (place, value) in kind.enumerated() {
        let column = cells.column(rows + place)
        let own = value.isNull ? column.isNull : column.equals(try literal(value, cells.types[rows + place], at: nil))
        isKind = isKind.map { $0.and(own) } ?? own
      }
      for cell in rows + keys..<cells.columns.count {
        let name = fresh()
        let value = SparkExpression.when((isKind ?? .literal(.bool(true)), cells.column(cell)))
        values.append(.alias(.call("first", [value, .literal(.bool(true))]), name))
        names.append(name)
      }
    }
    var step = cells
    let rowNames = Array(cells.columns.prefix(rows))
    step.relation = .aggregate(cells.relation, by: rowNames.map { .column($0) }, values)
    step.columns = rowNames + names
    step.types = spread.schema.types
    step.order = .byKeys(rowNames)
    return step
  }
}
