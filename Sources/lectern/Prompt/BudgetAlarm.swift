import Dispatch
import Terminal

/// Shows on the progress line that the running cell has exceeded its time limit in the lesson.
final class BudgetAlarm {
  private let timer = DispatchSource.makeTimerSource(queue: .global())

  init(seconds: Double, _ progress: ProgressLine) {
    timer.schedule(deadline: .now() + seconds)
    timer.setEventHandler { progress.remark("over its time; Ctrl-C offers the recorded output") }
    timer.resume()
  }

  func cancel() { timer.cancel() }
}
