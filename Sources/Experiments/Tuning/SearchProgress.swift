import Diagnostics
import Parallelism

/// The progress of a whole search, in thousandths of a fit. It never goes back, although the parts of a fit and the
/// lists after it report one after another, each from its own beginning.
final class SearchProgress: Sendable {
  private struct State {
    var detail = ""
    /// How many fits are done.
    var fits = 0
    /// How much of the next fit is done.
    var furthest = 0
  }

  private static let unit = 1000
  private let title: String
  private let total: Int
  private let outer = Progress.current
  private let state = Mutex(State())

  init(title: String, fits: Int) {
    self.title = title
    total = max(1, fits) * Self.unit
  }

  /// Says what is fitted from now on.
  func begin(_ detail: String) {
    state.withLock { $0.detail = detail }
    report(0, of: 1)
  }

  /// Reports how much of the current fit is done.
  func report(_ completed: Int, of all: Int) {
    guard let outer else { return }
    let done = Self.unit * completed / max(1, all)
    // The report is made within the lock, so that reports of several threads come in order.
    state.withLock { state in
      state.furthest = max(state.furthest, min(done, Self.unit))
      outer.report(
        Progress.Snapshot(
          title: title, completed: state.fits * Self.unit + state.furthest, total: total, detail: state.detail))
    }
  }

  /// Runs one fit; what it reports is reported as part of the search.
  func ofOneFit(_ fit: () throws(Diagnostic) -> Void) throws(Diagnostic) {
    let inner = outer.map { _ in Progress { self.report($0.completed, of: $0.total) } }
    try Progress.$current.withValue(inner) { Swift.Result { () throws(Diagnostic) in try fit() } }.get()
    state.withLock { state in
      state.fits += 1
      state.furthest = 0
    }
  }

  /// Runs work without its reports.
  func silently<Value>(_ work: () throws(Diagnostic) -> Value) throws(Diagnostic) -> Value {
    try Progress.$current.withValue(nil) { Swift.Result { () throws(Diagnostic) in try work() } }.get()
  }
}
