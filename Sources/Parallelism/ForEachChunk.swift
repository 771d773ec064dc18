public import Diagnostics
import Synchronization

/// The number of cores that work may use.
///
/// Loops are cut into chunks whose borders depend on the number of rows alone, not on the number of cores, and results
/// are returned in the order of the chunks. So a result has the same bits on one core and on many.
public enum Cores {
  /// The limit of the current work; nil if there is none.
  @TaskLocal static var limit: Int?

  /// How many cores the current work may use: all of the machine's unless it is limited.
  public static var count: Int { limit ?? available }

  /// Runs `work`, and all that it starts, on at most `count` cores. With 0 or less, the limit of the caller stays.
  ///
  /// The limit applies to this work, not to the process: other sessions and tests keep their own.
  @discardableResult
  public static func limited<Result, Failure: Error>(
    to count: Int, _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard count > 0 else { return try work() }
    return try $limit.withValue(count) { Swift.Result { () throws(Failure) in try work() } }.get()
  }

  /// How many processors are online.
  public static let available: Int = max(1, activeProcessorCount())

  /// Whether the current code is a chunk of a parallel loop; loops inside it run on the same thread.
  @TaskLocal static var isNested = false
}

/// Calls `body` for every chunk of `0..<count`, `grain` rows each (the last may be shorter), on all cores.
///
/// Chunks run in no particular order, so `body` may only write to what belongs to its rows. After an error no new chunk
/// starts; when the running chunks have ended, the error of the lowest chunk is thrown. A requested cancellation stops
/// the loop before the next chunk.
///
/// - Complexity: about 10 µs of overhead per call, below 100 ns per chunk.
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

/// Calls `body` for every index of `0..<count` on all cores, for work whose pieces are uneven or already cut.
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
  let ended = Atomic<Int>(0)
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
                  let done = ended.wrappingAdd(1, ordering: .relaxed).newValue
                  if let title { Progress.report(title, done, of: count) }
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

/// Calls `body` for ranges of `0..<count` one after another on this thread: for loops whose order matters. It checks
/// for cancellation before each range.
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
