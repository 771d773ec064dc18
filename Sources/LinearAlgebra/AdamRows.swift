import CNumerics
public import Diagnostics
public import Parallelism

/// Rows of weights that Adam updates lazily: a row without a gradient is not touched until it is needed.
///
/// Exact Adam updates every row at every step: with weight decay a weight changes even where its gradient is zero. But
/// such a change depends only on the weight's own value and moments. So a row stays as it is until a caller needs it,
/// and then takes all the steps that it has missed at once, in registers. The result has the same bits as an update of
/// every row at every step.
///
/// - Source: Kingma, Ba, *Adam*, ICLR 2015; coupled decay, as `torch.optim.Adam(weight_decay=…)`.
public struct AdamRows: Sendable {
  /// The learning rate γ, β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸ and the weight decay, with the bias corrections of every step.
  public struct Schedule: Sendable {
    let settings: adam_settings
    /// γ/(1 − β₁ᵗ) and 1/√(1 − β₂ᵗ) for t = 1, 2, …
    let rates: [Float]
    let corrections: [Float]

    public init(steps: Int, learningRate: Double, weightDecay: Double) throws(Diagnostic) {
      let (first, second) = (0.9, 0.999)
      settings = adam_settings(
        weight_decay: Float(weightDecay), second_decay: Float(second), first_share: Float(1 - first),
        second_share: Float(1 - second), epsilon: 1e-8)
      var (firstPower, secondPower) = (1.0, 1.0)
      var rates: [Float] = []
      var corrections: [Float] = []
      rates.reserveCapacity(steps)
      corrections.reserveCapacity(steps)
      try forEachRange(of: steps) { range in
        for _ in range {
          firstPower *= first
          secondPower *= second
          rates.append(Float(learningRate / (1 - firstPower)))
          corrections.append(Float(1 / (1 - secondPower).squareRoot()))
        }
      }
      self.rates = rates
      self.corrections = corrections
    }
  }

  public let rowCount: Int
  public let columnCount: Int
  /// Weights per row, padded to a multiple of 16.
  public let stride: Int
  public private(set) var weights: [Float]
  /// Adam's running means of the gradients and of their squares.
  public private(set) var first: [Float]
  public private(set) var second: [Float]
  /// The number of the last step that each row has taken.
  public private(set) var current: [Int32]

  public init(
    rowCount: Int, columnCount: Int, _ value: @Sendable (_ row: Int, _ column: Int) -> Float
  ) throws(Diagnostic) {
    let stride = PaddedMatrix.stride(for: columnCount)
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.stride = stride
    weights = try buildArray(count: rowCount * stride, grain: stride << 12, of: Float.self) { (range, weights) in
      for place in weights.indices {
        let (row, column) = ((range.lowerBound + place) / stride, place % stride)
        weights[place] = column < columnCount ? value(row, column) : 0
      }
    }
    first = try repeatedArray(0, count: rowCount * stride)
    second = first
    current = [Int32](repeating: 0, count: rowCount)
  }

  /// Restores rows from their state after some steps; nil if the lengths of the arrays do not match.
  public init?(
    rowCount: Int, columnCount: Int, weights: [Float], first: [Float], second: [Float], current: [Int32]
  ) {
    let stride = PaddedMatrix.stride(for: columnCount)
    let counts = [weights.count, first.count, second.count, current.count * stride]
    guard counts.allSatisfy({ $0 == rowCount * stride }), current.allSatisfy({ $0 >= 0 }) else { return nil }
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.stride = stride
    (self.weights, self.first, self.second, self.current) = (weights, first, second, current)
  }

  /// Writes everything that steps change to a file, or reads it back.
  public mutating func move(_ transfer: inout ArrayTransfer) throws(Diagnostic) {
    try transfer.move(&weights)
    try transfer.move(&first)
    try transfer.move(&second)
    try transfer.move(&current)
  }

  public subscript(row: Int, column: Int) -> Float { weights[row * stride + column] }

  /// Takes the steps that a row has missed, up to and including `step`.
  public mutating func catchUp(_ row: Int, to step: Int, _ schedule: Schedule) {
    let (from, to) = (current[row], Int32(truncatingIfNeeded: step))
    guard to > from else { return }
    current[row] = to
    move(row) { w, m, v, count in
      schedule.rates.withUnsafeBufferPointer { rates in
        schedule.corrections.withUnsafeBufferPointer { corrections in
          adam_lazy_steps_row(schedule.settings, rates.baseAddress, corrections.baseAddress, from, to, count, w, m, v)
        }
      }
    }
  }

  /// Takes step number `step` (from 1) of a row, with its gradient. For exact Adam the caller has to call `catchUp`
  /// first: missed steps are not taken here.
  ///
  /// - Precondition: `gradient` has at least `stride` elements.
  public mutating func step(_ row: Int, number step: Int, gradient: Span<Float>, _ schedule: Schedule) {
    precondition(gradient.count >= stride)
    current[row] = Int32(truncatingIfNeeded: step)
    move(row) { w, m, v, count in
      gradient.withUnsafeBufferPointer { gradient in
        guard let gradient = gradient.baseAddress else { return }
        for lane in Swift.stride(from: 0, to: Int(count), by: 16) {
          adam_step(
            schedule.settings, schedule.rates[step - 1], schedule.corrections[step - 1], gradient + lane, w + lane,
            m + lane, v + lane)
        }
      }
    }
  }

