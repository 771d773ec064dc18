public import Diagnostics
import Parallelism

// Relative ranks within a group, and filling nulls from neighbouring rows.

extension Window {
  /// (rank − 1) / (n − 1), where n is the number of rows in the group; 0 in a group of one row.
  public func percentRanks() throws(Diagnostic) -> Column {
    guard case .u32(let ranks) = try ranks().values else { return .nulls(.f64, count: rowCount) }
    let shares = try fillArray(count: rowCount, of: Double.self, scattered: true) { (shares) throws(Diagnostic) in
      try forEachSlice { range in
        let others = Double(range.count - 1)
        for position in range {
          let row = slices.row(at: position)
          shares.store(others > 0 ? Double(ranks[row] - 1) / others : 0, at: row)
        }
      }
    }
    return Column(.f64, .f64(Buffer(shares)))
  }

  /// Divides the n rows of each group, in its order, into `count` parts and gives the part of each row, from 1. The
  /// first n mod `count` parts have one row more (`NTILE` of SQL).
  public func tiles(_ count: Int) throws(Diagnostic) -> Column {
    Column(
      try fillArray(count: rowCount, of: UInt32.self, scattered: true) { (tiles) throws(Diagnostic) in
        try forEachSlice { range in
          let (length, longer) = range.count.quotientAndRemainder(dividingBy: count)
          let inLonger = longer * (length + 1)
          for (place, position) in range.enumerated() {
            let tile = place < inLonger ? place / (length + 1) : longer + (place - inLonger) / max(1, length)
            tiles.store(UInt32(tile + 1), at: slices.row(at: position))
          }
        }
      })
  }

  /// Replaces nulls by the nearest value before the row in its group; by the nearest value after it if `isForward` is
  /// false.
  public func filled(_ column: Column, isForward: Bool) throws(Diagnostic) -> Column {
    guard column.validity != nil else { return column }
    let sources = try fillArray(count: rowCount, of: UInt32.self, scattered: true) { (sources) throws(Diagnostic) in
      try forEachSlice { range in
        var known = missingRow
        for step in 0..<range.count {
          let row = slices.row(at: isForward ? range.lowerBound + step : range.upperBound - 1 - step)
          if !column.isNull(row) { known = UInt32(row) }
          sources.store(known, at: row)
        }
      }
    }
    return try gather(column, rows: sources)
  }

  /// Calls `body` with the positions of every group, on all cores.
  private func forEachSlice(_ body: @Sendable (Range<Int>) -> Void) throws(Diagnostic) {
    try slices.forEachSliceChunk { (chunk) throws(Diagnostic) in
      let cancellation = Cancellation.current
      for slice in chunk {
        if slice & 0xff == 0 { try cancellation.check() }
        body(slices.offsets[slice]..<slices.offsets[slice + 1])
      }
    }
  }
}
