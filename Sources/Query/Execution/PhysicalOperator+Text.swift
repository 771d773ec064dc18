import Diagnostics
import Tables

extension PhysicalOperator {
  /// What the operator does, in one line.
  var summary: String {
    switch self {
    case .read(let scan): return scan.summary
    case .filter(_, let condition, _): return "keep rows where \(condition)"
    case .project(_, let columns): return "columns \(list(columns))"
    case .aggregate(_, let keys, let aggregates):
      let computed = aggregates.isEmpty ? "" : ": \(list(aggregates))"
      return (keys.isEmpty ? "aggregate all rows" : "group by \(list(keys))") + computed
    case .sort(_, let keys, let limit):
      let order = "sort by " + keys.map(\.description).joined(separator: ", ")
      return limit.map { "\(order), first \(grouped($0)) rows only" } ?? order
    case .slice(_, let offset, let count): return sliceText(offset, count)
    case .distinct(_, let columns, let keep):
      return "distinct rows by \(columns.map { Spelling.name($0.name) }.joined(separator: ", ")), keep \(keep.rawValue)"
    case .join(_, _, let join): return "\(join.description.kind.rawValue) join" + join.keyText
    case .concatenate(let inputs): return "concatenate \(inputs.count) tables"
    case .operation(_, let operation):
      return operation.detail.isEmpty ? operation.name : "\(operation.name) \(operation.detail)"
    }
  }

  /// The operators in the order in which they run, one line each; the right input of a join is indented below it.
  func lines(indent: String = "") -> [String] {
    var lines: [String] = []
    switch self {
    case .read(let scan):
      return [indent + scan.summary] + scan.details.map { indent + "  " + $0 }
    case .operation(.read(let scan), let operation) where operation is any RowChoice && scan.isUnread:
      let pages = "only the pages that hold rows of \(operation.name)"
      return [scan.summary, "  " + pages, summary].map { indent + $0 }
    case .join(let left, let right, _):
      lines = left.lines(indent: indent)
      lines.append(indent + summary + " with")
      lines += right.lines(indent: indent + "  ")
    case .concatenate(let inputs):
      lines.append(indent + summary)
      for input in inputs { lines += input.lines(indent: indent + "  ") }
    default:
      lines = inputs.flatMap { $0.lines(indent: indent) }
      lines.append(indent + summary)
    }
    return lines
  }

  private func list(_ columns: [NamedExpression]) -> String { columns.map(\.description).joined(separator: ", ") }
}

private func sliceText(_ offset: Int, _ count: Int?) -> String {
  let amount = count.map { "\(grouped($0)) rows" } ?? "all rows"
  if offset == 0 { return "first \(amount)" }
  let place = grouped(offset.magnitude)
  return offset < 0 ? "\(amount) from row \(place) before the end" : "\(amount) from row \(place)"
}

extension Scan {
  /// Whether all rows are needed and a column is not yet in memory.
  fileprivate var isUnread: Bool {
    conditions.isEmpty && slice == nil && !allColumns.allSatisfy { source.isInMemory($0) }
  }

  var summary: String {
    let schema = source.schema
    let names = columns.map { Spelling.name(schema[$0].name) }.joined(separator: ", ")
    let what = columns.isEmpty ? "row count" : names
    return "read \(source.name): \(what) (\(allColumns.count) of \(source.schema.count) columns)"
  }

  /// What is known before reading: the conditions, and what need not be read because of them.
  var details: [String] {
    var lines = conditions.map { "keep rows where \($0)" }
    if let slice { lines.append(sliceText(slice.offset, slice.count)) }
    if source is CommonSubplan { return lines }
    if testsOfSource != nil { return lines + ["the database finds these rows itself"] }
    let partitions = source.partitions
    let skipped = partitions.filter { $0.nullsIfSkipped(conditions) != nil }.count
    if skipped > 0 {
      lines.append("skip \(grouped(skipped)) of \(grouped(partitions.count)) partitions by their statistics")
    }
    let rest = conditionColumns.filter { !source.isInMemory($0) }
    if !rest.isEmpty, rest.count < allColumns.count {
      let names = conditionColumns.map { Spelling.name(source.schema[$0].name) }.joined(separator: ", ")
      lines.append("read \(names) first, the other columns only for the remaining rows")
    }
    if allColumns.allSatisfy({ source.isInMemory($0) }) {
      lines.append("already in memory")
    } else if let (read, all) = expectedPages {
      let most = rest.isEmpty || rest.count == allColumns.count ? "" : "at most "
      lines.append(
        "decode \(most)\(grouped(read.pages)) of \(grouped(all.pages)) pages, "
          + "\(megabytes(read.bytes)) of \(megabytes(all.bytes)) MB")
    }
    return lines
  }
}

extension JoinOperator {
  fileprivate var keyText: String {
    keyNames.isEmpty ? "" : " on " + keyNames.joined(separator: ", ")
  }
}
