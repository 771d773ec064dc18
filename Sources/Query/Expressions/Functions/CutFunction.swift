import Diagnostics
import Tables

extension Function {
  static let cut = Function(
    "cut", topic: "numbers", [Parameter("x", .number), Parameter("breaks", .list, constant: true)],
    summary: "the interval that contains the number, as text; a break belongs to the interval below it",
    examples: [
      Example("table a = [5, 10, 11, 99] | with b = cut(a, [10, 20])", "(-inf, 10], (10, 20] and (20, inf]"),
      Example(
        "train | group_by user_id | group_by orders = cut(len, [1, 2, 5])", "how many users have how many orders"),
    ],
    typing: { (arguments) throws(Diagnostic) in
      let breaks = arguments[1]
      guard case .list(let list) = breaks.node else {
        if breaks.constantValue?.isNull == true { return .string }
        throw .wrongType(breaks, expected: "a list of numbers", by: "`cut`", hint: "`cut(x, [10, 20, 30])`")
      }
      let elements = list.elements
      guard elements.type.isNumeric, elements.count > 0, elements.nullCount == 0 else {
        throw .wrongType(breaks, expected: "a list of numbers", by: "`cut`", hint: "`cut(x, [10, 20, 30])`")
      }
      guard elements.count <= 1_000 else {
        throw Diagnostic("`cut` takes at most 1,000 breaks, found \(elements.count)", at: breaks.span)
      }
      let numbers = (0..<elements.count).map { elements[$0].number ?? .nan }
      guard zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }), !numbers.contains(where: \.isNaN) else {
        throw Diagnostic("the breaks of `cut` must ascend", at: breaks.span)
      }
      return .string
    },
    body: .row { (call) throws(Diagnostic) in
      let column = try call.column(0)
      guard case .list(let list) = call.arguments[1], column.type != .null else {
        return .nulls(.string, count: call.rowCount)
      }
      let breaks = list.elements
      var places = [UInt32](repeating: 0, count: call.rowCount)
      for index in 0..<breaks.count {
        let edge = try Column(repeating: breaks[index], breaks.type, count: call.rowCount)
        let isAbove = try Truth(compared(column, .greater, edge)).isTrue
        for row in 0..<call.rowCount where isAbove[row] { places[row] += 1 }
      }
      let ends = ["-inf"] + (0..<breaks.count).map { breaks[$0].description } + ["inf"]
      var labels = TextDictionaryBuilder()
      let codes = (0...breaks.count).map { place in
        labels.code(for: Buffer(Array("(\(ends[place]), \(ends[place + 1])]".utf8)).span)
      }
      let texts = TextValues(
        codes: Buffer(places.map { codes[Int($0)] }), dictionary: labels.dictionary())
      // NaN lies in no interval: it becomes null.
      let isNumber = try column.type.isFloat ? Truth(compared(column, .equal, column.notANumbers)).isTrue : nil
      let validity = Bitmap.intersection(column.validity, isNumber.map { ~$0 })
      return Column(.string, .text(texts), validity: validity)
    })
}

extension Column {
  /// A column of the same type and length in which all values are NaN.
  fileprivate var notANumbers: Column {
    get throws(Diagnostic) { try Column(repeating: .float(.nan), type, count: count) }
  }
}
