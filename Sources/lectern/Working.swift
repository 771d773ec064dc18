import Notebook
import Parallelism
import Terminal

/// Runs work that Ctrl-C cancels, and shows its progress on stderr.
func working<Result, Failure: Error>(
  _ output: Output, _ work: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let cancellation = Cancellation()
  let progress = output.progress
  let listener = Progress { moment in
    let fraction = moment.total > 0 ? Double(moment.completed) / Double(moment.total) : 0
    progress.show(moment.title, fraction: fraction, detail: moment.detail)
  }
  defer { progress.clear() }
  let result = Signals.withInterrupts({ cancellation.request() }) {
    Cancellation.$current.withValue(cancellation) {
      Progress.$current.withValue(listener) { Swift.Result { () throws(Failure) in try work() } }
    }
  }
  return try result.get()
}

/// The exit status of an interrupted run.
let interruptedStatus: Int32 = 130
