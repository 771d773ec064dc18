public import Diagnostics
import Parallelism
public import Tables

/// Describes the parts of a split, one sentence each: rows, dates, users and items, and how many users and items are
/// not in the first part (train), or in no other fold.
public enum SplitSummary {
  /// With more folds than this only their sizes are said.
  private static let mostFolds = 10

  /// - Throws: an interruption.
  public static func sentences(
    _ names: [String], _ parts: [Table], areFolds: Bool = false, roles: ColumnRoles = ColumnRoles()
  ) throws(Diagnostic) -> [String] {
    guard let first = parts.first, names.count == parts.count else { return [] }
    if areFolds, parts.count > mostFolds {
      return ["rows of the folds: " + parts.map { grouped($0.rowCount) }.joined(separator: ", ")]
    }
    var facts = parts.map { part in
      [counted(part.rowCount, "row"), dates(of: part, roles)].compactMap(\.self)
    }
    for (noun, usual, given) in [
      ("user", ColumnRoles.userNames, roles.user), ("item", ColumnRoles.itemNames, roles.item),
    ] {
      guard let name = (given.map { [$0] } ?? usual).first(where: { first.schema.index(of: $0) != nil }) else {
        continue
      }
      let ids = try parts.compactMap { $0.column(name) }.map(distinct)
      guard ids.count == parts.count else { continue }
      for place in parts.indices {
        // A fold is tested on what all others have taught, any other part on the first one.
        let others = areFolds ? ids.indices.filter { $0 != place } : place == 0 ? [] : [0]
        let known = others.isEmpty ? nil : try concat(others.map { ids[$0] })
        let missing = areFolds ? "in no other fold" : "not in the first part"
        facts[place].append(try count(ids[place], noun, beside: known, missing))
      }
    }
    return zip(names, facts).map { "\($0): " + $1.joined(separator: ", ") }
  }

  /// The distinct ids, without nulls.
  private static func distinct(_ column: Column) throws(Diagnostic) -> Column {
    try gather(column, rows: distinctRows([column], count: column.count).filter { !column.isNull(Int($0)) })
  }

  /// `900 users (12 not in the first part)`.
  private static func count(
    _ ids: Column, _ noun: String, beside known: Column?, _ missing: String
  ) throws(Diagnostic) -> String {
    guard let known else { return counted(ids.count, noun) }
    let there = try matchedRows(left: [ids], count: ids.count, right: [known], count: known.count).setCount
    return counted(ids.count, noun) + (there < ids.count ? " (\(grouped(ids.count - there)) \(missing))" : "")
  }

  /// `2024-03-01 to 2024-06-30`.
  private static func dates(of table: Table, _ roles: ColumnRoles) -> String? {
    let names = roles.time.map { [$0] } ?? ColumnRoles.timeNames
    guard let column = names.lazy.compactMap({ table.column($0) }).first, column.type.isTemporal,
      let ticks = try? column.ticks(named: "time")
    else { return nil }
    var (low, high): (Int?, Int?)
    for row in ticks.indices where !column.isNull(row) {
      if low.map({ ticks[row] < ticks[$0] }) ?? true { low = row }
      if high.map({ ticks[row] > ticks[$0] }) ?? true { high = row }
    }
    guard let low, let high else { return nil }
    return "\(column[low]) to \(column[high])"
  }
}
