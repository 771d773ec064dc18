public import Diagnostics
import Parallelism

/// The aggregate of the column's values in every frame, in the order of the frames. Nil for `unique` and `list`, which
/// have no incremental algorithm.
///
/// - Complexity: O(rows); for order statistics O(rows · log rows). Groups run in parallel, each group on one core.
public func aggregate(_ kind: Aggregate, of column: Column, over frames: Frames) throws(Diagnostic) -> Column? {
  let type = try kind.type(of: column.type)
  switch kind {
  case .len: return Column(try frames.lengths())
  case .count: return Column(try frames.values(of: column).1.lengths())
  case .first: return try gather(frames.arranged(column), rows: frames.edges(last: false))
  case .last: return try gather(frames.arranged(column), rows: frames.edges(last: true))
  case .sum: return try framedSums(column, frames, type)
  case .mean: return try framedMeans(column, frames, type)
  case .variance(let ddof): return try framedDeviations(column, frames, type, ddof: ddof, isVariance: true)
  case .deviation(let ddof): return try framedDeviations(column, frames, type, ddof: ddof, isVariance: false)
  case .min, .max:
    let (values, frames) = try frames.values(of: column)
    return try gather(values, rows: frames.firstInOrder(values, descending: kind == .max))
  case .any, .all:
    let (values, frames) = try frames.values(of: column)
    let bits = values.values.bits
    let wanted = try BitmapRanks(kind == .any ? bits : ~bits)
    return Column(
      .bool,
      .bool(
        try Bitmap.ofRows(frames.count) { frame in
          let range = frames.range(frame)
          return (wanted[range.upperBound] > wanted[range.lowerBound]) == (kind == .any)
        }))
  case .distinctCount: return Column(try framedDistinctCounts(column, frames))
  case .median: return try framedQuantiles(column, frames, type, 0.5)
  case .quantile(let fraction): return try framedQuantiles(column, frames, type, fraction)
  case .mode: return try framedModes(column, frames)
  case .unique, .list: return nil
  }
}

/// For every frame, the value of `column` in the row whose `measure` is greatest or least (the first such row).
public func valuesAtExtremes(
  of measure: Column, isGreatest: Bool, in column: Column, over frames: Frames
) throws(Diagnostic) -> Column {
  let (measures, known) = try frames.values(of: measure)
  return try gather(known.arranged(column), rows: known.firstInOrder(measures, descending: isGreatest))
}

extension Frames {
  fileprivate func lengths() throws(Diagnostic) -> [UInt32] {
    try buildArray(count: count, grain: rowGrain) { (range, lengths) in
      for frame in range { lengths[frame - range.lowerBound] = ends[frame] - starts[frame] }
    }
  }

  /// The position of the first or last row of every frame; `missingRow` for an empty frame.
  fileprivate func edges(last: Bool) throws(Diagnostic) -> [UInt32] {
    try buildArray(count: count, grain: rowGrain) { (range, edges) in
      for frame in range {
        let isEmpty = starts[frame] == ends[frame]
        edges[frame - range.lowerBound] = isEmpty ? missingRow : last ? ends[frame] - 1 : starts[frame]
      }
    }
  }

  /// The position of the row that sorts first in every frame (the first such row); `missingRow` for an empty frame.
  ///
  /// A monotonic queue: a row is dropped as soon as a later row sorts before it, because it can no longer be a result.
  /// The first row in the queue is the result.
  fileprivate func firstInOrder(_ values: Column, descending: Bool) throws(Diagnostic) -> [UInt32] {
    let codes = try KeyEncoder([SortKey(values, descending: descending)], count: values.count).allCodes()
    return try fillArray(count: count, of: UInt32.self) { (found) throws(Diagnostic) in
      try forEachGroupChunk { (chunk) throws(Diagnostic) in
        let cancellation = Cancellation.current
        var queue: [UInt32] = []
        for group in chunk {
          queue.removeAll(keepingCapacity: true)
          var head = 0
          var end = 0
          for frame in groups[group]..<groups[group + 1] {
            if frame & 0xffff == 0 { try cancellation.check() }
            let range = self.range(frame)
            for position in max(end, range.lowerBound)..<max(end, range.upperBound) {
              while queue.count > head, codes[Int(queue[queue.count - 1])] > codes[position] { queue.removeLast() }
              queue.append(UInt32(position))
            }
            end = max(end, range.upperBound)
            while head < queue.count, Int(queue[head]) < range.lowerBound { head += 1 }
            found.store(head < queue.count && !range.isEmpty ? queue[head] : missingRow, at: frame)
          }
        }
      }
    }
  }

  /// The combined summary of every frame, computed only by appending: no operation removes a value.
  ///
  /// A border divides the rows of a frame. For the rows before the border, the summaries of all suffixes up to the
  /// border are stored; the rows after the border are combined as they enter the frame. When the start of a frame
  /// passes the border, the border moves to the end of the rows read so far. (This is the two-stacks algorithm for
  /// sliding windows.)
  func summaries<Summary: FrameSummary, Result: BitwiseCopyable & Sendable>(
    _ summary: @Sendable (Int) -> Summary, _ result: @Sendable (Summary, _ frame: Int) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> [Result] {
    try fillArray(count: count, of: Result.self) { (results) throws(Diagnostic) in
      try forEachGroupChunk { (chunk) throws(Diagnostic) in
        let cancellation = Cancellation.current
        var toBorder: [Summary] = []
        for group in chunk {
          let own = groups[group]..<groups[group + 1]
          if own.isEmpty { continue }
          var end = range(own.lowerBound).lowerBound
          var border = end
          var base = end
          var behind = Summary.nothing
          for frame in own {
            if frame & 0xffff == 0 { try cancellation.check() }
            let range = self.range(frame)
            while end < range.upperBound {
              behind = behind.followed(by: summary(end))
              end += 1
            }
            if range.lowerBound > border {
              base = range.lowerBound
              border = max(end, base)
              end = border
              toBorder.removeAll(keepingCapacity: true)
              var sum = Summary.nothing
              for position in stride(from: border - 1, through: base, by: -1) {
                sum = summary(position).followed(by: sum)
                toBorder.append(sum)
              }
              behind = .nothing
            }
            let isBefore = range.lowerBound < border
            let whole = isBefore ? toBorder[border - 1 - range.lowerBound].followed(by: behind) : behind
            results.store(try result(whole, frame), at: frame)
          }
        }
      }
    }
  }
}

/// A summary of contiguous values that can be combined with the summary of the values after them (a monoid).
protocol FrameSummary: Sendable {
  static var nothing: Self { get }
  func followed(by later: Self) -> Self
}
