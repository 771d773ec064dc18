import Diagnostics
import Tables

// Filters that the source of a scan makes itself: a database finds rows by its own means.

extension Executor {
  /// The rows of a scan, if its source makes the first of its conditions itself; else nil.
  ///
  /// Conditions after these see only the rows that passed. So they must not fail: their errors would name other rows.
  mutating func foundBySource(_ scan: Scan) throws(Diagnostic) -> Table? {
    guard let tests = scan.testsOfSource else { return nil }
    let rest = Array(scan.conditions.dropFirst(tests.whole.count))
    let looked = rest.reduce(into: Set(scan.columns)) { $0.formUnion($1.columnIndices) }.sorted()
    let found = try scan.source.rows(where: tests.whole, and: tests.parts, looked)
    noteRead(scan.readOfAll)
    let positions = Dictionary(uniqueKeysWithValues: looked.enumerated().map { ($1, $0) })
    let schema = scan.source.schema
    let table = Table(Schema(looked.map { schema[$0] }), found.columns, rowCount: found.rowCount)
    let inner = Scan(
      source: TableInMemory(name: scan.source.name, table), columns: scan.columns.compactMap { positions[$0] },
      conditions: rest.map { $0.mappingColumns(positions) })
    let kept = try inner.kept(
      columns: inner.conditionColumns.map { table.columns[$0] }, rowCount: found.rowCount, firstRow: 0)
    noteNullConditions(found.nullCounts + kept.nullCounts)
    let chosen = Table(inner.schema, inner.columns.map { table.columns[$0] }, rowCount: found.rowCount)
    return rest.isEmpty ? chosen : try Tables.filter(chosen, kept.rows)
  }
}

extension Scan {
  /// The conditions that the source makes itself, from the first on, and parts of the next one: rows for which a part is
  /// false do not have to be read. Nil if there are none, or if what is needed is in memory.
  var testsOfSource: (whole: [RowTest], parts: [RowTest])? {
    guard slice == nil, !conditions.isEmpty, !allColumns.allSatisfy({ source.isInMemory($0) }) else { return nil }
    var whole: [RowTest] = []
    for condition in conditions {
      guard let test = RowTest(condition), source.makes(test) else { break }
      whole.append(test)
    }
    let rest = conditions.dropFirst(whole.count)
    guard !rest.contains(where: \.mayFail) else { return nil }
    // Where a part is null, the condition may be null too, which is counted.
    let parts = rest.first?.conjuncts.compactMap { part -> RowTest? in
      guard let test = RowTest(part), source.makes(test) else { return nil }
      return .or(test, .isUnknown(test))
    }
    return whole.isEmpty && (parts ?? []).isEmpty ? nil : (whole, parts ?? [])
  }
}

extension RowTest {
  /// The condition as a test that a source may make; nil if it is more than comparisons of columns with values.
  init?(_ condition: BoundExpression) {
    switch condition.node {
    case .binary(.and, let left, let right):
      guard let left = RowTest(left), let right = RowTest(right) else { return nil }
      self = .and(left, right)
    case .binary(.or, let left, let right):
      guard let left = RowTest(left), let right = RowTest(right) else { return nil }
      self = .or(left, right)
    case .not(let operand):
      guard let test = RowTest(operand) else { return nil }
      self = .not(test)
    case .binary(let operation, let left, let right):
      guard let comparison = Comparison(operation), let column = left.columnIndex, let value = right.constantValue,
        !value.isNull
      else { return nil }
      self = .compare(column, comparison, value)
    case .membership(let operand, let list, let isNegated):
      guard let column = operand.columnIndex, list.elements.validity == nil, list.elements.count <= 1000 else {
        return nil
      }
      let values = (0..<list.elements.count).map { list.elements[$0] }
      self = isNegated ? .not(.isIn(column, values)) : .isIn(column, values)
    case .nullTest(let operand, let isNegated):
      guard let column = operand.columnIndex else { return nil }
      self = isNegated ? .not(.isNull(column)) : .isNull(column)
    default: return nil
    }
  }
}

extension RowTest.Comparison {
  fileprivate init?(_ operation: BinaryOperator) {
    switch operation {
    case .equal: self = .equal
    case .notEqual: self = .notEqual
    case .less: self = .less
    case .lessOrEqual: self = .lessOrEqual
    case .greater: self = .greater
    case .greaterOrEqual: self = .greaterOrEqual
    default: return nil
    }
  }
}
