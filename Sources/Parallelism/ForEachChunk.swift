public import Diagnostics
import Synchronization

/// How many cores work may use, and running it on them.
///
/// Work is cut into chunks whose borders depend on the number of rows alone, never on the number of cores, and
/// results come back in the order of the chunks. So whatever is computed is bit-equal on one core and on many.
public enum Cores {
  /// What the work going on was limited to; nil where nobody has limited it.
  @TaskLocal static var limit: Int?

  /// The cores that work started here may use: those of the machine unless it was limited.
  public static var count: Int { limit ?? available }

  /// Runs `work`, and all that it starts, on at most `count` cores; 0 and less leaves the limit as it is around it.
  ///
  /// The limit is the work's, not the process's: other sessions and tests keep their own.
  @discardableResult
  public static func limited<Result, Failure: Error>(
    to count: Int, _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard count > 0 else { return try work() }
    return try $limit.withValue(count) { Swift.Result { () throws(Failure) in try work() } }.get()
  }

  /// The cores this process may run on.
  public static let available: Int = max(1, activeProcessorCount())

  /// Inside a chunk that already runs in parallel: nested loops run on the same thread.
  @TaskLocal static var isNested = false
}

/// Calls `body` for every chunk of `0..<count`, `grain` rows each (the last may be shorter), on all cores.
///
/// Chunks run in no particular order, so `body` may touch only what belongs to its rows. The first error (in order of
/// chunks) is thrown after all running chunks ended; a raised `Cancellation` stops before the next chunk.
///
/// - Complexity: about 10 µs of overhead a call, below 100 ns a chunk.
public func forEachChunk(
  of count: Int, grain: Int, _ body: @Sendable (Range<Int>) throws(Diagnostic) -> Void
) throws(Diagnostic) {
  guard count > 0 else { return }
  let grain = max(1, grain)
  let chunks = (count + grain - 1) / grain
  try forEachIndex(of: chunks) { (chunk) throws(Diagnostic) in
    try body(chunk * grain..<min(count, (chunk + 1) * grain))
  }
}

/// Calls `body` for every index of `0..<count` on all cores; for work whose pieces are uneven or already cut.
public func forEachIndex(
  of count: Int, _ body: @Sendable (Int) throws(Diagnostic) -> Void
) throws(Diagnostic) {
  let cancellation = Cancellation.current
  let workers = Cores.isNested ? 1 : min(Cores.count, count)
  let title = Cores.isNested ? nil : Progress.loopTitle
  guard workers > 1 else {
    for index in 0..<max(0, count) {
      try cancellation.check()
      try body(index)
      if let title { Progress.report(title, index + 1, of: count) }
    }
    return
  }
  let next = Atomic<Int>(0)
  let failure = Mutex<(index: Int, diagnostic: Diagnostic)?>(nil)
  let failed = Atomic<Bool>(false)
  let progress = Progress.current
  let limit = Cores.limit
  withoutActuallyEscaping(body) { body in
    let work: @Sendable () -> Void = {
      Cancellation.$current.withValue(cancellation) {
        Progress.$current.withValue(progress) {
          Cores.$limit.withValue(limit) {
            Cores.$isNested.withValue(true) {
              while !failed.load(ordering: .relaxed) {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                do throws(Diagnostic) {
                  try cancellation.check()
                  try body(index)
                  if let title { Progress.report(title, index + 1, of: count) }
                } catch {
                  failure.withLock { first in
                    if first.map({ index < $0.index }) ?? true { first = (index, error) }
                  }
                  failed.store(true, ordering: .relaxed)
                }
              }
            }
          }
        }
      }
    }
    if Background.isCurrent {
      Background.perform(workers, work)
    } else {
      Workers.perform(workers, work)
    }
  }
  if let failure = failure.withLock({ $0 }) { throw failure.diagnostic }
}

/// Calls `body` for ranges of `0..<count` one after another on this thread; for loops whose order matters, so that
/// they stop for a raised `Cancellation` all the same.
public func forEachRange(
  of count: Int, by length: Int = 1 << 16, _ body: (Range<Int>) -> Void
) throws(Diagnostic) {
  let cancellation = Cancellation.current
  for start in stride(from: 0, to: count, by: length) {
    try cancellation.check()
    body(start..<min(count, start + length))
  }
}

/// The results of `body` for every chunk of `0..<count`, in the order of the chunks.
public func mapChunks<Result: Sendable>(
  of count: Int, grain: Int, _ body: @Sendable (Range<Int>) throws(Diagnostic) -> Result
) throws(Diagnostic) -> [Result] {
  let grain = max(1, grain)
  let chunks = max(0, (count + grain - 1) / grain)
  return try mapIndices(of: chunks) { (chunk) throws(Diagnostic) in
    try body(chunk * grain..<min(count, (chunk + 1) * grain))
  }
}

/// The results of `body` for every index of `0..<count`, in order.
public func mapIndices<Result: Sendable>(
  of count: Int, _ body: @Sendable (Int) throws(Diagnostic) -> Result
) throws(Diagnostic) -> [Result] {
  let results = Slots<Result>(count: count)
  try forEachIndex(of: count) { (index) throws(Diagnostic) in
    results.store(try body(index), at: index)
  }
  return results.take()
}
