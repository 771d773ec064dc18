import Diagnostics
import Tables

extension Function {
  /// The same aggregate with one more argument, a condition: only rows in which it is true count.
  var filtered: Function {
    let inner = self
    return Function(
      name + " where", topic: topic, parameters + [Parameter("condition", .truth)], summary: summary,
      examples: examples,
      traits: traits.intersection(.dependsOnOrder),
      typing: { (arguments) throws(Diagnostic) in
        guard let condition = arguments.popLast() else { throw .fault("a condition is missing") }
        let type = try inner.typing(&arguments)
        arguments.append(condition)
        return type
      },
      body: .aggregate { (call) throws(Diagnostic) in
        guard case .aggregate(let kernel) = inner.body else { throw .fault("`\(inner.name)` is not an aggregate") }
        let kept = try call.slices.keeping(where: call.column(call.arguments.count - 1))
        return try kernel(
          GroupCall(arguments: Array(call.arguments.dropLast()), slices: kept, rowCount: call.rowCount, span: call.span)
        )
      },
      framed: { (call) throws(Diagnostic) in
        guard let framed = inner.framed else { return nil }
        let kept = try call.frames.keeping(where: call.column(call.arguments.count - 1))
        return try framed(
          FrameCall(arguments: Array(call.arguments.dropLast()), frames: kept, rowCount: call.rowCount))
      },
      unfilteredName: name)
  }
}
