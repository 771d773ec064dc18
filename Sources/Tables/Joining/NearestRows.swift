import Diagnostics
import Parallelism

/// The rows of two tables in one order: by the codes of their equal keys, then by the ordered key, right rows before the
/// left ones that are equal to them, and each side in the order of its table.
///
/// One walk through it finds the right row before every left row. Looking each up in sorted right rows would read memory
/// from here and there some twenty times a row.
struct RowsSideBySide: Sendable {
  private let leftCount: Int
  /// Left rows by their number, right rows by theirs and `leftCount`.
  private let rows: [UInt32]
  private let equal: KeyEncoder
  /// Equal keys and the ordered one.
  private let both: KeyEncoder
  /// Rows whose keys are all there; nil where all are.
  private let known: Bitmap?

  init(
    equal pairs: [(left: Column, right: Column)], ordered: (left: Column, right: Column), _ leftCount: Int,
    _ rightCount: Int
  ) throws(Diagnostic) {
    let count = leftCount + rightCount
    self.leftCount = leftCount
    let sides = try EqualCodes(pairs, leftCount, rightCount)
    @Sendable func code(_ row: Int) -> UInt64 { row < leftCount ? sides.left[row] : sides.right[row - leftCount] }
    let isKnown = try Bitmap.ofRows(count) { code($0) != JoinKeys.noCode }.unlessAllSet
    let codes = try buildArray(count: count, grain: rowGrain, of: UInt64.self) { (rows, codes) in
      for row in rows {
        let own = code(row)
        codes[row - rows.lowerBound] = own == JoinKeys.noCode ? 0 : own
      }
    }
    let all = try concat([ordered.left, ordered.right])
    known = all.type == .null ? Bitmap(repeating: false, count: count) : Bitmap.intersection(isKnown, all.validity)
    let isLeft = try Bitmap.ofRows(count) { $0 < leftCount }
    let keys = [SortKey(Column(.u64, .u64(Buffer(codes)), validity: isKnown)), SortKey(all)]
    equal = try KeyEncoder([keys[0]], count: count)
    both = try KeyEncoder(keys, count: count)
    rows = try sortedRows(try KeyEncoder(keys + [SortKey(Column(.bool, .bool(isLeft)))], count: count))
  }

  /// A right row met on the way, by its number among both, and its codes.
  private struct Met: Sendable {
    var row: UInt32
    var equal: UInt64
    var both: UInt64
  }

  private func isKnown(_ row: UInt32) -> Bool { known.map { $0[Int(row)] } ?? true }

  /// Calls `body` with some places of the order, block by block, and the codes of their rows there.
  private func forEachBlock(
    of places: Range<Int>, backwards: Bool = false,
    _ body: (Range<Int>, Span<UInt64>, Span<UInt64>) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    let cancellation = Cancellation.current
    var equals = [UInt64](repeating: 0, count: codeBlock)
    var boths = [UInt64](repeating: 0, count: codeBlock)
    var starts = Array(stride(from: places.lowerBound, to: places.upperBound, by: codeBlock))
    if backwards { starts.reverse() }
    for start in starts {
      try cancellation.check()
      let block = start..<min(places.upperBound, start + codeBlock)
      do {
        var span = equals.mutableSpan
        equal.encode(block, of: rows, into: &span)
      }
      do {
        var span = boths.mutableSpan
        both.encode(block, of: rows, into: &span)
      }
      try body(block, equals.span, boths.span)
    }
  }

  /// For every left row the last right row at or before it in the order, and whether it is at it.
  func rowsBefore() throws(Diagnostic) -> (rows: [UInt32], isSame: [UInt8]) {
    let first = UInt32(truncatingIfNeeded: leftCount)
    let last = try mapChunks(of: rows.count, grain: rowGrain) { (places) throws(Diagnostic) -> Int? in
      places.last { rows[$0] >= first && isKnown(rows[$0]) }
    }
    var carried: [Int?] = [nil]
    for own in last { carried.append(own ?? carried[carried.count - 1]) }
    let carriedPlaces = carried
    var isSame: [UInt8] = []
    let found = try fillArray(count: leftCount, of: UInt32.self, scattered: true) { (found) throws(Diagnostic) in
      isSame = try fillArray(count: leftCount, of: UInt8.self, scattered: true) { (isSame) throws(Diagnostic) in
        try forEachChunk(of: rows.count, grain: rowGrain) { (places) throws(Diagnostic) in
          var met = Met(row: missingRow, equal: 0, both: 0)
          if let place = carriedPlaces[places.lowerBound / rowGrain] {
            try forEachBlock(of: place..<place + 1) { (_, equals, boths) in
              met = Met(row: rows[place], equal: equals[0], both: boths[0])
            }
          }
          try forEachBlock(of: places) { (block, equals, boths) in
            for place in block {
              let row = rows[place]
              let index = place - block.lowerBound
              let isKnown = isKnown(row)
              if row >= first {
                if isKnown { met = Met(row: row, equal: equals[index], both: boths[index]) }
                continue
              }
              let isFound = isKnown && met.row != missingRow && met.equal == equals[index]
              found.store(isFound ? met.row - first : missingRow, at: Int(row))
              isSame.store(isFound && met.both == boths[index] ? 1 : 0, at: Int(row))
            }
          }
        }
      }
    }
    return (found, isSame)
  }

  /// For every left row the first right row behind it in the order, of several with the same key the last.
  func rowsBehind() throws(Diagnostic) -> [UInt32] {
    let first = UInt32(truncatingIfNeeded: leftCount)
    return try fillArray(count: leftCount, of: UInt32.self, scattered: true) { (found) throws(Diagnostic) in
      var met = Met(row: missingRow, equal: 0, both: 0)
      try forEachBlock(of: 0..<rows.count, backwards: true) { (block, equals, boths) in
        for place in block.reversed() {
          let row = rows[place]
          let index = place - block.lowerBound
          let isKnown = isKnown(row)
          if row >= first {
            if isKnown, met.row == missingRow || met.both != boths[index] {
              met = Met(row: row, equal: equals[index], both: boths[index])
            }
            continue
          }
          let isFound = isKnown && met.row != missingRow && met.equal == equals[index]
          found.store(isFound ? met.row - first : missingRow, at: Int(row))
        }
      }
    }
  }
}
