import Diagnostics
import Tables

/// A column of the shown table, and the same column of the table that it is compared with.
struct SharedColumn {
  let here: Field
  let there: Field

  var isNested: Bool { here.type.isNested || there.type.isNested }
}

/// The comparison of two tables in the language: rows that only one of them has, and rows with other values.
///
/// Rows belong together if they have the same keys, where null is a key like any other. If keys repeat, the first row
/// here belongs to the first one there, the second to the second, and so on.
struct Comparison {
  let keys: [SharedColumn]
  /// The columns that both have and that are compared.
  let compared: [SharedColumn]
  /// The columns that only one has. They are shown and not compared.
  let here: [String]
  let there: [String]

  init(_ here: [Field], with there: [Field], by keys: [String]) {
    let theirs = Dictionary(there.map { ($0.name, $0) }) { first, _ in first }
    let shared = here.compactMap { field in theirs[field.name].map { SharedColumn(here: field, there: $0) } }
    let names = Set(shared.map(\.here.name))
    self.keys = shared.filter { keys.contains($0.here.name) }
    compared = shared.filter { !keys.contains($0.here.name) }
    self.here = here.map(\.name).filter { !names.contains($0) }
    self.there = there.map(\.name).filter { !names.contains($0) }
  }

  /// A column that cannot be compared, or by which rows cannot belong together.
  var incomparable: String? {
    let different = compared.first { $0.here.type != $0.there.type && $0.isNested }
    return (keys.first(where: \.isNested) ?? different)?.here.name
  }

  /// The stages that compare the rows of a pipeline with those of another one.
  func stages(with other: String) -> [Stage] {
    var names = ColumnNames(taken: (keys + compared).map(\.here.name) + here + there)
    let helpers = Helpers(keys, &names)
    let change = names.unused("change")
    let rightKeys = keys.map { names.unused($0.here.name + "_right") }
    let rightCompared = compared.map { names.unused($0.here.name + "_right") }
    let same = zip(compared, rightCompared).map(equality).joined(separator: " and ")
    let rest = same.isEmpty ? "\"same\"" : "if \(same) then \"same\" else \"changed\""
    let kind =
      "if \(Spelling.name(helpers.there)) is null then \"added\""
      + " else if \(Spelling.name(helpers.here)) is null then \"removed\" else \(rest)"
    let changed = Spelling.name(change)
    let joinedKeys = zip(keys, rightKeys).map { key, right in
      "\(Spelling.name(key.here.name)) = coalesce(\(Spelling.name(key.here.name)), \(Spelling.name(right)))"
    }
    return [
      .with(helpers.assignments(keys.map { Key($0.here, beside: $0.there) }, side: helpers.here)),
      .verb("full_join (\(otherSide(other, helpers, rightKeys, rightCompared))) on \(helpers.joined)"),
      .with((["\(changed) = \(kind)"] + joinedKeys).joined(separator: ", ")),
      .filter("\(changed) != \"same\""),
      .select(
        [change] + keys.map(\.here.name) + zip(compared, rightCompared).flatMap { [$0.here.name, $1] } + here + there),
    ]
  }

  /// The other table, whose columns have names of their own, so that the join renames none.
  private func otherSide(
    _ pipeline: String, _ helpers: Helpers, _ rightKeys: [String], _ rightCompared: [String]
  ) -> String {
    let renamed = zip(keys + compared, rightKeys + rightCompared).map { column, right in
      "\(Spelling.name(right)) = \(Spelling.name(column.there.name))"
    }
    let columns = helpers.names(side: helpers.there) + renamed + there.map(Spelling.name)
    let keys = keys.map { Key($0.there, beside: $0.here) }
    return "\(pipeline) | with \(helpers.assignments(keys, side: helpers.there))"
      + " | select \(columns.joined(separator: ", "))"
  }

  /// Whether two values are the same; null is the same as null.
  private func equality(_ column: SharedColumn, _ right: String) -> String {
    let (left, right) = (Spelling.name(column.here.name), Spelling.name(right))
    let isText = column.here.type == .string || column.there.type == .string
    // Text is compared with another type as text.
    let equal =
      isText && column.here.type != column.there.type
      ? "cast(\(left), str) == cast(\(right), str)" : "\(left) == \(right)"
    return "coalesce(\(equal), \(left) is null and \(right) is null)"
  }
}

/// A key in one of the tables.
private struct Key {
  /// Its name in the language.
  let name: String
  private let type: DataType

  init(_ field: Field, beside other: Field) {
    name = Spelling.name(field.name)
    // A column of nulls takes any type, so it takes that of the other table.
    type = [field.type, other.type].first { $0 != .null } ?? .bool
  }

  /// Some value of the key's type in the language.
  var someValue: String { type == .binary ? "cast(\"\", binary)" : "cast(0, \(type))" }
}

/// The columns that the comparison adds to both tables, to join them by. A join never matches null, so null is another
/// value beside a column that says that it is null.
private struct Helpers {
  let values: [String]
  let nulls: [String]
  /// The number of a row among those with its keys.
  let number: String
  /// What says that a row comes from one of the tables.
  let here: String
  let there: String

  init(_ keys: [SharedColumn], _ names: inout ColumnNames) {
    values = keys.map { names.unused($0.here.name + "_key") }
    nulls = keys.map { names.unused($0.here.name + "_is_null") }
    number = names.unused("nth")
    here = names.unused("here")
    there = names.unused("there")
  }

  /// The columns to join on.
  var joined: String { (values + nulls + [number]).map(Spelling.name).joined(separator: ", ") }

  func names(side: String) -> [String] { (values + nulls + [number, side]).map(Spelling.name) }

  func assignments(_ keys: [Key], side: String) -> String {
    let filled = zip(values, keys).map { "\(Spelling.name($0)) = coalesce(\($1.name), \($1.someValue))" }
    let missing = zip(nulls, keys).map { "\(Spelling.name($0)) = \($1.name) is null" }
    let own = keys.map(\.name).joined(separator: ", ")
    let rest = ["\(Spelling.name(number)) = row_number() over (\(own))", "\(Spelling.name(side)) = true"]
    return (filled + missing + rest).joined(separator: ", ")
  }
}

/// Gives new columns names that no other column has.
private struct ColumnNames {
  private var taken: Set<String>

  init(taken: [String]) { self.taken = Set(taken) }

  mutating func unused(_ name: String) -> String {
    var name = name
    while !taken.insert(name).inserted { name += "_" }
    return name
  }
}
