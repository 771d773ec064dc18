public import Diagnostics
import Parallelism

// Frames. The frame of a row is a range of its group's rows: `rows 7`, `range "7d"`, `running`. From one row of a group
// to the next, neither end of the range moves backwards. So one pass over the rows computes an aggregate of all frames
// while rows enter and leave. Nothing is ever subtracted from a sum of floats: that would add up rounding errors.

/// The window frame: which rows of its group an aggregate uses for a row.
public enum Frame: Sendable, Hashable {
  /// The row, `before` rows before it, and `after` rows after it.
  case rows(before: Int, after: Int)
  /// The rows whose key is earlier in the order than the row's key by at most `before`, or later by at most `after`.
  case range(before: KeyDistance, after: KeyDistance)

  /// From the first row of the group to this one.
  public static let running = Frame.rows(before: .max, after: 0)
}

/// The frames of all rows of a window.
public struct Frames: Sendable {
  /// The table's rows, group by group and in order; each frame is a range of them. Rows that a condition excludes are
  /// left out.
  let rows: Buffer<UInt32>
  /// The start and end of each frame in `rows`.
  let starts: [UInt32]
  let ends: [UInt32]
  /// The offsets of each group's frames; there is one frame per row of the group, in order.
  let groups: Buffer<Int>
  /// The table row of each frame.
  let owners: Buffer<UInt32>

  /// The number of frames, which is the number of rows of the table.
  public var count: Int { owners.count }
  var groupCount: Int { groups.count - 1 }

  /// The positions in `rows` that belong to a frame.
  @inline(__always) func range(_ frame: Int) -> Range<Int> { Int(starts[frame])..<Int(ends[frame]) }

  /// A column in the order of `rows`.
  func arranged(_ column: Column) throws(Diagnostic) -> Column { try gather(column, rows: rows, hasMissing: false) }

  /// The frames with only the rows whose bit is set; `kept` is in the order of `rows`.
  func keeping(_ kept: Bitmap) throws(Diagnostic) -> Frames {
    let ranks = try BitmapRanks(kept)
    let shifted = { (places: [UInt32]) throws(Diagnostic) -> [UInt32] in
      try buildArray(count: places.count, grain: rowGrain) { (range, shifted) throws(Diagnostic) in
        for index in range { shifted[index - range.lowerBound] = UInt32(ranks[Int(places[index])]) }
      }
    }
    let positions = try selectedRows(kept)
    let own = rows
    let chosen = try buildArray(count: positions.count, grain: rowGrain, of: UInt32.self) {
      (range, chosen) throws(Diagnostic) in
      for index in range { chosen[index - range.lowerBound] = own[Int(positions[index])] }
    }
    return Frames(
      rows: Buffer(chosen), starts: try shifted(starts), ends: try shifted(ends), groups: groups, owners: owners)
  }

  /// The frames with only the rows in which a condition is true. The condition is in the order of the table.
  public func keeping(where condition: Column) throws(Diagnostic) -> Frames {
    let arranged = try arranged(condition)
    let isTrue = arranged.values.bits
    return try keeping(arranged.validity.map { $0 & isTrue } ?? isTrue)
  }

  /// A column's values in the order of `rows`, without nulls, and the frames of these values.
  func values(of column: Column) throws(Diagnostic) -> (Column, Frames) {
    let arranged = try arranged(column)
    if case .null = arranged.values {
      return (arranged[0..<0], try keeping(Bitmap.ofRows(rows.count) { _ in false }))
    }
    guard let validity = arranged.validity else { return (arranged, self) }
    return (try filter(Column(column.type, arranged.values), validity), try keeping(validity))
  }

  /// Reorders a column with one value per frame to the order of the table's rows.
  public func inTableOrder(_ perFrame: Column) throws(Diagnostic) -> Column {
    let places = try fillArray(count: count, of: UInt32.self, scattered: true) { (places) throws(Diagnostic) in
      try forEachChunk(of: count, grain: rowGrain) { (range) throws(Diagnostic) in
        for frame in range { places.store(UInt32(frame), at: Int(owners[frame])) }
      }
    }
    return try gather(perFrame, rows: places, hasMissing: false)
  }

  /// Throws where the rows of all frames together, a row as often as frames hold it, would not fit.
  public func requireMemory(bytesPerRow: Int) throws(Diagnostic) {
    let held = zip(starts, ends).reduce(0) { $0 + Int($1.1 - $1.0) }
    try Tables.requireMemory(
      rows: held, bytesPerRow: bytesPerRow,
      hint: "a list of each frame holds its rows again: `rows 7` in place of `running` keeps the last ones")
  }

  /// The frames as slices, some at a time: for aggregates that know no better way than to see each frame whole.
  public func forEachBatch(_ body: (GroupSlices) throws(Diagnostic) -> Void) throws(Diagnostic) {
    var frame = 0
    let cancellation = Cancellation.current
    while frame < count {
      try cancellation.check()
      var batch: [UInt32] = []
      var offsets = [0]
      repeat {
        let range = range(frame)
        try requireAllocation(of: (batch.count + range.count) * MemoryLayout<UInt32>.stride)
        batch.append(contentsOf: range.lazy.map { rows[$0] })
        offsets.append(batch.count)
        frame += 1
      } while frame < count && batch.count < 1 << 18
      try body(GroupSlices(rows: batch, offsets: Buffer(offsets)))
    }
  }

