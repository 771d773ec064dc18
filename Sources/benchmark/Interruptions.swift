import Foundation
import Notebook
import Parallelism

/// Cancels every operation at random moments of its run and measures the time from the request until the session has
/// freed everything and would show the prompt again. Returns a table in Markdown and the names of the operations that
/// took longer than the limit.
///
/// - Unit: `limit` is in seconds.
@MainActor func interruptions(
  in session: Session, times: Int, only: String?, limit: Double = 0.1
) -> (text: String, above: [String]) {
  var generator = SystemRandomNumberGenerator()
  var lines = ["| ms | whole run | stopped | median | longest | at, of the run |", "|---|---:|---:|---:|---:|---:|"]
  var above: [String] = []
  var all: [Double] = []
  for operation in operations where only.map({ operation.name.contains($0) }) ?? true {
    operation.prepare(in: session)
    let clock = ContinuousClock()
    let whole = clock.measure { session.run(operation.code + ";") } / .seconds(1)
    var waits: [(seconds: Double, moment: Double)] = []
    for try_ in 0..<times {
      session.run("0;")
      // One random moment in each of `times` equal parts of the run.
      let share = (Double(try_) + Double.random(in: 0..<1, using: &generator)) / Double(times)
      if let wait = wait(for: operation.code, cancelledAfter: whole * share, in: session) {
        waits.append((wait, share))
      }
    }
    let sorted = waits.map(\.seconds).sorted()
    guard let longest = waits.max(by: { $0.seconds < $1.seconds }) else { continue }
    all += sorted
    if longest.seconds > limit { above.append(operation.name) }
    let numbers = [whole, sorted[sorted.count / 2], longest.seconds].map { String(format: "%.0f", $0 * 1000) }
    let moment = String(format: "%.0f %%", longest.moment * 100)
    lines.append("| \(operation.name) | \(numbers[0]) | \(waits.count) | \(numbers[1]) | \(numbers[2]) | \(moment) |")
  }
  all.sort()
  if let longest = all.last {
    let numbers = [all[all.count / 2], all[all.count * 95 / 100], longest].map { String(format: "%.0f", $0 * 1000) }
    lines += [
      "",
      "\(all.count) interruptions: \(numbers[0]) ms in the median, \(numbers[1]) ms in 95 of 100, \(numbers[2]) ms at the longest.",
    ]
  }
  return (lines.joined(separator: "\n"), above)
}

/// Seconds from the request until the session is ready again; nil if the code finished before the request.
@MainActor private func wait(for code: String, cancelledAfter seconds: Double, in session: Session) -> Double? {
  let cancellation = Cancellation()
  let requested = Mutex<ContinuousClock.Instant?>(nil)
  let isOver = Atomic<Bool>(false)
  let thread = Thread {
    Thread.sleep(forTimeInterval: seconds)
    if isOver.load(ordering: .relaxed) { return }
    requested.withLock { $0 = .now }
    cancellation.request()
  }
  thread.qualityOfService = .userInteractive
  thread.start()
  let outcome = Cancellation.$current.withValue(cancellation) { session.run(code + ";") }
  let end = ContinuousClock.now
  isOver.store(true, ordering: .relaxed)
  guard outcome == .interrupted, let start = requested.withLock({ $0 }) else { return nil }
  return (end - start) / .seconds(1)
}
