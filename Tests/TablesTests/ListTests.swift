import Diagnostics
import Tables
import Testing

@Suite struct ListTests {
  private let elements: [DataType] = [.i64, .f64, .string]

  private func lists(_ element: DataType, seed: Int) throws -> Column {
    try SampleColumns.column(.list(element), count: 150, seed: seed)
  }

  private func elements(_ value: Value) -> [Value]? { if case .list(let elements) = value { elements } else { nil } }

  private func distinct(_ values: [Value]) -> [Value] {
    values.reduce(into: []) { kept, value in if !kept.contains(value) { kept.append(value) } }
  }

  @Test func `a list that stands for all rows is intersected once`() throws {
    for element in elements {
      let column = try lists(element, seed: 5)
      let one = try Column(
        listsOf: element, [(0..<column.count).flatMap { elements(column[$0]) ?? [] }.suffix(20).reversed()])
      let repeated = try gather(one, rows: [UInt32](repeating: 0, count: column.count))
      #expect(try listSets(.intersection, one, column).equals(listSets(.intersection, repeated, column)))
      for operation in [ListSetOperation.intersection, .union, .difference] {
        #expect(try listSets(operation, column, one).equals(listSets(operation, column, repeated)))
      }
      let nothing = try Column(listsOf: element, [nil])
      #expect(try listSets(.intersection, nothing, column).nullCount == column.count)
      let places = Column((0..<column.count).map { $0 % 25 - 2 })
      #expect(try listElements(one, at: places).equals(listElements(repeated, at: places)))
    }
  }

  @Test func `functions of lists are those of arrays, null of null`() throws {
    for element in elements {
      let column = try lists(element, seed: 4)
      func expect(_ found: Column, _ naive: ([Value]) -> Value) {
        for row in 0..<column.count {
          let expected = elements(column[row]).map(naive) ?? .null
          #expect(found[row] == expected)
        }
      }
      expect(try listLengths(column)) { .integer(Int128($0.count)) }
      expect(try listReversed(column)) { .list($0.reversed()) }
      expect(try listUnique(column)) { .list(distinct($0)) }
      expect(try listSlices(column, offset: 1, length: 1)) { .list(Array($0.dropFirst().prefix(1))) }
      expect(try listSlices(column, offset: -2, length: nil)) { .list(Array($0.suffix(2))) }
      expect(try listSlices(column, offset: .min, length: .max)) { .list($0.dropLast()) }
      expect(try listEdges(column, last: false)) { $0.first ?? .null }
      expect(try listEdges(column, last: true)) { $0.last ?? .null }
      expect(try listElements(column, at: Column([1]))) { $0.count > 1 ? $0[1] : .null }
      expect(try listElements(column, at: Column([-1]))) { $0.last ?? .null }
      expect(try listAggregate(.min, column)) { $0.filter { !$0.isNull }.min(by: { naivePrecedes($0, $1) }) ?? .null }
      for row in 0..<column.count {
        guard let found = elements(try listSorted(column)[row]), let own = elements(column[row]) else { continue }
        #expect(found.count == own.count)
        #expect(zip(found, found.dropFirst()).allSatisfy { !naivePrecedes($1, $0) })
      }
      let wanted = column.all.lazy.compactMap(elements).first { !$0.isEmpty }?[0] ?? .null
      expect(try listContains(column, try Column(element, [wanted]))) { .bool($0.contains(wanted)) }
    }
  }

  @Test func `sets of lists`() throws {
    for element in elements {
      let (left, right) = (try lists(element, seed: 4), try lists(element, seed: 5))
      for operation in [ListSetOperation.intersection, .union, .difference] {
        let found = try listSets(operation, left, right)
        for row in 0..<left.count {
          guard let a = elements(left[row]), let b = elements(right[row]) else {
            #expect(found[row] == .null)
            continue
          }
          let expected =
            switch operation {
            case .intersection: distinct(a).filter(b.contains)
            case .union: distinct(a + b)
            case .difference: distinct(a).filter { !b.contains($0) }
            }
          #expect(found[row] == .list(expected))
        }
      }
    }
    let one = try Column(listsOf: .i64, [[.integer(2), .integer(1)]])
    let many = try Column(listsOf: .i64, [[.integer(1)], nil, [.integer(3)]])
    #expect(try listSets(.intersection, many, one).all == [.list([.integer(1)]), .null, .list([])])
  }

  @Test func `explode gives a row an element and counts what went away`() throws {
    let lists = try Column(listsOf: .string, [[.text("a"), .text("б")], [], nil, [.null]])
    let table = Table([("id", Column([1, 2, 3, 4])), ("list", lists)])
    let found = try explode(table, column: 1)
    #expect(found.droppedEmpty == 1 && found.droppedNull == 1)
    #expect(found.table.equals(Table([("id", Column([1, 1, 4])), ("list", Column(["a", "б", nil]))])))
    let kept = try explode(table, column: 1, keepsEmpty: true)
    #expect(kept.droppedEmpty == 0 && kept.droppedNull == 0)
    #expect(kept.table.columns[0].equals(Column([1, 1, 2, 3, 4])))
    #expect(kept.table.columns[1].equals(Column(["a", "б", nil, nil, nil])))
    #expect(throws: Diagnostic.cannotAggregate("explode", .i64)) { try explode(table, column: 0) }
  }

  @Test func `a list that fills a set's table keeps its order`() throws {
    let numbers = (0..<3000).map { Value.integer(Int128($0 % 1100)) }
    let column = try Column(listsOf: .i64, [numbers, numbers.reversed()])
    #expect(elements(try listUnique(column)[0]) == Array(numbers.prefix(1100)))
    #expect(try listAggregate(.distinctCount, column).all == [.integer(1100), .integer(1100)])
  }
}
