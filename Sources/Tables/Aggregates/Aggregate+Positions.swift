public import Diagnostics
import Parallelism

/// The number of rows in every slice.
func sliceLengths(_ slices: GroupSlices) -> [UInt32] {
  let offsets = slices.offsets.span
  var lengths: [UInt32] = []
  lengths.reserveCapacity(slices.count)
  for slice in 0..<slices.count { lengths.append(UInt32(offsets[slice + 1] - offsets[slice])) }
  return lengths
}

/// The column without its null rows, and the slices of the remaining rows.
func withoutNulls(_ column: Column, _ slices: GroupSlices) throws(Diagnostic) -> (Column, GroupSlices) {
  if case .null = column.values {
    return (column[0..<0], GroupSlices(rows: nil, offsets: Buffer(repeating: 0, count: slices.count + 1)))
  }
  guard let validity = column.validity else { return (column, slices) }
  let ranks = try BitmapRanks(validity)
  let offsets = slices.offsets
  let shifted = try buildArray(count: offsets.count, grain: rowGrain) { (range, shifted) throws(Diagnostic) in
    for index in range { shifted[index - range.lowerBound] = ranks[offsets[index]] }
  }
  let values = try filter(Column(column.type, column.values), validity)
  return (values, GroupSlices(rows: nil, offsets: Buffer(shifted)))
}

/// The number of values in every slice that are not null.
func countValues(_ column: Column, _ slices: GroupSlices) throws(Diagnostic) -> Column {
  guard let validity = column.validity else {
    if case .null = column.values { return Column([UInt32](repeating: 0, count: slices.count)) }
    return Column(sliceLengths(slices))
  }
  let ranks = try BitmapRanks(validity)
  let offsets = slices.offsets
  return Column(
    try buildArray(count: slices.count, grain: rowGrain, of: UInt32.self) { (range, counts) throws(Diagnostic) in
      for slice in range {
        counts[slice - range.lowerBound] = UInt32(ranks[offsets[slice + 1]] - ranks[offsets[slice]])
      }
    })
}

/// The first or last position of every slice; `missingRow` for an empty slice.
func edgePositions(_ slices: GroupSlices, last: Bool) -> [UInt32] {
  let offsets = slices.offsets.span
  var positions: [UInt32] = []
  positions.reserveCapacity(slices.count)
  for slice in 0..<slices.count {
    let isEmpty = offsets[slice] == offsets[slice + 1]
    positions.append(isEmpty ? missingRow : UInt32(last ? offsets[slice + 1] - 1 : offsets[slice]))
  }
  return positions
}

/// The value that sorts first in every slice: the minimum, or the maximum if descending.
func firstInOrder(_ column: Column, _ slices: GroupSlices, descending: Bool) throws(Diagnostic) -> Column {
  try gather(column, rows: positionsFirstInOrder(column, slices, descending: descending))
}

/// For every slice, the value of `column` in the row where `measure` is greatest or least (the first such row); null if
/// `measure` has only nulls in the slice.
public func valuesAtExtremes(
  of measure: Column, isGreatest: Bool, in column: Column, over slices: GroupSlices
) throws(Diagnostic) -> Column {
  let arranged = try slices.arranged(measure)
  var positions = try positionsFirstInOrder(arranged, slices.inOrder, descending: isGreatest)
  for slice in positions.indices where positions[slice] != missingRow && arranged.isNull(Int(positions[slice])) {
    positions[slice] = missingRow
  }
  return try gather(slices.arranged(column), rows: positions)
}

/// The position of the value that sorts first in every slice; `missingRow` for an empty slice.
private func positionsFirstInOrder(
  _ column: Column, _ slices: GroupSlices, descending: Bool
) throws(Diagnostic) -> [UInt32] {
  let encoder = try KeyEncoder([SortKey(column, descending: descending)], count: column.count)
  // Long slices are cut into pieces, so that one slice can use all cores; the results are merged in order.
  let nothing = (code: UInt64.max, position: missingRow)
  let pieces = try slices.mapPieces(empty: nothing) { (piece) throws(Diagnostic) in
    var best = nothing
    try encoder.forEachBlock(of: piece.positions) { (block, codes) in
      for index in 0..<block.count where codes[index] < best.code || best.position == missingRow {
        best = (codes[index], UInt32(block.lowerBound + index))
      }
    }
    return best
  } merging: { (a, b) in
    b.position != missingRow && (b.code < a.code || a.position == missingRow) ? b : a
  }
  return pieces.map(\.position)
}

/// Whether any, or all, of the bools in every slice are true, ignoring nulls.
func anyOrAll(_ column: Column, _ slices: GroupSlices, isAny: Bool) throws(Diagnostic) -> Column {
  let (values, slices) = try withoutNulls(column, slices)
  let bits = values.values.bits
  let wanted = try BitmapRanks(isAny ? bits : ~bits)
  let offsets = slices.offsets
  return Column(
    .bool,
    .bool(try Bitmap.ofRows(slices.count) { (wanted[offsets[$0 + 1]] > wanted[offsets[$0]]) == isAny }))
}

extension GroupSlices {
  /// A range of positions in one slice.
  struct Piece: Sendable {
    let slice: Int
    let positions: Range<Int>
  }

  /// One result per slice: the results of `body` for its pieces of at most `pieceLength` rows, merged in order; `empty`
  /// for an empty slice.
  ///
  /// The pieces depend only on the slices, so results are the same on any number of cores.
  func mapPieces<Result: Sendable>(
    empty: Result, _ body: @Sendable (Piece) throws(Diagnostic) -> Result, merging merge: (Result, Result) -> Result
  ) throws(Diagnostic) -> [Result] {
    let offsets = self.offsets
    let isShort = (0..<count).allSatisfy { offsets[$0 + 1] - offsets[$0] <= pieceLength }
    if isShort {
      let chunks = try mapSliceChunks { (chunk) throws(Diagnostic) in
        var results: [Result] = []
        results.reserveCapacity(chunk.count)
        for slice in chunk {
          let range = offsets[slice]..<offsets[slice + 1]
          results.append(range.isEmpty ? empty : try body(Piece(slice: slice, positions: range)))
        }
        return results
      }
      var results: [Result] = []
      results.reserveCapacity(count)
      for chunk in chunks { results += chunk }
      return results
    }
    var pieces: [Piece] = []
    for slice in 0..<count {
      for start in stride(from: offsets[slice], to: offsets[slice + 1], by: pieceLength) {
        pieces.append(Piece(slice: slice, positions: start..<min(offsets[slice + 1], start + pieceLength)))
      }
    }
    let all = pieces
    let found = try mapChunks(of: all.count, grain: 16) { (range) throws(Diagnostic) in
      try all[range].map { (piece) throws(Diagnostic) in try body(piece) }
    }.flatMap { $0 }
    var results = [Result](repeating: empty, count: count)
    for (piece, result) in zip(all, found) {
      let isFirst = piece.positions.lowerBound == offsets[piece.slice]
      results[piece.slice] = isFirst ? result : merge(results[piece.slice], result)
    }
    return results
  }
}

/// The greatest number of rows in a piece.
let pieceLength = 1 << 16
