import Diagnostics
import Tables

extension Function {
  static let listLength = Function(
    "list_len", synonyms: ["list_length"], topic: "lists", [Parameter("x", .list)],
    summary: "how many elements a list has",
    examples: [listExample("n = list_len(ids)")], typing: gives(.u32),
    body: .row { (call) throws(Diagnostic) in
      let lists = try call.lists()
      return Column(
        .u32, .u32(Buffer((0..<lists.count).map { UInt32(lists.range($0).count) })), validity: lists.validity)
    })

  static let listContains = Function(
    "list_contains", topic: "lists", [Parameter("x", .list), Parameter("value", .anything)],
    summary: "whether a list has a value among its elements", examples: [listExample("found = list_contains(ids, 7)")],
    typing: { (arguments) throws(Diagnostic) in
      guard case .list(let element) = arguments[0].type, element.isComparable(with: arguments[1].type) else {
        throw .mismatch("`list_contains`", arguments[0], arguments[1])
      }
      return .bool
    },
    body: .row { (call) throws(Diagnostic) in
      let lists = try call.lists()
      let equal: Column
      if let constant = call.arguments[1].value {
        if constant.isNull || lists.elements.type == .null { return .nulls(.bool, count: call.rowCount) }
        equal = try compared(lists.elements, .equal, constant)
      } else {
        equal = try compared(lists.elements, .equal, gather(call.column(1), rows: lists.rowOfElement))
      }
      let found = Truth(equal).isTrue
      let result = bits(count: lists.count) { row in lists.range(row).contains { found[$0] } }
      let wanted = try call.arguments[1].value == nil ? call.column(1).validity : nil
      return Column(.bool, .bool(result), validity: Bitmap.intersection(lists.validity, wanted))
    })

  static let listGet = Function(
    "list_get", topic: "lists", [Parameter("x", .list), Parameter("index", .wholeNumber)],
    summary: "the element at a position from 0, or from the end where it is negative; null outside",
    examples: [listExample("second = list_get(ids, 1)")], typing: elementType,
    body: .row { (call) throws(Diagnostic) in
      let indices = try converted(call.column(1), to: .i64)
      return try element(call) { row, range in
        guard case .integer(let index) = indices[row] else { return nil }
        let position = index < 0 ? Int(clamping: index) + range.count : Int(clamping: index)
        return position >= 0 && position < range.count ? range.lowerBound + position : nil
      }
    })

  static let listFirst = Function(
    "list_first", topic: "lists", [Parameter("x", .list)], summary: "the first element, null of an empty list",
    examples: [listExample("first = list_first(ids)")], typing: elementType,
    body: .row { (call) throws(Diagnostic) in try element(call) { $1.first } })

  static let listLast = Function(
    "list_last", topic: "lists", [Parameter("x", .list)], summary: "the last element, null of an empty list",
    examples: [listExample("last = list_last(ids)")], typing: elementType,
    body: .row { (call) throws(Diagnostic) in try element(call) { $1.last } })

  static let listSlice = Function(
    "list_slice", synonyms: ["list_head"], topic: "lists",
    [
      Parameter("x", .list), Parameter("from", .wholeNumber, constant: true),
      Parameter("count", .wholeNumber, optional: true, constant: true),
    ],
    summary: "some elements, counted from 0; a negative start counts from the end",
    examples: [listExample("top = list_slice(ids, 0, 3)")], typing: keepsType,
    body: .row { (call) throws(Diagnostic) in
      let offset = call.arguments[1].integer ?? 0
      let count = call.arguments.count > 2 ? call.arguments[2].integer : nil
      if let count, count < 0 { throw Diagnostic("a count of elements cannot be negative", at: call.span) }
      return try call.lists().lists(call.resultType) { range, positions in
        let chosen = sliceRange(offset: offset, count: count, rowCount: range.count)
        positions.append(contentsOf: chosen.map { UInt32(range.lowerBound + $0) })
      }
    })

  static let listReverse = Function(
    "list_reverse", topic: "lists", [Parameter("x", .list)], summary: "the elements from last to first",
    examples: [listExample("back = list_reverse(ids)")], typing: keepsType,
    body: .row { (call) throws(Diagnostic) in
      try call.lists().lists(call.resultType) { range, positions in
        positions.append(contentsOf: range.reversed().map { UInt32($0) })
      }
    })

  static let listSort = Function(
    "list_sort", topic: "lists", [Parameter("x", .list)], summary: "the elements in ascending order, nulls last",
    examples: [listExample("sorted = list_sort(ids)")], typing: keepsType,
    body: .row { (call) throws(Diagnostic) in
      let lists = try call.lists()
      let order = try argsort(
        [Tables.SortKey(Column(lists.rowOfElement)), Tables.SortKey(lists.elements)], count: lists.elements.count)
      return try lists.lists(call.resultType) { range, positions in positions.append(contentsOf: order[range]) }
    })

