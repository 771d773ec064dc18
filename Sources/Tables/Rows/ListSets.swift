public import Diagnostics
import Parallelism

/// A set operation on two lists.
public enum ListSetOperation: Sendable, Hashable {
  case intersection, union, difference
}

/// Combines the lists of two columns row by row as sets. The result has distinct elements in first-occurrence order of
/// the left list, then (for a union) of the right list. A null list on either side gives null.
///
/// - Complexity: O(elements log elements). The elements of a one-row side count once, plus once for every row in which
///   they are in the result.
/// - Parameter right: has the same number of rows, or one row for all. For an intersection, the left column may have
///   one row instead.
public func listSets(
  _ operation: ListSetOperation, _ left: Column, _ right: Column
) throws(Diagnostic) -> Column {
  let name =
    switch operation {
    case .intersection: "set_intersect"
    case .union: "set_union"
    case .difference: "set_difference"
    }
  let types = try (left.requireLists(for: name).child.type, right.requireLists(for: name).child.type)
  guard let type = DataType.common(types.0, types.1) else { throw .differentTypes(left.type, right.type) }
  if operation == .intersection, left.count == 1, right.count != 1 {
    return try intersections(ofOne: left, right, as: type)
  }
  let isScalar = right.count == 1 && left.count != 1
  return try left.mapElementRanges { (rows, own) throws(Diagnostic) in
    try combined(operation, name, own, isScalar ? right : right[rows], isScalar: isScalar, as: type)
  }
}

private func combined(
  _ operation: ListSetOperation, _ name: String, _ left: Column, _ right: Column, isScalar: Bool, as type: DataType
) throws(Diagnostic) -> Column {
  let own = try left.requireLists(for: name)
  let other = try right.requireLists(for: name).rebased
  let both = try concat([try cast(own.child, to: type), try cast(other.child, to: type)])
  let codes = try KeyEncoder(identityOf: [both], count: both.count).allCodes()
  let shift = own.child.count
  let slices = GroupSlices(rows: nil, offsets: own.offsets)
  let chunks = try slices.mapSliceChunks { (chunk) throws(Diagnostic) in
    var kept: [UInt32] = []
    var lengths: [Int] = []
    var sets = ListPair(operation)
    for row in chunk {
      let before = kept.count
      let range = other.range(isScalar ? 0 : row)
      sets.combine(codes, own.range(row), range.lowerBound + shift..<range.upperBound + shift, into: &kept)
      lengths.append(kept.count - before)
    }
    return (kept, lengths)
  }
  var ends = [0]
  for chunk in chunks { for length in chunk.1 { ends.append((ends.last ?? 0) + length) } }
  let child = try gather(both, rows: try joined(chunks.map(\.0)), hasMissing: false)
  var validity = left.rowValidity
  if let otherValidity = right.rowValidity {
    let spread = isScalar ? Bitmap(repeating: otherValidity[0], count: left.count) : otherValidity
    validity = Bitmap.intersection(validity, spread)
  }
  return Column(.list(type), .list(ListValues(offsets: Buffer(ends), child: child)), validity: validity)
}

/// For every row, the distinct elements of one list that are also in the row's list, in the order of the one list.
///
/// - Complexity: O(elements of both columns), plus sorting the elements found in each row.
private func intersections(ofOne one: Column, _ rows: Column, as type: DataType) throws(Diagnostic) -> Column {
  let own = try one.requireLists(for: "set_intersect").rebased
  let elements = try cast(own.child, to: type)
  return try rows.mapElementRanges { (_, rows) throws(Diagnostic) in
    let other = try rows.requireLists(for: "set_intersect")
    let (codes, found) = try sharedCodes(elements, try cast(other.child, to: type))
    var placeOfCode: [UInt64: UInt32] = [:]
    for place in own.range(0).reversed() { placeOfCode[codes[place]] = UInt32(place) }
    var kept: [UInt32] = []
    var ends = [0]
    for row in 0..<rows.count {
      let places = Set(other.range(row).compactMap { placeOfCode[found[found.startIndex + $0]] })
      kept += places.sorted()
      ends.append(kept.count)
    }
    var validity = rows.rowValidity
    if one.isNull(0) { validity = Bitmap(repeating: false, count: rows.count) }
    let child = try gather(elements, rows: kept, hasMissing: false)
    return Column(.list(type), .list(ListValues(offsets: Buffer(ends), child: child)), validity: validity)
  }
}

/// Scratch memory to combine two lists.
private struct ListPair {
  private let operation: ListSetOperation
  private var sorted: [UInt64] = []
  /// The range of the list that is in `sorted`.
  private var sortedRange: Range<Int>?
  private var seen = SmallSet()

  init(_ operation: ListSetOperation) { self.operation = operation }

  mutating func combine(
    _ codes: [UInt64], _ left: Range<Int>, _ right: Range<Int>, into kept: inout [UInt32]
  ) {
    switch operation {
    case .union:
      // Both lists, one after the other: only the first occurrence of each element is kept.
      let both = Array(codes[left] + codes[right])
      seen.forEachNew(of: both.span, in: 0..<both.count) { place in
        let position = place < left.count ? left.lowerBound + place : right.lowerBound + place - left.count
        kept.append(UInt32(position))
      }
    case .intersection, .difference:
      // A list that is the same in every row is sorted once.
      if sortedRange != right {
        sorted.removeAll(keepingCapacity: true)
        sorted.append(contentsOf: codes[right])
        sorted.sort()
        sortedRange = right
      }
      let others = sorted
      seen.forEachNew(of: codes.span, in: left) { position in
        if others.holds(codes[position]) == (operation == .intersection) { kept.append(UInt32(position)) }
      }
    }
  }
}

extension [UInt64] {
  /// Whether a sorted array contains a code (binary search).
  fileprivate func holds(_ code: UInt64) -> Bool {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < code { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == code
  }
}
