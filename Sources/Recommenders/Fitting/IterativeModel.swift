public import Diagnostics
import Parallelism

/// A fitted model that is computed by iterations, each of which starts from the result of the one before.
protocol IterativeModel: FittedModel {
  var history: History { get set }
  var wasInterrupted: Bool { get set }
  /// The parameter with the number of iterations: `iterations` or `epochs`.
  var iterationLimit: Int { get set }

  /// Whether the next iteration is so short that it ignores a cancellation. Then `iterate` throws no interruption, and
  /// no backup of the model is needed.
  var finishesWhatItBegins: Bool { get }

  /// Frees derived arrays that an iteration does not read and computes again at its end.
  mutating func releaseDerived()

  /// Computes the derived arrays again, after an iteration that freed them was cancelled.
  mutating func restoreDerived()

  /// Lists what the model has learned: each array with its name in a file and the shape that it must have there.
  ///
  /// Arrays that `restoreDerived` computes from the others are not part of a backup.
  mutating func visitState(_ state: inout StateVisitor) throws(Diagnostic)

  /// Computes the derived arrays from a state that was read from a file.
  ///
  /// - Throws: arrays that do not fit together.
  mutating func completeState() throws(Diagnostic)

  /// Runs one more iteration, out of `total`. It appends its measurements to the history at the end, when the model is
  /// complete. If it throws before that, the caller restores the arrays that `visitState` lists; the iteration must not
  /// have changed anything else.
  mutating func iterate(of total: Int, walk: Walk?) throws(Diagnostic)
}

extension IterativeModel {
  var finishesWhatItBegins: Bool { false }

  func releaseDerived() {}
  func restoreDerived() {}
  func completeState() {}

  /// Whether the last iteration took less than 80 ms: a cancellation can wait that long.
  var isQuick: Bool { (history.iterations.last?.seconds).map { $0 < 0.08 } ?? false }

  public func step(_ count: Int) throws(Diagnostic) -> any FittedModel {
    var longer = self
    longer.iterationLimit = history.iterations.count + count
    longer.wasInterrupted = false
    return try longer.continued(for: count)
  }

  /// The model after `count` more iterations; if interrupted, after those that were finished.
  ///
  /// - Throws: an interruption, if no iteration was ever finished.
  consuming func continued(for count: Int, walk: Walk? = nil) throws(Diagnostic) -> Self {
    let total = history.iterations.count + count
    let cancellation = Cancellation.current
    var current = self
    var backup: IterationBackup?
    for iteration in 0..<count {
      let walk = iteration == 0 ? walk : nil
      do throws(Diagnostic) {
        if iteration > 0, current.finishesWhatItBegins {
          try cancellation.check()
          try current.iterate(of: total, walk: walk)
        } else if current.history.iterations.isEmpty {
          // No iteration to go back to, so no backup is needed: the first one overwrites the start.
          try current.iterate(of: total, walk: walk)
        } else {
          current.releaseDerived()
          // Before the first of these steps, the caller still holds the model in memory, so no backup file is needed.
          try current.surpass(of: total, walk: walk, iteration == 0 ? nil : current.keep(in: &backup))
        }
        try current.measureIteration()
      } catch {
        guard error.kind == .interruption, !current.history.iterations.isEmpty else { throw error }
        current.wasInterrupted = true
        return current
      }
    }
    return current
  }

  /// A file with a copy of what the iteration will change. Nil if the state is small enough for a copy in memory, or if
  /// the disk cannot take it.
  private mutating func keep(in backup: inout IterationBackup?) throws(Diagnostic) -> IterationBackup? {
    guard IterationBackup.isWanted(for: &self) else { return nil }
    do throws(Diagnostic) {
      if backup == nil { backup = try IterationBackup() }
      try backup?.keep(&self)
      return backup
    } catch {
      if error.kind == .interruption {
        restoreDerived()
        throw error
      }
      return nil
    }
  }

  /// Runs one more iteration; if it throws, the model is as it was before.
  private mutating func surpass(of total: Int, walk: Walk?, _ backup: IterationBackup?) throws(Diagnostic) {
    if let backup {
      do throws(Diagnostic) {
        try iterate(of: total, walk: walk)
      } catch {
        try backup.restore(&self)
        restoreDerived()
        throw error
      }
    } else {
      var next = self
      // The history has one owner, so that an iteration appends to it in place. A copy for every iteration would make
      // the time quadratic.
      let finished = history.iterations.count
      history = History()
      do throws(Diagnostic) {
        try next.iterate(of: total, walk: walk)
      } catch {
        history = next.history
        history.keepFirst(finished)
        restoreDerived()
        throw error
      }
      self = next
    }
  }

  /// Adds the measurements that the task-local `IterationMeasurement` asks for.
  private mutating func measureIteration() throws(Diagnostic) {
    guard let measurement = IterationMeasurement.current else { return }
    history.record(try measurement.measure(self), as: measurement.columns)
  }
}

/// A measurement after every iteration of a fit that the model itself cannot make: its quality on other data.
///
/// The fit finds it in the task-local `current`, so models do not need to know it.
public struct IterationMeasurement: Sendable {
  /// The names of what is measured, as `history` shows them.
  public let columns: [String]
  let measure: @Sendable (any FittedModel) throws(Diagnostic) -> [Double]

  public init(
    columns: [String], _ measure: @escaping @Sendable (any FittedModel) throws(Diagnostic) -> [Double]
  ) {
    self.columns = columns
    self.measure = measure
  }

  /// The measurement that fits in this task make after every iteration; nil for none.
  @TaskLocal public static var current: IterationMeasurement?
}
