public import Diagnostics
import Parallelism

/// A fitted model that is reached by iterations, each starting from the one before.
protocol IterativeModel: FittedModel {
  var history: History { get set }
  var wasInterrupted: Bool { get set }
  /// The parameter that says how many iterations there are: `iterations`, or `epochs`.
  var iterationLimit: Int { get set }

  /// Whether the next iteration is so short that it is finished though it is interrupted: then nothing needs to be
  /// kept of the model before it, and `iterate` throws no interruption.
  var finishesWhatItBegins: Bool { get }

  /// Lets go of what an iteration does not read and makes anew at its end.
  mutating func releaseDerived()

  /// Makes that anew for a model that an iteration begun after it did not get beyond.
  mutating func restoreDerived()

  /// Lists what the model has learned, each array with its name in a file and the shape that it must have there.
  ///
  /// What `restoreDerived` makes from the others is left out of a backup.
  mutating func visitState(_ state: inout StateVisitor) throws(Diagnostic)

  /// Makes what follows from a state that was read from a file, and refuses arrays that do not belong together.
  mutating func completeState() throws(Diagnostic)

  /// One more iteration, the last of which will be number `total`. Appends what it measured to the history when the
  /// model is what it has to be; what an iteration that throws before that did to the arrays is undone by whoever began
  /// it, and nothing else may have changed.
  mutating func iterate(of total: Int, walk: Walk?) throws(Diagnostic)
}

extension IterativeModel {
  var finishesWhatItBegins: Bool { false }

  func releaseDerived() {}
  func restoreDerived() {}
  func completeState() {}

  /// Whether the iteration before took less than a person waits for a prompt.
  var isQuick: Bool { (history.iterations.last?.seconds).map { $0 < 0.08 } ?? false }

  public func step(_ count: Int) throws(Diagnostic) -> any FittedModel {
    var longer = self
    longer.iterationLimit = history.iterations.count + count
    longer.wasInterrupted = false
    return try longer.continued(for: count)
  }

  /// The model after `count` more iterations or, interrupted, after those that were finished.
  ///
  /// - Throws: an interruption before the first iteration ever was finished.
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
          // There is no iteration to go back to: the start makes room for the first.
          try current.iterate(of: total, walk: walk)
        } else {
          current.releaseDerived()
          // The model that takes its first step is somebody's, who has its factors all the while.
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

  /// A copy of what the iteration will change in a file; nil where it is small enough to stay in memory, or has to, as
  /// the disk does not take it.
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

  /// One more iteration; interrupted, the model is as it was.
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
      // The history has one owner, so that an iteration appends to it in place: a copy of it for each would be quadratic.
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

  /// What else somebody wants to know of the iteration just finished.
  private mutating func measureIteration() throws(Diagnostic) {
    guard let measurement = IterationMeasurement.current else { return }
    history.record(try measurement.measure(self), as: measurement.columns)
  }
}

/// What is measured after every iteration of a fit besides what the model itself knows: its quality on other data.
///
/// Work inherits it through the task-local `current`, so that models need not know of it.
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

  @TaskLocal public static var current: IterationMeasurement?
}