  /// Calls `body` with the weights of a row, its moments, and their count.
  private mutating func move(
    _ row: Int,
    _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, Int32) -> Void
  ) {
    let (start, count) = (row * stride, Int32(stride))
    weights.withUnsafeMutableBufferPointer { w in
      first.withUnsafeMutableBufferPointer { m in
        second.withUnsafeMutableBufferPointer { v in
          guard let w = w.baseAddress, let m = m.baseAddress, let v = v.baseAddress else { return }
          body(w + start, m + start, v + start, count)
        }
      }
    }
  }
}

extension AdamRows {
  /// Takes the steps that several rows have missed, in batches of 64 rows, on all cores.
  ///
  /// - `goals`: for each row, the last step that it has to take.
  public mutating func catchUp(_ goals: [Int32: Int32], _ schedule: Schedule) throws(Diagnostic) {
    var pauses: [Pause] = []
    for (row, step) in goals where current[Int(row)] < step {
      pauses.append(Pause(row: row, from: current[Int(row)], to: step))
      current[Int(row)] = step
    }
    try takeMissedSteps(pauses, schedule)
  }

  /// Takes the missed steps of all rows, up to and including `step`.
  public mutating func catchUpAll(to step: Int, _ schedule: Schedule) throws(Diagnostic) {
    let to = Int32(truncatingIfNeeded: step)
    let pauses = current.indices.filter { current[$0] < to }.map { row in
      Pause(row: Int32(truncatingIfNeeded: row), from: current[row], to: to)
    }
    for pause in pauses { current[Int(pause.row)] = to }
    try takeMissedSteps(pauses, schedule)
  }

  /// The steps that a row has missed: those after `from`, up to and including `to`.
  private struct Pause: Sendable {
    var row: Int32
    var from: Int32
    var to: Int32
  }

  /// Rows that have missed about the same steps share a batch, so that few lanes of the batch are idle.
  private mutating func takeMissedSteps(_ pauses: [Pause], _ schedule: Schedule) throws(Diagnostic) {
    let sorted = pauses.sorted { ($0.from, $0.row) < ($1.from, $1.row) }
    let (stride, columnCount) = (stride, columnCount)
    var (w, m, v) = (weights, first, second)
    (weights, first, second) = ([], [], [])
    defer { (weights, first, second) = (w, m, v) }
    try withDisjointRows(of: &w) { (weights) throws(Diagnostic) in
      try withDisjointRows(of: &m) { (first) throws(Diagnostic) in
        try withDisjointRows(of: &v) { (second) throws(Diagnostic) in
          try forEachChunk(of: sorted.count, grain: LazyRows.most) { (range) throws(Diagnostic) in
            var lanes = LazyRows(columnCount: columnCount)
            for (lane, pause) in sorted[range].enumerated() {
              let row = Int(pause.row) * stride..<Int(pause.row) * stride + columnCount
              lanes.setSteps(lane, pause.from, pause.to)
              try weights.readRows(row) { (row) in lanes.weights.load(row, lane) }
              try first.readRows(row) { (row) in lanes.first.load(row, lane) }
              try second.readRows(row) { (row) in lanes.second.load(row, lane) }
            }
            lanes.takeMissedSteps(range.count, schedule)
            for (lane, pause) in sorted[range].enumerated() {
              let row = Int(pause.row) * stride..<Int(pause.row) * stride + columnCount
              try weights.withRows(row) { (row) in lanes.weights.store(&row, lane) }
              try first.withRows(row) { (row) in lanes.first.store(&row, lane) }
              try second.withRows(row) { (row) in lanes.second.store(&row, lane) }
            }
          }
        }
      }
    }
  }
}

/// A batch of up to 64 rows, stored column by column: the layout that the C kernel reads.
private struct LazyRows {
  struct Lanes {
    var values: [Float]

    mutating func load(_ row: Span<Float>, _ lane: Int) {
      for column in row.indices { values[LazyRows.most * column + lane] = row[column] }
    }

    func store(_ row: inout MutableSpan<Float>, _ lane: Int) {
      for column in row.indices { row[column] = values[LazyRows.most * column + lane] }
    }
  }

  static let most = 64

  let columnCount: Int
  var weights: Lanes
  var first: Lanes
  var second: Lanes
  private var from = [Int32](repeating: 0, count: LazyRows.most)
  private var to = [Int32](repeating: 0, count: LazyRows.most)

  init(columnCount: Int) {
    self.columnCount = columnCount
    weights = Lanes(values: [Float](repeating: 0, count: Self.most * columnCount))
    first = weights
    second = weights
  }

  /// The first row also sets the steps of all other lanes, in case they stay empty.
  mutating func setSteps(_ lane: Int, _ from: Int32, _ to: Int32) {
    for lane in lane == 0 ? 0..<Self.most : lane..<lane + 1 {
      self.from[lane] = from
      self.to[lane] = to
    }
  }

  mutating func takeMissedSteps(_ rows: Int, _ schedule: AdamRows.Schedule) {
    schedule.rates.withUnsafeBufferPointer { rates in
      schedule.corrections.withUnsafeBufferPointer { corrections in
        weights.values.withUnsafeMutableBufferPointer { w in
          first.values.withUnsafeMutableBufferPointer { m in
            second.values.withUnsafeMutableBufferPointer { v in
              adam_lazy_steps(
                schedule.settings, rates.baseAddress, corrections.baseAddress, from, to, Int32(rows),
                Int32(columnCount), w.baseAddress, m.baseAddress, v.baseAddress)
            }
          }
        }
      }
    }
  }
}
