public import Diagnostics
import Parallelism
public import Tables

/// Describes the parts of a split, one sentence each: rows, dates, users and items, and how many users and items are
/// not in the first part (train).
public enum SplitSummary {
  /// - Throws: an interruption.
  public static func sentences(
    _ names: [String], _ parts: [Table], areFolds: Bool = false, roles: ColumnRoles = ColumnRoles()
  ) throws(Diagnostic) -> [String] {
    guard let first = parts.first, names.count == parts.count else { return [] }
    // Every fold is used for training and for testing, so the sizes are enough.
    if areFolds {
      return ["rows of the folds: " + parts.map { grouped($0.rowCount) }.joined(separator: ", ")]
    }
    var sentences: [String] = []
    for (place, part) in parts.enumerated() {
      var facts = [counted(part.rowCount, "row")]
      if let dates = dates(of: part, roles) { facts.append(dates) }
      for (noun, usual, given) in [
        ("user", ColumnRoles.userNames, roles.user), ("item", ColumnRoles.itemNames, roles.item),
      ] {
        guard let name = (given.map { [$0] } ?? usual).first(where: { part.schema.index(of: $0) != nil }),
          let column = part.column(name), let known = first.column(name)
        else { continue }
        facts.append(try count(column, noun, beside: place == 0 ? nil : known))
      }
      sentences.append("\(names[place]): " + facts.joined(separator: ", "))
    }
    return sentences
  }

  /// `900 users (12 not in the first part)`.
  private static func count(
    _ column: Column, _ noun: String, beside known: Column?
  ) throws(Diagnostic) -> String {
    let rows = try distinctRows([column], count: column.count).filter { !column.isNull(Int($0)) }
    guard let known else { return counted(rows.count, noun) }
    let distinct = try gather(column, rows: rows)
    let there = try matchedRows(left: [distinct], count: distinct.count, right: [known], count: known.count).setCount
    return counted(rows.count, noun)
      + (there < rows.count ? " (\(grouped(rows.count - there)) not in the first part)" : "")
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
