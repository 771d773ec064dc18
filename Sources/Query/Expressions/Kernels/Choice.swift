import Diagnostics
import Tables

/// The values of `then` in rows where `chosen` is set, else those of `otherwise`; both have the same type.
func choose(_ chosen: Bitmap, _ then: Column, _ otherwise: Column) throws(Diagnostic) -> Column {
  if then.type.isInteger || then.type.isFloat || then.type.isTemporal,
    let values = try then.values.run(NumberChoice(chosen: chosen, other: otherwise.values))
  {
    return Column(then.type, values, validity: validity(chosen, then, otherwise))
  }
  if case .bool(let first) = then.values, case .bool(let second) = otherwise.values {
    let truth = (first & chosen) | (second & ~chosen)
    return Column(.bool, .bool(truth), validity: validity(chosen, then, otherwise))
  }
  // Other types: gathers from the concatenation of both columns.
  let both = try concat([then, otherwise])
  let count = UInt32(then.count)
  return try gather(both, rows: (0..<count).map { chosen[Int($0)] ? $0 : $0 + count })
}

private func validity(_ chosen: Bitmap, _ then: Column, _ otherwise: Column) -> Bitmap? {
  guard then.validity != nil || otherwise.validity != nil else { return nil }
  let (first, second) = (then.validity, otherwise.validity)
  return (first.map { $0 & chosen } ?? chosen) | (second.map { $0 & ~chosen } ?? ~chosen)
}

private struct NumberChoice: NumberKernel {
  let chosen: Bitmap
  let other: ColumnValues

  func integers<Number: ColumnElement & FixedWidthInteger>(
    _ buffer: Buffer<Number>
  ) throws(Diagnostic) -> ColumnValues { try choose(buffer) }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(
    _ buffer: Buffer<Number>
  ) throws(Diagnostic) -> ColumnValues { try choose(buffer) }

  private func choose<Number: ColumnElement>(_ buffer: Buffer<Number>) throws(Diagnostic) -> ColumnValues {
    guard let second = Number.buffer(of: other) else { throw .fault("a choice between two storages") }
    let (left, right, words) = (buffer.span, second.span, chosen.words.span)
    var results = [Number](repeating: Number.placeholder, count: left.count)
    var output = results.mutableSpan
    for row in 0..<left.count {
      output[row] = words[row >> 6] >> UInt64(row & 63) & 1 == 1 ? left[row] : right[row]
    }
    return Number.storage(Buffer(results))
  }
}
