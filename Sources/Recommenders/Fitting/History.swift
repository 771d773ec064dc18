import Diagnostics

/// What each iteration of a fit measured.
public struct History: Sendable {
  /// The measurements of one iteration.
  public struct Iteration: Sendable {
    /// The number of the iteration, from 1; iterations added by `step` count on.
    public var number: Int
    /// The loss, as `History.lossMeaning` defines it; nil if it was not measured.
    public var loss: Double?
    /// Its duration; nil in a model that was read from a file, because files hold only what does not depend on the
    /// machine.
    public var seconds: Double?
    /// One value for each of `History.columns`; nil if it was not measured.
    public var measured: [Double?]

    public init(number: Int, loss: Double?, seconds: Double?, measured: [Double?] = []) {
      self.number = number
      self.loss = loss
      self.seconds = seconds
      self.measured = measured
    }
  }

  /// The definition of the loss, in words.
  public var lossMeaning: String
  /// The names of the other measurements.
  public private(set) var columns: [String]
  /// The iterations in order.
  public private(set) var iterations: [Iteration]

  public init(lossMeaning: String = "", columns: [String] = [], iterations: [Iteration] = []) {
    self.lossMeaning = lossMeaning
    self.columns = columns
    self.iterations = []
    for iteration in iterations { append(iteration) }
  }

  /// Adds an iteration; columns that it did not measure get nil.
  public mutating func append(_ iteration: Iteration) {
    var padded = iteration
    padded.measured += [Double?](repeating: nil, count: max(0, columns.count - iteration.measured.count))
    iterations.append(padded)
  }

  /// Removes the iterations after the first `count`.
  mutating func keepFirst(_ count: Int) { iterations.removeLast(max(0, iterations.count - count)) }

  /// The total seconds of the iterations that ran in this process.
  public var seconds: Double { iterations.reduce(0) { $0 + ($1.seconds ?? 0) } }

  /// `20 epochs, RMSE 0.93 on the training ratings`, for a walk; empty before the first epoch.
  var shapes: [String] {
    guard let loss = iterations.last?.loss else { return [] }
    return ["\(counted(iterations.count, "epoch")), RMSE \(shortText(loss)) on the training ratings"]
  }

  /// Adds values that were measured after the last iteration.
  mutating func record(_ values: [Double], as names: [String]) {
    guard let last = iterations.indices.last else { return }
    for (name, value) in zip(names, values) {
      if !columns.contains(name) {
        columns.append(name)
        for place in iterations.indices { iterations[place].measured.append(nil) }
      }
      if let column = columns.firstIndex(of: name) { iterations[last].measured[column] = value }
    }
  }
}
