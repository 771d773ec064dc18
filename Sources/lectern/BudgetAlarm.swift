import Dispatch
import Terminal

/// Tells, on the line of progress, that the running cell takes longer than its lesson has time for.
final class BudgetAlarm {
  private let timer = DispatchSource.makeTimerSource(queue: .global())

  init(seconds: Double, _ progress: ProgressLine) {
    timer.schedule(deadline: .now() + seconds)
    timer.setEventHandler { progress.remark("over its time; Ctrl-C offers the recorded output") }
    timer.resume()
  }

  func cancel() { timer.cancel() }
}
