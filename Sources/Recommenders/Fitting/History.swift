import Diagnostics

/// What each iteration of a fit measured.
public struct History: Sendable {
  public struct Iteration: Sendable {
    /// From 1, over all steps taken.
    public var number: Int
    public var loss: Double?
    /// How long it took; nil in a model that was read from a file, which holds only what does not depend on the machine.
    public var seconds: Double?
    /// One for each of `History.columns`; nil where it was not measured.
    public var measured: [Double?]

    public init(number: Int, loss: Double?, seconds: Double?, measured: [Double?] = []) {
      self.number = number
      self.loss = loss
      self.seconds = seconds
      self.measured = measured
    }
  }

  /// What the loss is, in words.
  public var lossMeaning: String
  /// The names of what else is measured.
  public private(set) var columns: [String]
  public private(set) var iterations: [Iteration]

  public init(lossMeaning: String = "", columns: [String] = [], iterations: [Iteration] = []) {
    self.lossMeaning = lossMeaning
    self.columns = columns
    self.iterations = []
    for iteration in iterations { append(iteration) }
  }

  /// Adds an iteration; what it did not measure is nil.
  public mutating func append(_ iteration: Iteration) {
    var padded = iteration
    padded.measured += [Double?](repeating: nil, count: max(0, columns.count - iteration.measured.count))
    iterations.append(padded)
  }

  /// Removes the iterations after the first `count`.
  mutating func keepFirst(_ count: Int) { iterations.removeLast(max(0, iterations.count - count)) }

  /// How long the iterations took that ran in this process.
  public var seconds: Double { iterations.reduce(0) { $0 + ($1.seconds ?? 0) } }

  /// `20 epochs, RMSE 0.93` for a walk; nothing before the first.
  var shapes: [String] {
    guard let loss = iterations.last?.loss else { return [] }
    return ["\(counted(iterations.count, "epoch")), RMSE \(shortText(loss)) on the training ratings"]
  }

  /// Adds what was measured after the last iteration.
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