  static let listUnique = Function(
    "list_unique", synonyms: ["list_distinct"], topic: "lists", [Parameter("x", .list)],
    summary: "the distinct elements, in order of appearance", examples: [listExample("distinct = list_unique(ids)")],
    typing: keepsType,
    body: .row { (call) throws(Diagnostic) in
      let lists = try call.lists()
      return lists.values(try Tables.aggregate(.unique, of: lists.elements, over: lists.runs))
    })

  static let listSum = listAggregate("list_sum", .sum, "the sum of the elements")
  static let listMean = listAggregate("list_mean", .mean, "the mean of the elements")
  static let listMin = listAggregate("list_min", .min, "the smallest element")
  static let listMax = listAggregate("list_max", .max, "the greatest element")

  static let setIntersect = setOperation("set_intersect", "the distinct elements that are in both lists") {
    inFirst, inSecond in inFirst && inSecond
  }
  static let setUnion = setOperation("set_union", "the distinct elements that are in one of the lists") { _, _ in true }
  static let setDifference = setOperation(
    "set_difference", "the distinct elements of the first list that are not in the second"
  ) { inFirst, inSecond in inFirst && !inSecond }

  private static func listExample(_ assignment: String) -> Example {
    Example("train | group_by user_id agg ids = list(product_id) | with \(assignment) | head 3", "")
  }

  /// The element that `position` picks out of each row's list.
  private static func element(
    _ call: RowCall, _ position: (Int, Range<Int>) -> Int?
  ) throws(Diagnostic) -> Column {
    let lists = try call.lists()
    let rows = (0..<lists.count).map { row in
      let isNull = lists.validity.map { !$0[row] } ?? false
      return isNull ? missingRow : position(row, lists.range(row)).map { UInt32($0) } ?? missingRow
    }
    return try gather(lists.elements, rows: rows)
  }

  private static func listAggregate(_ name: String, _ kind: Aggregate, _ summary: String) -> Function {
    Function(
      name, topic: "lists", [Parameter("x", .list)], summary: summary, examples: [listExample("x = \(name)(ids)")],
      typing: { (arguments) throws(Diagnostic) in
        let list = arguments[0]
        guard case .list(let element) = list.type else { return .null }
        return try located(at: list.span) { () throws(Diagnostic) in try kind.type(of: element) }
      },
      body: .row { (call) throws(Diagnostic) in
        let lists = try call.lists()
        return lists.values(try Tables.aggregate(kind, of: lists.elements, over: lists.runs))
      })
  }

  /// Elements of both lists become numbers that are equal where they are; marks on the numbers then say which list has
  /// an element, in a pass over each.
  private static func setOperation(
    _ name: String, _ summary: String, _ keeps: @escaping @Sendable (Bool, Bool) -> Bool
  ) -> Function {
    Function(
      name, topic: "lists", [Parameter("a", .list), Parameter("b", .list)],
      summary: summary + ", in order of appearance", examples: [listExample("x = \(name)(ids, [1, 2])")],
      typing: commonLists,
      body: .row { (call) throws(Diagnostic) in
        let (first, second) = (try call.lists(0), try call.lists(1))
        let elements = try Tables.concat([first.elements, second.elements])
        let numbers = try Grouping(by: [elements], count: elements.count)
        // A number is marked by the row that saw it last, so that nothing is cleared between rows.
        let unmarked = [UInt32](repeating: 0, count: numbers.groupCount)
        var (inFirst, inSecond, isDone) = (unmarked, unmarked, unmarked)
        var positions: [UInt32] = []
        var offsets = [0]
        let shift = first.elements.count
        for row in 0..<first.count {
          let mark = UInt32(row + 1)
          let other = second.range(row).lowerBound + shift..<second.range(row).upperBound + shift
          for position in first.range(row) { inFirst[Int(numbers.groupOfRow[position])] = mark }
          for position in other { inSecond[Int(numbers.groupOfRow[position])] = mark }
          for position in [first.range(row), other].joined() {
            let number = Int(numbers.groupOfRow[position])
            guard isDone[number] != mark, keeps(inFirst[number] == mark, inSecond[number] == mark) else { continue }
            isDone[number] = mark
            positions.append(UInt32(position))
          }
          offsets.append(positions.count)
        }
        let lists = ListValues(offsets: Buffer(offsets), child: try gather(elements, rows: positions))
        return Column(call.resultType, .list(lists), validity: Bitmap.intersection(first.validity, second.validity))
      })
  }
}
