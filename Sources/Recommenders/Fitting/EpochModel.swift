import Diagnostics
import Parallelism

/// An iterative model whose iterations are epochs: passes over its data, each of which measures one loss.
protocol EpochModel: IterativeModel {
  /// Runs one pass and returns its loss.
  mutating func runEpoch(_ number: Int, of total: Int) throws(Diagnostic) -> Double
}

extension EpochModel {
  mutating func iterate(of total: Int, walk: Walk?) throws(Diagnostic) {
    let watch = Stopwatch()
    let number = history.iterations.count + 1
    let loss = try runEpoch(number, of: total)
    guard loss.isFinite else { throw .diverged(kind) }
    history.append(History.Iteration(number: number, loss: loss, seconds: watch.seconds))
    Progress.report(
      kind, number, of: total, detail: "epoch \(number) of \(total), loss \((loss * 1e4).rounded() / 1e4)")
  }
}
