import Diagnostics
import Tables

/// The numbers of an operand: one per row, or one for all rows.
enum Numbers<Number: BitwiseCopyable & Sendable> {
  case constant(Number)
  case rows(Buffer<Number>)

  subscript(row: Int) -> Number {
    switch self {
    case .constant(let number): number
    case .rows(let buffer): buffer[row]
    }
  }
}

/// Applies `body` to every row of one operand.
@inline(__always)
func mapped<A: BitwiseCopyable & Sendable, Result: ColumnElement>(
  _ a: Buffer<A>, _ body: (A) -> Result
) -> Buffer<Result> {
  var results = [Result](repeating: Result.placeholder, count: a.count)
  let values = a.span
  var output = results.mutableSpan
  for row in 0..<values.count { output[row] = body(values[row]) }
  return Buffer(results)
}

/// Applies `body` to every row of two operands.
@inline(__always)
func zipped<A: BitwiseCopyable & Sendable, B: BitwiseCopyable & Sendable, Result: ColumnElement>(
  _ a: Numbers<A>, _ b: Numbers<B>, count: Int, _ body: (A, B) -> Result
) -> Buffer<Result> {
  var results = [Result](repeating: Result.placeholder, count: count)
  var output = results.mutableSpan
  switch (a, b) {
  case (.rows(let a), .rows(let b)):
    let (left, right) = (a.span, b.span)
    precondition(left.count == count && right.count == count, "operands of different lengths")
    for row in 0..<count { output[row] = body(left[row], right[row]) }
  case (.rows(let a), .constant(let right)):
    let left = a.span
    precondition(left.count == count, "operands of different lengths")
    for row in 0..<count { output[row] = body(left[row], right) }
  case (.constant(let left), .rows(let b)):
    let right = b.span
    precondition(right.count == count, "operands of different lengths")
    for row in 0..<count { output[row] = body(left, right[row]) }
  case (.constant(let left), .constant(let right)):
    for row in 0..<count { output[row] = body(left, right) }
  }
  return Buffer(results)
}
