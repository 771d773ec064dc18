import Diagnostics
import Tables

private struct ConcatOptions: VerbOptions {
  enum Columns: String, CaseIterable {
    case same, union
  }

  var schema = Columns.same

  static let declared: [VerbOption<Self>] = [
    .word(
      "schema", \.schema, "`same`: all tables have the same columns; `union`: missing columns are filled with null")
  ]
}

extension RelationalVerb {
  static let concat = onTable(
    VerbDeclaration(
      "concat", summary: "appends the rows of other tables",
      discussion: """
        Columns are matched by name; their order is that of the first table. Number types that differ become the type \
        that holds both, and a note says so; a number that this type cannot hold exactly is an error. Other types must \
        be equal. With `schema=union` a column that a table lacks is null in its rows, and a note says so.
        """,
      arguments: .tables(1...Int.max),
      examples: [
        Example("train | concat test", "both months"),
        Example("train | concat (test | with source = \"test\") schema=union | tail 3", "a column that only one has"),
      ]), ConcatOptions.self
  ) { (call, options, input, context) throws(Diagnostic) in
    var others: [(plan: Plan, span: SourceSpan)] = []
    for argument in call.arguments {
      guard case .table(let pipeline) = argument else { continue }
      others.append((try context.plan(pipeline), pipeline.span))
    }
    // A plan makes its schema anew each time it is asked.
    let schemas = [input.schema] + others.map(\.plan.schema)
    var fields = schemas[0].fields
    for ((_, span), schema) in zip(others, schemas.dropFirst()) {
      if options.schema == .same { try requireSameColumns(schemas[0], schema, at: span) }
      for (index, field) in fields.enumerated() {
        let found = schema.index(of: field.name).map { schema[$0] } ?? field
        fields[index].type = try commonType(of: fields[index], found, at: span)
      }
      let known = Schema(fields)
      fields += schema.fields.filter { known.index(of: $0.name) == nil }
    }
    for field in fields where field.type.isNumeric {
      let types = schemas.compactMap { schema in schema.index(of: field.name).map { schema[$0].type } }
      if types.contains(where: { $0 != field.type && $0 != .null }) {
        context.note("concat: `\(field.name)` becomes \(field.type), which holds the numbers of all tables")
      }
    }
    let missing = fields.filter { field in schemas.contains { $0.index(of: field.name) == nil } }
    if !missing.isEmpty {
      let names = missing.map { Spelling.name($0.name) }.joined(separator: ", ")
      context.note("concat: filled with null where missing: \(names)")
    }
    let span = call.span
    return .concatenate(([input] + others.map(\.plan)).map { $0.with(fields, at: span) })
  }

  private static func requireSameColumns(
    _ first: Schema, _ other: Schema, at span: SourceSpan
  ) throws(Diagnostic) {
    let extra = other.names.first { first.index(of: $0) == nil }
    guard let lonely = extra ?? first.names.first(where: { other.index(of: $0) == nil }) else { return }
    throw Diagnostic(
      "only one table has a column `\(lonely)`", at: span, label: extra == nil ? "lacks it" : "has it",
      hint: "`schema=union` fills what is missing with null",
      notes: ["the first: " + first.summary, "the other: " + other.summary])
  }

  /// The common type of a column in the tables so far and in another table.
  private static func commonType(
    of field: Field, _ found: Field, at span: SourceSpan
  ) throws(Diagnostic) -> DataType {
    if found.type == field.type || found.type == .null { return field.type }
    if field.type == .null { return found.type }
    if field.type.isNumeric, found.type.isNumeric, let common = DataType.meeting(field.type, found.type) {
      return common
    }
    let name = Spelling.name(field.name)
    let (change, isOfOther, reason) = meeting(name, field.type, found.type)
    throw Diagnostic(
      "`\(field.name)` is \(field.type) in the first table and \(found.type) here", at: span, label: "\(found.type)",
      hint: "\(reason)`with \(name) = \(change)` \(isOfOther ? "in the other table" : "before `concat`")")
  }

  /// What gives a column one type in both tables and keeps its values, and whether the other table is to change.
  private static func meeting(
    _ name: String, _ first: DataType, _ other: DataType
  ) -> (change: String, isOfOther: Bool, reason: String) {
    switch (first, other) {
    case (.zoned(_, let zone), .zoned(_, let second)) where zone != second:
      return ("to_zone(\(name), \"\(zone)\")", true, "the same moment in the other zone: ")
    case (.zoned(_, let zone), .datetime), (.datetime, .zoned(_, let zone)):
      return ("with_zone(\(name), \"\(zone)\")", first.isZoned, "say which zone it is of: ")
    case (.date, .zoned): return ("date(\(name))", true, "the day on its clocks: ")
    case (.zoned, .date): return ("date(\(name))", false, "the day on its clocks: ")
    case (.zoned(let own, _), .zoned(let unit, _)), (.datetime(let own), .datetime(let unit)),
      (.duration(let own), .duration(let unit)):
      let isOfOther = own.ticksPerSecond > unit.ticksPerSecond
      return ("cast(\(name), \(isOfOther ? first : other))", isOfOther, "")
    case (.date, .datetime): return ("cast(\(name), \(other))", false, "")
    case (.string, .list), (.string, .structure), (.string, .binary): break
    case (.string, _): return ("cast(\(name), str)", true, "")
    case (.list, .string), (.structure, .string), (.binary, .string): break
    case (_, .string): return ("cast(\(name), str)", false, "")
    default: break
    }
    return ("cast(\(name), \(first))", true, "")
  }
}

extension Plan {
  /// The same rows with exactly these columns, in this order; missing columns are null.
  ///
  /// - Parameter span: the location for errors of numbers that the type cannot hold exactly.
  fileprivate func with(_ fields: [Field], at span: SourceSpan) -> Plan {
    let own = schema
    if own.fields == fields { return self }
    return .project(
      self,
      fields.map { field in
        guard let index = own.index(of: field.name) else {
          return NamedExpression(field.name, .constant(.null, field.type))
        }
        return NamedExpression(field.name, BoundExpression.column(index, own[index], span: span).cast(to: field.type))
      })
  }
}
