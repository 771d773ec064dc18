import Diagnostics
import Tables

// Functions that write other values as text.

extension Function {
  static let toText = Function(
    "to_text", topic: "text", [Parameter("x", .anything)],
    summary: "the value as text, like `cast(x, str)`",
    examples: [Example("train | with id = to_text(product_id) | head 3", "")],
    typing: { (arguments) throws(Diagnostic) in
      guard arguments[0].type.canBecome(.string) else {
        throw .wrongType(arguments[0], expected: "what can be written as text", by: "`to_text`")
      }
      arguments[0] = arguments[0].cast(to: .string, by: .strict)
      return .string
    },
    body: .row { (call) throws(Diagnostic) in try call.column(0) })

  static let joinText = Function(
    "join_text", topic: "text", [Parameter("x", .list), Parameter("separator", .text, constant: true)],
    summary: "the elements of a list joined to one text, without nulls",
    examples: [
      Example("train | group_by user_id agg ids = list(product_id) | with ids = join_text(ids, \", \") | head 3", "")
    ],
    typing: { (arguments) throws(Diagnostic) in
      let element: DataType = if case .list(let element) = arguments[0].type { element } else { .null }
      guard element.canBecome(.string) else {
        throw .wrongType(arguments[0], expected: "a list of what can be written as text", by: "`join_text`")
      }
      arguments[0] = arguments[0].cast(to: .list(.string), by: .strict)
      return .string
    },
    body: .row { (call) throws(Diagnostic) in
      let column = try call.column(0)
      guard case .list(let lists) = column.values, case .text(let separator)? = call.arguments[1].value else {
        return .nulls(.string, count: call.rowCount)
      }
      let elements = lists.child
      var builder = TextColumnBuilder(capacity: call.rowCount)
      for row in 0..<call.rowCount {
        if column.isNull(row) {
          builder.appendNull()
          continue
        }
        var joined: [UInt8] = []
        var isFirst = true
        for index in lists.offsets[row]..<lists.offsets[row + 1] where !elements.isNull(index) {
          guard case .text(let texts) = elements.values else { continue }
          if !isFirst { joined += separator.bytes.array }
          joined += texts[index].bytes.array
          isFirst = false
        }
        builder.append(joined)
      }
      return builder.column()
    })
}
