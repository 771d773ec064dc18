import Diagnostics
import Parallelism
import Tables

extension RelationalVerb {
  static let unpivot = onTable(
    VerbDeclaration(
      "unpivot", summary: "columns become rows: the name in one column, the value in another",
      discussion: "The other columns are repeated. The columns' types must have a common one.",
      arguments: .columns(1...Int.max),
      options: [
        Option("name", .column, default: "variable", "the column of the names"),
        Option("value", .column, default: "value", "the column of the values"),
      ],
      examples: [
        Example("products | select product_id, brand, type | unpivot brand, type", "two rows a product"),
        Example("actions | unpivot product_id, page_product_id name=kind value=id", "with names of one's own"),
      ])
  ) { (call, input, context) throws(Diagnostic) in
    let schema = input.schema
    let melted = try context.indices(of: call.names, in: input)
    let kept = schema.fields.indices.filter { !melted.contains($0) }
    let types = melted.map { schema[$0].type }
    guard let type = types.reduce(.null, { common, type in common.flatMap { DataType.meeting($0, type) } }) else {
      throw Diagnostic(
        "the columns have no common type", at: call.names[0].span, label: "\(types[0])",
        hint: "cast them first: `with a = cast(a, str)`",
        notes: zip(call.names, types).map { "\($0.name) \($1)" })
    }
    let names = (name: call.word("name") ?? "variable", value: call.word("value") ?? "value")
    let result = Schema(kept.map { schema[$0] } + [Field(names.name, .string), Field(names.value, type)])
    if let clash = result.firstRepeatedName {
      throw Diagnostic(
        "two columns would be named `\(clash)`", at: call.span, hint: "`name=` and `value=` choose others")
    }
    let detail = call.names.map(\.name).joined(separator: ", ")
    return .operation(input, unpivoting(schema, melted, kept, result, detail, call.span))
  }

  /// The operation on a table of some columns: those that become rows, and those that are repeated.
  private static func unpivoting(
    _ schema: Schema, _ melted: [Int], _ kept: [Int], _ result: Schema, _ detail: String, _ span: SourceSpan
  ) -> TableOperation {
    let type = result[kept.count + 1].type
    var operation = TableOperation("unpivot", detail: detail, schema: result) { (table) throws(Diagnostic) in
      let count = table.rowCount
      var columns = try kept.map { (index) throws(Diagnostic) in
        try Tables.concat([Column](repeating: table.columns[index], count: melted.count))
      }
      columns.append(try repeatedNames(melted.map { schema[$0].name }, count: count))
      columns.append(try castEndToEnd(melted.map { table.columns[$0] }, to: type, at: span))
      return (Table(result, columns, rowCount: count * melted.count), [])
    }
    operation.passedColumns = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($0, $1) })
    operation.reduced = TableOperation.Reduction(ownColumns: Set(melted), carried: operation.passedColumns) { chosen in
      func place(_ column: Int) -> Int? { chosen.firstIndex(of: column) }
      let carried = kept.indices.filter { chosen.contains(kept[$0]) }
      return unpivoting(
        schema.choosing(chosen), melted.compactMap(place), carried.compactMap { place(kept[$0]) },
        result.choosing(carried + [kept.count, kept.count + 1]), detail, span)
    }
    return operation
  }

  /// Every name as often as there are rows.
  private static func repeatedNames(_ names: [String], count: Int) throws(Diagnostic) -> Column {
    var dictionary = TextDictionaryBuilder()
    let codeOfName = names.map { dictionary.code(for: Text($0).bytes.span) }
    let codes = try buildArray(count: count * names.count, grain: TableEvaluator.runLength, of: UInt32.self) {
      (range, codes) in
      for row in range { codes[row - range.lowerBound] = codeOfName[row / count] }
    }
    return Column(.string, .text(TextValues(codes: Buffer(codes), dictionary: dictionary.dictionary())))
  }

  /// Columns of the same length one after another, in one type that holds the values of all.
  private static func castEndToEnd(
    _ columns: [Column], to type: DataType, at span: SourceSpan
  ) throws(Diagnostic) -> Column {
    if columns.allSatisfy({ $0.type == type }) { return try Tables.concat(columns) }
    let count = columns[0].count
    return try Column.assembled(type, count: count * columns.count, grain: TableEvaluator.runLength) {
      (range) throws(Diagnostic) in
      var pieces: [Column] = []
      for (place, column) in columns.enumerated() {
        let own = range.clamped(to: place * count..<(place + 1) * count)
        if own.isEmpty { continue }
        let first = own.lowerBound - place * count
        let piece = column[first..<first + own.count]
        pieces.append(try cast(piece, to: type, .exact))
        if let loss = firstLoss(from: piece, to: pieces[pieces.count - 1]) {
          throw .lossyCast(loss, .exact, row: first + loss.row, at: span)
        }
      }
      return try Tables.concat(pieces)
    }
  }
}
