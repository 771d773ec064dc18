import CTransfer
package import Diagnostics
import Parallelism

/// Performs several transfers at once, and returns when all are complete.
///
/// The only user of the C module. It blocks, checks for cancellation about twenty times a second, and retries after
/// temporary errors. An attempt that makes progress resets the count of attempts.
package enum Transfers {
  /// - Parameter title: the text of the progress line; nil shows none.
  package static func perform(
    _ jobs: [any TransferJob], policy: TransferPolicy = .current, title: String? = nil
  ) throws(Diagnostic) {
    guard !jobs.isEmpty else { return }
    try CurlMulti.lent { (multi) throws(Diagnostic) in
      var work = TransferWork(multi, jobs, policy)
      defer { work.abandon() }
      while !work.isDone {
        try Cancellation.current.check()
        try work.startDue()
        _ = transfer_multi_perform(multi.handle)
        try work.takeFinished()
        if let title { report(jobs, as: title) }
        if !work.isDone, !work.hasDue { _ = transfer_multi_wait(multi.handle, 50) }
      }
    }
  }

  private static func report(_ jobs: [any TransferJob], as title: String) {
    let total = jobs.reduce(0) { $0 + $1.expectedCount }
    guard total > 0 else { return }
    Progress.report(title, min(total, jobs.reduce(0) { $0 + $1.receivedCount }), of: total)
  }
}

/// The waiting requests and those in progress.
private struct TransferWork {
  private struct Waiting {
    var job: any TransferJob
    /// The number of attempts in a row without progress.
    var failures = 0
    var due: ContinuousClock.Instant?
  }

  private let multi: CurlMulti
  private let policy: TransferPolicy
  private var waiting: [Waiting]
  private var running: [UnsafeMutableRawPointer: TransferAttempt] = [:]

  init(_ multi: CurlMulti, _ jobs: [any TransferJob], _ policy: TransferPolicy) {
    (self.multi, self.policy) = (multi, policy)
    waiting = jobs.map { Waiting(job: $0) }
  }

  var isDone: Bool { waiting.isEmpty && running.isEmpty }

  /// Whether a request could start now.
  var hasDue: Bool { running.count < policy.parallel && nextDue != nil }

  private var nextDue: Int? {
    let now = ContinuousClock.now
    return waiting.firstIndex { $0.due.map { $0 <= now } ?? true }
  }

  mutating func startDue() throws(Diagnostic) {
    while running.count < policy.parallel, let index = nextDue {
      let next = waiting.remove(at: index)
      let attempt = try TransferAttempt(next.job, number: next.failures + 1, policy)
      guard transfer_multi_add(multi.handle, attempt.handle) == 0 else {
        throw .fault("a transfer could not be started")
      }
      running[attempt.handle] = attempt
    }
  }

  mutating func takeFinished() throws(Diagnostic) {
    var code: Int32 = 0
    while let handle = transfer_multi_finished(multi.handle, &code) {
      guard let attempt = running.removeValue(forKey: handle) else { continue }
      _ = transfer_multi_remove(multi.handle, handle)
      if let failure = attempt.failure { throw failure }
      if code == 0 { try conclude(attempt) } else { try retry(attempt, .curl(code)) }
    }
  }

  /// A complete response has arrived.
  private mutating func conclude(_ attempt: TransferAttempt) throws(Diagnostic) {
    if attempt.isSuccess {
      try attempt.begin()
      if !(try attempt.job.end(attempt.head)) { try retry(attempt, .curl(Curl.Failure.partial)) }
      return
    }
    switch try attempt.job.refused(Refusal(head: attempt.head, body: attempt.refusal)) {
    case .complete: return
    case .again:
      guard attempt.number <= policy.attempts else { throw .refused(attempt, attempts: attempt.number) }
      waiting.append(Waiting(job: attempt.job, failures: attempt.number))
    case .failure: try retry(attempt, .status)
    }
  }

  private enum Trouble {
    case curl(Int32)
    case status
  }

  private mutating func retry(_ attempt: TransferAttempt, _ trouble: Trouble) throws(Diagnostic) {
    // A few bytes per connection do not count as progress.
    let hasProgress = attempt.job.receivedCount - attempt.countBefore >= 1 << 14
    let failures = hasProgress ? 1 : attempt.number
    var pause: Duration?
    switch trouble {
    case .curl(let code):
      // A server that timed out twice is not tried again.
      let isLost = code == Curl.Failure.timeout && failures > 1
      if Curl.Failure.passing.contains(code), !isLost { pause = policy.pause(after: failures) }
      guard pause != nil else { throw .broken(attempt, code, attempts: failures) }
    case .status:
      if TransferPolicy.passingStatuses.contains(attempt.head.status) {
        pause = policy.pause(after: failures, wish: attempt.head.retryAfter)
      }
      guard pause != nil else { throw .refused(attempt, attempts: failures) }
    }
    let due = pause.map { ContinuousClock.now + $0 }
    waiting.append(Waiting(job: attempt.job, failures: failures, due: due))
  }

  /// Aborts the requests in progress.
  mutating func abandon() {
    for handle in running.keys { _ = transfer_multi_remove(multi.handle, handle) }
    running = [:]
  }
}
