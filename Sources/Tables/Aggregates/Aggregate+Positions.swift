import Diagnostics
import Parallelism

func runLengths(_ runs: RowRuns) -> [UInt32] {
  let offsets = runs.offsets.span
  var lengths: [UInt32] = []
  lengths.reserveCapacity(runs.count)
  for run in 0..<runs.count { lengths.append(UInt32(offsets[run + 1] - offsets[run])) }
  return lengths
}

/// The runs of the rows that are not null, and the column of those rows alone.
func withoutNulls(_ column: Column, _ runs: RowRuns) throws(Diagnostic) -> (Column, RowRuns) {
  if case .null = column.values {
    return (column[0..<0], RowRuns(rows: nil, offsets: Buffer(repeating: 0, count: runs.count + 1)))
  }
  guard let validity = column.validity else { return (column, runs) }
  let ranks = try BitmapRanks(validity)
  let offsets = runs.offsets
  let shifted = try buildArray(count: offsets.count, grain: rowGrain) { (range, shifted) throws(Diagnostic) in
    for index in range { shifted[index - range.lowerBound] = ranks[offsets[index]] }
  }
  let values = try filter(Column(column.type, column.values), validity)
  return (values, RowRuns(rows: nil, offsets: Buffer(shifted)))
}

func countValues(_ column: Column, _ runs: RowRuns) throws(Diagnostic) -> Column {
  guard let validity = column.validity else {
    if case .null = column.values { return Column([UInt32](repeating: 0, count: runs.count)) }
    return Column(runLengths(runs))
  }
  let ranks = try BitmapRanks(validity)
  let offsets = runs.offsets
  return Column(
    try buildArray(count: runs.count, grain: rowGrain, of: UInt32.self) { (range, counts) throws(Diagnostic) in
      for run in range { counts[run - range.lowerBound] = UInt32(ranks[offsets[run + 1]] - ranks[offsets[run]]) }
    })
}

/// The first or last position of every run, missing where it is empty.
func edgePositions(_ runs: RowRuns, last: Bool) -> [UInt32] {
  let offsets = runs.offsets.span
  var positions: [UInt32] = []
  positions.reserveCapacity(runs.count)
  for run in 0..<runs.count {
    let isEmpty = offsets[run] == offsets[run + 1]
    positions.append(isEmpty ? missingRow : UInt32(last ? offsets[run + 1] - 1 : offsets[run]))
  }
  return positions
}

/// The value of every run that sorts first: its minimum, or descending its maximum.
func firstInOrder(_ column: Column, _ runs: RowRuns, descending: Bool) throws(Diagnostic) -> Column {
  let encoder = try KeyEncoder([SortKey(column, descending: descending)], count: column.count)
  // Long runs are cut into pieces, so that one run can keep all cores busy; pieces come back in order.
  let nothing = (code: UInt64.max, position: missingRow)
  let pieces = try runs.mapPieces(empty: nothing) { (piece) throws(Diagnostic) in
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
  return try gather(column, rows: pieces.map(\.position))
}

func anyOrAll(_ column: Column, _ runs: RowRuns, isAny: Bool) throws(Diagnostic) -> Column {
  let (values, runs) = try withoutNulls(column, runs)
  let bits = values.values.bits
  let wanted = try BitmapRanks(isAny ? bits : ~bits)
  let offsets = runs.offsets
  return Column(
    .bool,
    .bool(try Bitmap.ofRows(runs.count) { (wanted[offsets[$0 + 1]] > wanted[offsets[$0]]) == isAny }))
}

extension RowRuns {
  /// A stretch of one run.
  struct Piece: Sendable {
    let run: Int
    let positions: Range<Int>
  }

  /// One result a run: `body` of its pieces, of at most `pieceLength` rows each, merged in order; `empty` of empty runs.
  ///
  /// Pieces depend on the runs alone, so results are the same on any number of cores.
  func mapPieces<Result: Sendable>(
    empty: Result, _ body: @Sendable (Piece) throws(Diagnostic) -> Result, merging merge: (Result, Result) -> Result
  ) throws(Diagnostic) -> [Result] {
    let offsets = self.offsets
    let isShort = (0..<count).allSatisfy { offsets[$0 + 1] - offsets[$0] <= pieceLength }
    if isShort {
      let chunks = try mapRunChunks { (chunk) throws(Diagnostic) in
        var results: [Result] = []
        results.reserveCapacity(chunk.count)
        for run in chunk {
          let range = offsets[run]..<offsets[run + 1]
          results.append(range.isEmpty ? empty : try body(Piece(run: run, positions: range)))
        }
        return results
      }
      var results: [Result] = []
      results.reserveCapacity(count)
      for chunk in chunks { results += chunk }
      return results
    }
    var pieces: [Piece] = []
    for run in 0..<count {
      for start in stride(from: offsets[run], to: offsets[run + 1], by: pieceLength) {
        pieces.append(Piece(run: run, positions: start..<min(offsets[run + 1], start + pieceLength)))
      }
    }
    let all = pieces
    let found = try mapChunks(of: all.count, grain: 16) { (range) throws(Diagnostic) in
      try all[range].map { (piece) throws(Diagnostic) in try body(piece) }
    }.flatMap { $0 }
    var results = [Result](repeating: empty, count: count)
    for (piece, result) in zip(all, found) {
      let isFirst = piece.positions.lowerBound == offsets[piece.run]
      results[piece.run] = isFirst ? result : merge(results[piece.run], result)
    }
    return results
  }
}

/// The longest stretch of a run that is reduced at once.
let pieceLength = 1 << 16
