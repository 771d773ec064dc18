import Diagnostics
import Tables

// List functions with a formula for each element: `it` is the element, other names are columns of the row.

extension Function {
  static let listFilter = Function(
    "list_filter", topic: "lists", [Parameter("x", .list), Parameter("condition", .truth)],
    summary: "the elements for which a condition is true; `it` is the element",
    examples: [
      Example("test | group_by user_id agg ids = list(product_id) | with ids = list_filter(ids, it > 1) | head 3", "")
    ],
    typing: keepsType,
    body: .elements { (lists, conditions) throws(Diagnostic) in try filteredLists(lists, by: conditions) })

  static let listMap = Function(
    "list_map", synonyms: ["list_transform"], topic: "lists", [Parameter("x", .list), Parameter("formula", .anything)],
    summary: "the value of a formula for each element; `it` is the element",
    examples: [
      Example("test | group_by user_id agg ids = list(product_id) | with twice = list_map(ids, it * 2) | head 3", "")
    ],
    typing: { (arguments) throws(Diagnostic) in .list(arguments[1].type) },
    body: .elements { (lists, values) throws(Diagnostic) in try replacedElements(of: lists, by: values) })

  static let listZip = Function(
    "list_zip", topic: "lists", [Parameter("x", .list), Parameter("y", .list)],
    summary: "pairs of the elements at the same place, as structs with the fields `first` and `second`",
    examples: [
      Example(
        "table a = [1], b = [2] | group_by k = 1 agg a = list(a), b = list(b) | with sums = list_map(list_zip(a, b), it.first + it.second)",
        "lists of different lengths are an error")
    ],
    typing: { (arguments) throws(Diagnostic) in
      func element(_ type: DataType) -> DataType { if case .list(let element) = type { element } else { .null } }
      return .list(
        .structure([Field("first", element(arguments[0].type)), Field("second", element(arguments[1].type))]))
    },
    body: .row { (call) throws(Diagnostic) in
      let pair = try zippedLists(call.column(0), call.column(1))
      guard let row = pair.firstDifferent else { return pair.lists }
      throw Diagnostic(
        "the lists have different lengths\(inRow(call.numbers[row]))", at: call.span,
        hint: "`list_slice` cuts the longer one")
    })
}
