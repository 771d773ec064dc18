import Diagnostics
import RandomNumbers
import Tables

extension Function {
  static let least = extreme("least", .less, "the smallest argument of the row, without nulls")
  static let greatest = extreme("greatest", .greater, "the greatest argument of the row, without nulls")

  static let coalesce = Function(
    "coalesce", synonyms: ["if_null"], topic: "numbers",
    [Parameter("a", .anything), Parameter("b", .anything, repeated: true)],
    summary: "the first argument that is not null",
    examples: [Example("table a = [1, null], b = [7, 8] | with c = coalesce(a, b)", "1 and 8")],
    traits: [.neverFails, .takesFirstKnown], typing: commonType,
    body: .row { (call) throws(Diagnostic) in
      var result = try call.column(0)
      for index in 1..<call.arguments.count {
        guard let valid = result.validity else { break }
        result = try choose(valid, result, call.column(index))
      }
      return result
    })

  static let hash = Function(
    "hash", topic: "numbers", [Parameter("x", .anything)],
    summary: "a hash value of type u64, equal for equal values in every run and on every machine; null for null",
    examples: [Example("table a = [1, 2] | with h = hash(a) % 100", "spread over a hundred buckets")],
    typing: gives(.u64),
    body: .row { (call) throws(Diagnostic) in
      let column = try call.column(0)
      return Column(.u64, .u64(try hashed(column)), validity: column.validity)
    })

  private static func extreme(_ name: String, _ better: BinaryOperator, _ summary: String) -> Function {
    Function(
      name, topic: "numbers", [Parameter("a", .anything), Parameter("b", .anything, repeated: true)], summary: summary,
      examples: [Example("table a = [1, 9], b = [5, 2] | with c = \(name)(a, b)", "row by row")], traits: .neverFails,
      typing: commonType,
      body: .row { (call) throws(Diagnostic) in
        var result = try call.column(0)
        for index in 1..<call.arguments.count {
          let other = try call.column(index)
          let isBetter = try Truth(compared(other, better, result)).isTrue
          let isMissing = result.validity.map { ~$0 } ?? Bitmap(repeating: false, count: result.count)
          result = try choose(isBetter | isMissing, other, result)
        }
        return result
      })
  }
}

/// Hashes of values. Equal values of one type have equal hashes, and so do integers and floats of the same value within
/// the range of i64. Decimals are hashed by their unscaled value.
private func hashed(_ column: Column) throws(Diagnostic) -> Buffer<UInt64> {
  switch column.values {
  case .null(let count): return Buffer(repeating: 0, count: count)
  case .bool(let bits): return Buffer((0..<bits.count).map { splitMix64(bits[$0] ? 1 : 0) })
  case .text(let text):
    let stored = text.dictionary.bytes
    return mapped(text.codes) { code in
      let bytes = stored.span
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for position in text.dictionary.range(code) { hash = (hash ^ UInt64(bytes[position])) &* 0x100_0000_01B3 }
      return splitMix64(hash)
    }
  case .list(let lists):
    let elements = try hashed(lists.child)
    return Buffer((0..<lists.count).map { row in lists.range(row).reduce(7) { splitMix64($0 ^ elements[$1]) } })
  case .structure(let members, let count):
    var result = Buffer<UInt64>(repeating: 7, count: count)
    for member in members {
      result = zipped(.rows(result), .rows(try hashed(member)), count: count) { splitMix64($0 ^ $1) }
    }
    return result
  default: return try column.values.run(NumberHash()) ?? Buffer(repeating: 0, count: column.count)
  }
}

private struct NumberHash: NumberKernel {
  func integers<Number: ColumnElement & FixedWidthInteger>(
    _ buffer: Buffer<Number>
  ) throws(Diagnostic) -> Buffer<UInt64> { mapped(buffer) { splitMix64(UInt64(truncatingIfNeeded: $0)) } }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(
    _ buffer: Buffer<Number>
  ) throws(Diagnostic) -> Buffer<UInt64> {
    mapped(buffer) { number in
      if let whole = Int64(exactly: number) { return splitMix64(UInt64(bitPattern: whole)) }
      return splitMix64(number.isNaN ? Double.nan.bitPattern : Double(number).bitPattern)
    }
  }
}
