import Diagnostics
import Tables

// List functions. The kernels are in `Tables`; this file declares the functions.

extension Function {
  static let listLength = Function(
    "list_len", synonyms: ["list_length"], topic: "lists", [Parameter("x", .list)],
    summary: "the number of elements", examples: [listExample("n = list_len(ids)")], traits: .neverFails,
    typing: gives(.u32),
    body: .row { (call) throws(Diagnostic) in try listLengths(call.lists(0)) })

  static let listContains = Function(
    "list_contains", topic: "lists", [Parameter("x", .list), Parameter("value", .anything)],
    summary: "whether the list contains a value", examples: [listExample("found = list_contains(ids, 7)")],
    traits: .neverFails,
    typing: { (arguments) throws(Diagnostic) in
      guard case .list(let element) = arguments[0].type, element.isComparable(with: arguments[1].type) else {
        throw .mismatch("`list_contains`", arguments[0], arguments[1])
      }
      return .bool
    },
    body: .row { (call) throws(Diagnostic) in
      let wanted = try call.oneOrMany(1)
      if wanted.nullCount == wanted.count { return .nulls(.bool, count: call.rowCount) }
      let found = try Tables.listContains(call.lists(0), wanted)
      let known = wanted.count == found.count ? wanted.validity : nil
      return Column(.bool, found.values, validity: Bitmap.intersection(found.validity, known))
    })

  static let listGet = Function(
    "list_get", topic: "lists", [Parameter("x", .list), Parameter("index", .wholeNumber)],
    summary: "the element at a position, counted from 0, or from the end if negative; null outside the list",
    examples: [listExample("second = list_get(ids, 1)")], typing: elementType,
    body: .row { (call) throws(Diagnostic) in try listElements(call.oneListOrMany(0), at: call.oneOrMany(1)) })

  static let listFirst = Function(
    "list_first", topic: "lists", [Parameter("x", .list)], summary: "the first element; null for an empty list",
    examples: [listExample("first = list_first(ids)")], typing: elementType,
    body: .row { (call) throws(Diagnostic) in try listEdges(call.lists(0), last: false) })

  static let listLast = Function(
    "list_last", topic: "lists", [Parameter("x", .list)], summary: "the last element; null for an empty list",
    examples: [listExample("last = list_last(ids)")], typing: elementType,
    body: .row { (call) throws(Diagnostic) in try listEdges(call.lists(0), last: true) })

  static let listSlice = Function(
    "list_slice", topic: "lists",
    [
      Parameter("x", .list), Parameter("from", .wholeNumber, constant: true),
      Parameter("count", .wholeNumber, optional: true, constant: true),
    ],
    summary:
      "consecutive elements from a position, counted from 0, or from the end if negative; up to the end, or `count` elements",
    examples: [listExample("top = list_slice(ids, 0, 3)")], typing: keepsType,
    body: .row { (call) throws(Diagnostic) in
      let count = call.arguments.count > 2 ? call.arguments[2].integer : nil
      if let count, count < 0 { throw Diagnostic("a count of elements cannot be negative", at: call.span) }
      return try listSlices(call.lists(0), offset: call.arguments[1].integer ?? 0, length: count)
    })

  static let listReverse = Function(
    "list_reverse", topic: "lists", [Parameter("x", .list)], summary: "the elements in reverse order",
    examples: [listExample("back = list_reverse(ids)")], typing: keepsType,
    body: .row { (call) throws(Diagnostic) in try listReversed(call.lists(0)) })

  static let listSort = Function(
    "list_sort", topic: "lists", [Parameter("x", .list)], summary: "the elements in ascending order, nulls last",
    examples: [listExample("sorted = list_sort(ids)")], typing: keepsType,
    body: .row { (call) throws(Diagnostic) in try listSorted(call.lists(0)) })

  static let listUnique = Function(
    "list_unique", synonyms: ["list_distinct"], topic: "lists", [Parameter("x", .list)],
    summary: "the distinct elements, in the order of first occurrence",
    examples: [listExample("distinct = list_unique(ids)")],
    typing: keepsType, body: .row { (call) throws(Diagnostic) in try Tables.listUnique(call.lists(0)) })

  static let listSum = aggregate("list_sum", .sum, "the sum of the elements")
  static let listMean = aggregate("list_mean", .mean, "the mean of the elements")
  static let listMin = aggregate("list_min", .min, "the smallest element")
  static let listMax = aggregate("list_max", .max, "the greatest element")

  static let setIntersect = combination("set_intersect", .intersection, "the distinct elements that are in both lists")
  static let setUnion = combination("set_union", .union, "the distinct elements that are in at least one of the lists")
  static let setDifference = combination(
    "set_difference", .difference, "the distinct elements of the first list that are not in the second")

  private static func listExample(_ assignment: String) -> Example {
    Example("train | group_by user_id agg ids = list(product_id) | with \(assignment) | head 3", "")
  }

  private static func aggregate(_ name: String, _ kind: Aggregate, _ summary: String) -> Function {
    Function(
      name, topic: "lists", [Parameter("x", .list)], summary: summary, examples: [listExample("x = \(name)(ids)")],
      typing: { (arguments) throws(Diagnostic) in
        let list = arguments[0]
        guard case .list(let element) = list.type else { return .null }
        return try located(at: list.span) { () throws(Diagnostic) in try kind.type(of: element) }
      },
      body: .row { (call) throws(Diagnostic) in try listAggregate(kind, call.lists(0)) })
  }

  private static func combination(_ name: String, _ operation: ListSetOperation, _ summary: String) -> Function {
    Function(
      name, topic: "lists", [Parameter("a", .list), Parameter("b", .list)],
      summary: summary + ", in the order of first occurrence", examples: [listExample("x = \(name)(ids, [1, 2])")],
      typing: commonLists,
      body: .row { (call) throws(Diagnostic) in
        let left = try operation == .intersection ? call.oneListOrMany(0) : call.lists(0)
        return try listSets(operation, left, call.oneListOrMany(1))
      })
  }
}

extension RowCall {
  /// An argument's lists with only their own elements in the child column, so that work for a row range does not touch
  /// other elements.
  fileprivate func lists(_ index: Int) throws(Diagnostic) -> Column {
    let column = try column(index)
    guard case .list(let lists) = column.values else { return column }
    let (start, end) = (lists.offsets[0], lists.offsets[lists.count])
    if start == 0, end == lists.child.count { return column }
    let offsets = Buffer(lists.offsets.array.map { $0 - start })
    return Column(
      column.type, .list(ListValues(offsets: offsets, child: lists.child[start..<end])), validity: column.validity)
  }

  /// An argument's lists: one row for a constant, unless all arguments are constant.
  fileprivate func oneListOrMany(_ index: Int) throws(Diagnostic) -> Column {
    let others = arguments.enumerated().contains { $0.offset != index && !$0.element.isConstant }
    return try arguments[index].isConstant && others ? oneOrMany(index) : lists(index)
  }

  /// An argument as a column; a constant gives one row.
  fileprivate func oneOrMany(_ index: Int) throws(Diagnostic) -> Column {
    if case .column(let column) = arguments[index] { return column }
    return try arguments[index].column(count: 1)
  }
}