  /// Calls `body` with ranges of groups on all cores; the ranges have about equal numbers of frames.
  func forEachGroupChunk(_ body: @Sendable (Range<Int>) throws(Diagnostic) -> Void) throws(Diagnostic) {
    try GroupSlices(rows: nil, offsets: groups).forEachSliceChunk(body)
  }
}

extension Window {
  /// The frames of all rows.
  ///
  /// - Parameter key: the key by which the rows are ordered; only `range` uses it.
  /// - Complexity: O(rows) on all cores.
  public func frames(_ frame: Frame, along key: SortKey?) throws(Diagnostic) -> Frames {
    let offsets = slices.offsets
    let rows: Buffer<UInt32>
    if let order = slices.rows {
      rows = Buffer(order)
    } else {
      rows = Buffer(
        try buildArray(count: rowCount, grain: rowGrain, of: UInt32.self) { (range, rows) throws(Diagnostic) in
          for row in range { rows[row - range.lowerBound] = UInt32(row) }
        })
    }
    var keys: FrameKeys?
    if case .range = frame, let key {
      keys = try FrameKeys(gather(key.column, rows: rows, hasMissing: false), isDescending: key.isDescending)
    }
    let measured = keys
    var ends: [UInt32] = []
    let starts = try fillArray(count: rowCount, of: UInt32.self) { (starts) throws(Diagnostic) in
      ends = try fillArray(count: rowCount, of: UInt32.self) { (ends) throws(Diagnostic) in
        try slices.forEachSliceChunk { (chunk) throws(Diagnostic) in
          let cancellation = Cancellation.current
          for slice in chunk {
            if slice & 0xff == 0 { try cancellation.check() }
            let group = offsets[slice]..<offsets[slice + 1]
            switch (frame, measured) {
            case (.rows(let before, let after), _):
              for position in group {
                starts.store(UInt32(position - min(before, position - group.lowerBound)), at: position)
                ends.store(UInt32(position + 1 + min(after, group.upperBound - position - 1)), at: position)
              }
            case (.range(let before, let after), let keys?):
              keys.forEachFrame(in: group, before, after) { position, own in
                starts.store(UInt32(own.lowerBound), at: position)
                ends.store(UInt32(own.upperBound), at: position)
              }
            case (.range, nil): throw .fault("a range without a key")
            }
          }
        }
      }
    }
    return Frames(rows: rows, starts: starts, ends: ends, groups: offsets, owners: rows)
  }
}

/// Sorted keys between which distances are defined.
private struct FrameKeys: Sendable {
  private enum Numbers: Sendable {
    case whole(Buffer<Int128>)
    case floats(Buffer<Double>)
  }

  private let numbers: Numbers
  private let validity: Bitmap?

  /// Negates descending keys, so that they are ascending.
  init(_ column: Column, isDescending: Bool) throws(Diagnostic) {
    validity = column.validity
    if column.type.isFloat {
      let values = try column.asDoubles()
      numbers = .floats(isDescending ? Buffer(values.array.map { -$0 }) : values)
      return
    }
    let number = column.values.wholeNumbers ?? { _ in 0 }
    numbers = .whole(
      Buffer(
        try buildArray(count: column.count, grain: rowGrain, of: Int128.self) { (range, keys) throws(Diagnostic) in
          for row in range {
            let own = column.isNull(row) ? 0 : number(row)
            keys[row - range.lowerBound] = isDescending ? -own : own
          }
        }))
  }

  /// Calls `body` with the frame of every row of a group. Numbers come first in the order, then NaN, then null. The
  /// frame of a NaN is all NaNs of its group, the frame of a null all nulls.
  func forEachFrame(
    in group: Range<Int>, _ before: KeyDistance, _ after: KeyDistance, _ body: (Int, Range<Int>) -> Void
  ) {
    var end = group.upperBound
    if let validity {
      while end > group.lowerBound, !validity[end - 1] { end -= 1 }
      for position in end..<group.upperBound { body(position, end..<group.upperBound) }
    }
    switch numbers {
    case .whole(let keys):
      let keys = keys.span
      slide(group.lowerBound..<end, body) {
        keys[$0] < keys[$1].saturatingSum(-before.asWhole)
      } isBeyond: {
        keys[$0] > keys[$1].saturatingSum(after.asWhole)
      }
    case .floats(let keys):
      let keys = keys.span
      let notNull = end
      while end > group.lowerBound, keys[end - 1].isNaN { end -= 1 }
      for position in end..<notNull { body(position, end..<notNull) }
      slide(group.lowerBound..<end, body) {
        keys[$0] < keys[$1] - before.asFloat
      } isBeyond: {
        keys[$0] > keys[$1] + after.asFloat
      }
    }
  }

  @inline(__always)
  private func slide(
    _ group: Range<Int>, _ body: (Int, Range<Int>) -> Void, isBefore: (Int, Int) -> Bool, isBeyond: (Int, Int) -> Bool
  ) {
    var (start, end) = (group.lowerBound, group.lowerBound)
    for position in group {
      while isBefore(start, position) { start += 1 }
      while end < group.upperBound, !isBeyond(end, position) { end += 1 }
      body(position, start..<end)
    }
  }
}

extension Int128 {
  fileprivate func saturatingSum(_ other: Int128) -> Int128 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? other < 0 ? .min : .max : sum
  }
}
