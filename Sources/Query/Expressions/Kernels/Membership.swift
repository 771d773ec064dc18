import Diagnostics
import Tables

/// The elements of a constant list in a form for fast lookups. Nulls in the list match nothing.
///
/// The elements have the type of the column (`ConstantList.fitting`). Up to 8 elements are compared one by one, which
/// vectorises. More whole numbers, and types stored as such, become a bitmap over their range if that is below 2²⁶,
/// else a hash table; floats become a hash table of their bits.
enum MembershipSet: Sendable {
  case few([Value])
  case range(first: Int64, Bitmap)
  case hashed(HashedIndex)
  /// A hash table of the bits of floats.
  case floats(HashedIndex)
  case texts(Set<Text>)
  case values(Set<Value>)

  init(_ elements: Column) {
    let values = (0..<min(elements.count, 9)).map { elements[$0] }.filter { !$0.isNull }
    if elements.count <= 8 {
      self = .few(values)
      return
    }
    if let numbers = elements.wholeNumbers {
      let (least, greatest) = (numbers.min() ?? 0, numbers.max() ?? 0)
      let (width, overflow) = greatest.subtractingReportingOverflow(least)
      if !overflow, width < 1 << 26 {
        var words = [UInt64](repeating: 0, count: Bitmap.wordCount(Int(width) + 1))
        for number in numbers { words[Int(number - least) >> 6] |= 1 << UInt64((number - least) & 63) }
        self = .range(first: least, Bitmap(words: Buffer(words), count: Int(width) + 1))
      } else {
        self = .hashed(HashedIndex(distinct: numbers))
      }
      return
    }
    if elements.type.isFloat {
      let numbers = (0..<elements.count).compactMap { elements[$0].number }
      self = .floats(HashedIndex(distinct: numbers.map(\.identifyingBits)))
      return
    }
    let all = (0..<elements.count).map { elements[$0] }
    let texts = all.compactMap { if case .text(let text) = $0 { text } else { nil } }
    self = elements.type == .string ? .texts(Set(texts)) : .values(Set(all.filter { !$0.isNull }))
  }

  /// The rows of a column whose value is an element.
  func contains(_ column: Column) throws(Diagnostic) -> Bitmap {
    switch self {
    case .few(let values):
      var found = Bitmap(repeating: false, count: column.count)
      for value in values { found = found | Truth(try compared(column, .equal, value)).isTrue }
      return found
    case .range(let first, let members):
      guard let found = try column.values.run(RangeMembership(first: first, members: members)) else { break }
      return found
    case .hashed(let set):
      if let found = try set.members(of: column.values) { return found }
      guard let found = try column.values.run(HashedMembership(set: set)) else { break }
      return found
    case .floats(let set):
      guard let found = try column.values.run(FloatMembership(set: set)) else { break }
      return found
    case .texts(let texts):
      guard case .text(let text) = column.values else { break }
      return bits(count: text.codes.count) { texts.contains(text[$0]) }
    case .values(let values):
      return bits(count: column.count) { values.contains(column[$0]) }
    }
    return bits(count: column.count) { _ in false }
  }
}

private struct RangeMembership: NumberKernel {
  let first: Int64
  let members: Bitmap

  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Bitmap {
    let values = buffer.span
    let words = members.words.span
    let count = UInt64(members.count)
    return bits(of: values) { number in
      guard Number.bitWidth < 64 || Int64(exactly: number) != nil else { return false }
      let offset = UInt64(bitPattern: Int64(truncatingIfNeeded: number) &- first)
      return offset < count && words[Int(offset >> 6)] >> (offset & 63) & 1 == 1
    }
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Bitmap {
    let values = buffer.span
    return bits(of: values) { value in
      guard let whole = Int64(exactly: value) else { return false }
      let offset = UInt64(bitPattern: whole &- first)
      return offset < UInt64(members.count) && members[Int(offset)]
    }
  }
}

private struct HashedMembership: NumberKernel {
  let set: HashedIndex

  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Bitmap {
    let values = buffer.span
    return bits(of: values) { value in
      guard let number = Int64(exactly: value) else { return false }
      return set.contains(number)
    }
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Bitmap {
    let values = buffer.span
    return bits(of: values) { value in
      guard let number = Int64(exactly: value) else { return false }
      return set.contains(number)
    }
  }
}

private struct FloatMembership: NumberKernel {
  let set: HashedIndex

  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Bitmap {
    Bitmap(repeating: false, count: buffer.count)
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Bitmap {
    let values = buffer.span
    return bits(of: values) { set.contains(Double($0).identifyingBits) }
  }
}

extension Double {
  /// Bits that are the same for equal numbers: 0 equals −0, and all NaNs are equal.
  fileprivate var identifyingBits: Int64 { Int64(bitPattern: isNaN ? Double.nan.bitPattern : (self + 0).bitPattern) }
}

extension Column {
  /// The values that are not null as 64-bit integers: also whole floats, days, ticks and unscaled decimals. Nil if a
  /// value is not such a number.
  var wholeNumbers: [Int64]? {
    var numbers: [Int64] = []
    numbers.reserveCapacity(count)
    for row in 0..<count {
      switch self[row] {
      case .null: continue
      case .integer(let value):
        guard let number = Int64(exactly: value) else { return nil }
        numbers.append(number)
      case .float(let value):
        guard let number = Int64(exactly: value) else { return nil }
        numbers.append(number)
      case .decimal(let unscaled, _):
        guard let number = Int64(exactly: unscaled) else { return nil }
        numbers.append(number)
      case .date(let days): numbers.append(Int64(days))
      case .time(let ticks), .datetime(let ticks, _), .zoned(let ticks, _, _), .duration(let ticks, _):
        numbers.append(ticks)
      default: return nil
      }
    }
    return numbers
  }
}
