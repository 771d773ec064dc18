import CNumerics
public import Diagnostics
import Parallelism

/// Rows of weights that Adam moves, every row at every step, without touching the rows that have no gradient.
///
/// With weight decay a weight moves even where its gradient is zero, but then its path depends on its own value and
/// moments alone. So a row is left as it is until somebody needs it, and then takes all the steps it has missed, in
/// registers: the same numbers as moving everything at every step.
///
/// - Source: Kingma, Ba, *Adam*, ICLR 2015; coupled decay, as `torch.optim.Adam(weight_decay=…)`.
public struct AdamRows: Sendable {
  /// γ, β₁, β₂, ε and the decay of a run, with what they come to at every step.
  public struct Schedule: Sendable {
    let settings: adam_settings
    /// γ/(1 − β₁ᵗ) and 1/√(1 − β₂ᵗ) for t = 1, 2, …
    let rates: [Float]
    let corrections: [Float]

    public init(steps: Int, learningRate: Double, weightDecay: Double) {
      let (first, second) = (0.9, 0.999)
      settings = adam_settings(
        weight_decay: Float(weightDecay), first_decay: Float(first), second_decay: Float(second), epsilon: 1e-8)
      var (firstPower, secondPower) = (1.0, 1.0)
      var rates: [Float] = []
      var corrections: [Float] = []
      for _ in 0..<steps {
        firstPower *= first
        secondPower *= second
        rates.append(Float(learningRate / (1 - firstPower)))
        corrections.append(Float(1 / (1 - secondPower).squareRoot()))
      }
      self.rates = rates
      self.corrections = corrections
    }
  }

  public let rowCount: Int
  /// Weights per row, padded to a multiple of 16.
  public let stride: Int
  public private(set) var weights: [Float]
  /// Adam's running means of the gradients and of their squares.
  public private(set) var first: [Float]
  public private(set) var second: [Float]
  /// The step up to which each row has been moved.
  public private(set) var current: [Int32]

  public init(rowCount: Int, columnCount: Int, _ value: (_ row: Int, _ column: Int) -> Float) {
    self.rowCount = rowCount
    stride = PaddedMatrix.stride(for: columnCount)
    weights = [Float](repeating: 0, count: rowCount * stride)
    for row in 0..<rowCount { for column in 0..<columnCount { weights[row * stride + column] = value(row, column) } }
    first = [Float](repeating: 0, count: weights.count)
    second = first
    current = [Int32](repeating: 0, count: rowCount)
  }

  /// Rows as they were after some steps; nil where the arrays do not fit each other.
  public init?(
    rowCount: Int, columnCount: Int, weights: [Float], first: [Float], second: [Float], current: [Int32]
  ) {
    let stride = PaddedMatrix.stride(for: columnCount)
    let counts = [weights.count, first.count, second.count, current.count * stride]
    guard counts.allSatisfy({ $0 == rowCount * stride }), current.allSatisfy({ $0 >= 0 }) else { return nil }
    self.rowCount = rowCount
    self.stride = stride
    (self.weights, self.first, self.second, self.current) = (weights, first, second, current)
  }

  public subscript(row: Int, column: Int) -> Float { weights[row * stride + column] }

  /// Lets a row take the steps it has missed, up to and including `step`.
  public mutating func catchUp(_ row: Int, to step: Int, _ schedule: Schedule) {
    let done = Int(current[row])
    guard step > done else { return }
    current[row] = Int32(truncatingIfNeeded: step)
    move(row, schedule) { w, m, v in
      schedule.rates.withUnsafeBufferPointer { rates in
        schedule.corrections.withUnsafeBufferPointer { corrections in
          guard let rates = rates.baseAddress, let corrections = corrections.baseAddress else { return }
          adam_coast(schedule.settings, rates + done, corrections + done, Int32(step - done), w, m, v)
        }
      }
    }
  }

  /// Takes step number `step` of a row that is up to date, with its gradient.
  public mutating func step(_ row: Int, number step: Int, gradient: Span<Float>, _ schedule: Schedule) {
    current[row] = Int32(truncatingIfNeeded: step)
    var lane = 0
    move(row, schedule) { w, m, v in
      gradient.withUnsafeBufferPointer { gradient in
        guard let gradient = gradient.baseAddress else { return }
        adam_step(
          schedule.settings, schedule.rates[step - 1], schedule.corrections[step - 1], gradient + lane, w, m, v)
      }
      lane += 16
    }
  }

  /// Lets all rows catch up, in parallel.
  public mutating func catchUpAll(to step: Int, _ schedule: Schedule) throws(Diagnostic) {
    let (stride, before) = (stride, current)
    var (w, m, v) = (weights, first, second)
    (weights, first, second) = ([], [], [])
    defer { (weights, first, second) = (w, m, v) }
    try withDisjointRows(of: &w) { (weights) throws(Diagnostic) in
      try withDisjointRows(of: &m) { (first) throws(Diagnostic) in
        try withDisjointRows(of: &v) { (second) throws(Diagnostic) in
          try forEachChunk(of: before.count, grain: 64) { (rows) throws(Diagnostic) in
            for row in rows where Int(before[row]) < step {
              for lane in Swift.stride(from: row * stride, to: (row + 1) * stride, by: 16) {
                try weights.withRows(lane..<lane + 16) { (w) throws(Diagnostic) in
                  try first.withRows(lane..<lane + 16) { (m) throws(Diagnostic) in
                    try second.withRows(lane..<lane + 16) { (v) in
                      coast(&w, &m, &v, from: Int(before[row]), to: step, schedule)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    for row in current.indices { current[row] = max(current[row], Int32(truncatingIfNeeded: step)) }
  }

  /// Calls `body` with every 16 weights of a row and their moments.
  private mutating func move(
    _ row: Int, _ schedule: Schedule,
    _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) {
    let (start, stride) = (row * stride, stride)
    weights.withUnsafeMutableBufferPointer { w in
      first.withUnsafeMutableBufferPointer { m in
        second.withUnsafeMutableBufferPointer { v in
          guard let w = w.baseAddress, let m = m.baseAddress, let v = v.baseAddress else { return }
          for lane in Swift.stride(from: start, to: start + stride, by: 16) { body(w + lane, m + lane, v + lane) }
        }
      }
    }
  }
}

/// The steps after `done` up to and including `step` of 16 weights without a gradient.
private func coast(
  _ w: inout MutableSpan<Float>, _ m: inout MutableSpan<Float>, _ v: inout MutableSpan<Float>, from done: Int,
  to step: Int, _ schedule: AdamRows.Schedule
) {
  w.withUnsafeMutableBufferPointer { w in
    m.withUnsafeMutableBufferPointer { m in
      v.withUnsafeMutableBufferPointer { v in
        schedule.rates.withUnsafeBufferPointer { rates in
          schedule.corrections.withUnsafeBufferPointer { corrections in
            guard let rates = rates.baseAddress, let corrections = corrections.baseAddress else { return }
            adam_coast(
              schedule.settings, rates + done, corrections + done, Int32(step - done), w.baseAddress, m.baseAddress,
              v.baseAddress)
          }
        }
      }
    }
  }
}
