import Diagnostics
import LinearAlgebra
import Parallelism
import RandomNumbers

/// Factors and biases after some epochs. A row of weights has the factors of a user or item, then its bias.
struct FittedMatrixFactorization: ScoringModel, IterativeModel {
  var factorization: MatrixFactorization
  let interactions: Interactions
  let rows: InteractionRows
  var users: AdamRows
  var items: AdamRows
  /// The constant g: one row with one weight.
  var constant: AdamRows
  /// Steps taken so far.
  var stepCount = 0
  var history = History(
    lossMeaning: "RMSE of the epoch, each row measured before its update", columns: ["last_batch_rmse"])
  var wasInterrupted = false

  /// For so many steps at a time, the rows that they read take their missed steps together: enough to keep all cores
  /// busy, and few enough that rows seldom occur twice.
  private static let stepsAhead = 256

  var model: any Model { factorization }
  var scale: ClosedRange<Double> { factorization.scale }

  /// The model before it has learned anything.
  init(_ model: MatrixFactorization, _ interactions: Interactions) throws(Diagnostic) {
    factorization = model
    self.interactions = interactions
    rows = interactions.rows ?? InteractionRows(cellsOf: interactions)
    users = try AdamRows(rowCount: 0, columnCount: model.factors + 1) { _, _ in 0 }
    items = users
    constant = try AdamRows(rowCount: 1, columnCount: 1) { _, _ in 0 }
  }

  init(startOf model: MatrixFactorization, _ interactions: Interactions) throws(Diagnostic) {
    try self.init(model, interactions)
    var random = MersenneTwister(seed: UInt32(model.seed))
    let f = model.factors
    let cancellation = Cancellation.current
    func drawn(_ count: Int) throws(Diagnostic) -> [Float] {
      try random.torchNormal(count: count) { () throws(Diagnostic) in try cancellation.check() }
    }
    let userFactors = try drawn(interactions.userCount * f)
    let itemFactors = try drawn(interactions.itemCount * f)
    let userBiases = try drawn(interactions.userCount)
    let itemBiases = try drawn(interactions.itemCount)
    let size: Float = model.variant == .dense ? 1 : 0.1
    users = try AdamRows(rowCount: interactions.userCount, columnCount: f + 1) {
      size * ($1 < f ? userFactors[$0 * f + $1] : userBiases[$0])
    }
    items = try AdamRows(rowCount: interactions.itemCount, columnCount: f + 1) {
      size * ($1 < f ? itemFactors[$0 * f + $1] : itemBiases[$0])
    }
  }

  /// The number of steps. `dense` takes those of Python's `range(0, rows − batch, batch)`; `sampled` uses every row.
  var stepsPerEpoch: Int {
    let (count, batch) = (rows.count, factorization.batch)
    return factorization.variant == .dense
      ? (max(0, count - batch) + batch - 1) / batch : (count + batch - 1) / batch
  }

  var iterationLimit: Int {
    get { factorization.epochs }
    set { factorization.epochs = newValue }
  }

  mutating func visitState(_ state: inout StateVisitor) throws(Diagnostic) {
    let columns = factorization.factors + 1
    try state.visit("users", &users, rowCount: userCount, columnCount: columns)
    try state.visit("items", &items, rowCount: itemCount, columnCount: columns)
    try state.visit("constant", &constant, rowCount: 1, columnCount: 1)
    try state.visit("stepCount", &stepCount, in: 0...Int(Int32.max))
  }

  func completeState() throws(Diagnostic) {
    guard stepCount == history.iterations.count * stepsPerEpoch else {
      throw .damagedModel("\(stepCount) steps are not \(history.iterations.count) epochs")
    }
    for (name, rows) in [("users", users), ("items", items), ("constant", constant)]
    where rows.current.contains(where: { $0 > stepCount }) {
      throw .damagedModel("`\(name)` are further than \(stepCount) steps")
    }
  }

  mutating func iterate(of total: Int, walk: Walk?) throws(Diagnostic) {
    let watch = Stopwatch()
    let number = history.iterations.count + 1
    let schedule = try AdamRows.Schedule(
      steps: number * stepsPerEpoch, learningRate: factorization.learningRate, weightDecay: factorization.weightDecay)
    let cancellation = Cancellation.current
    let examples = try Examples(factorization, interactions, rows, epoch: number)
    var (squares, seen, last) = (0.0, 0, 0.0)
    var batch = Batch(factors: factorization.factors, stride: users.stride)
    for step in 0..<stepsPerEpoch {
      if step & 15 == 0 { try cancellation.check() }
      if factorization.variant == .dense, step % Self.stepsAhead == 0 {
        try catchUp(before: step..<min(step + Self.stepsAhead, stepsPerEpoch), schedule)
      }
      examples.fill(&batch, step)
      let error = take(&batch, number: stepCount + 1, schedule)
      stepCount += 1
      squares += error
      seen += batch.count
      last = error / Double(batch.count)
      if step & 1023 == 0 {
        Progress.report(
          MatrixFactorization.name, (number - 1) * stepsPerEpoch + step, of: total * stepsPerEpoch,
          detail: "epoch \(number) of \(total)")
      }
    }
    if factorization.variant == .dense {
      try users.catchUpAll(to: stepCount, schedule)
      try items.catchUpAll(to: stepCount, schedule)
    }
    let loss = rootMeanSquare(squares, seen)
    guard loss.isFinite else { throw .diverged(MatrixFactorization.name) }
    history.append(
      History.Iteration(
        number: number, loss: loss, seconds: watch.seconds, measured: [last.squareRoot()]))
  }

  /// Takes the missed steps of the rows that the next `steps` read, each up to the step that first reads it.
  private mutating func catchUp(before steps: Range<Int>, _ schedule: AdamRows.Schedule) throws(Diagnostic) {
    var userGoals: [Int32: Int32] = [:]
    var itemGoals: [Int32: Int32] = [:]
    for step in steps.reversed() {
      let done = Int32(truncatingIfNeeded: stepCount + step - steps.lowerBound)
      for row in step * factorization.batch..<(step + 1) * factorization.batch {
        userGoals[rows.users[row]] = done
        itemGoals[rows.items[row]] = done
      }
    }
    try users.catchUp(userGoals, schedule)
    try items.catchUp(itemGoals, schedule)
  }

  /// Takes one step of Adam on the mean squared error of a batch. Returns the sum of its squared errors.
  mutating func take(_ batch: inout Batch, number: Int, _ schedule: AdamRows.Schedule) -> Double {
    if factorization.variant == .dense {
      for user in batch.users { users.catchUp(Int(user), to: number - 1, schedule) }
      for item in batch.items { items.catchUp(Int(item), to: number - 1, schedule) }
    }
    var squares = 0.0
    batch.clearGradients()
    let g = constant[0, 0]
    for place in 0..<batch.count {
      let error = predict(batch.users[place], batch.items[place], g) - batch.values[place]
      squares += Double(error) * Double(error)
      batch.addGradients(place, 2 * error / Float(batch.count), users, items)
    }
    for (index, user) in batch.userRows.enumerated() {
      let gradient = batch.userGradient(index)
      users.step(Int(user), number: number, gradient: gradient.span, schedule)
    }
    for (index, item) in batch.itemRows.enumerated() {
      let gradient = batch.itemGradient(index)
      items.step(Int(item), number: number, gradient: gradient.span, schedule)
    }
    constant.step(0, number: number, gradient: batch.constantGradient.span, schedule)
    return squares
  }

  private func predict(_ user: Int32, _ item: Int32, _ g: Float) -> Float {
    let f = factorization.factors
    let (userStart, itemStart) = (Int(user) * users.stride, Int(item) * items.stride)
    var sum: Float = 0
    for factor in 0..<f { sum += users.weights[userStart + factor] * items.weights[itemStart + factor] }
    return sum + users.weights[userStart + f] + items.weights[itemStart + f] + g
  }

  func predict(user: Int32?, item: Int32?) -> Double? {
    let terms = terms(user, item)
    return max(scale.lowerBound, min(scale.upperBound, terms.reduce(0) { $0 + $1.contribution }))
  }

  func terms(_ user: Int32?, _ item: Int32?) -> [Explanation.Term] {
    let f = factorization.factors
    var terms = [Explanation.Term(.part("constant"), Double(constant[0, 0]))]
    if let user { terms.append(Explanation.Term(.part("the user's bias"), Double(users[Int(user), f]))) }
    if let item { terms.append(Explanation.Term(.part("the item's bias"), Double(items[Int(item), f]))) }
    if let user, let item {
      let product = (0..<f).reduce(0.0) { $0 + Double(users[Int(user), $1]) * Double(items[Int(item), $1]) }
      terms.append(Explanation.Term(.part("product of factors"), product))
    }
    return terms
  }

  /// The most similar items by the cosine of their factors, without the biases.
  func similar(to item: Int32, top: Int) throws(Diagnostic) -> [ScoredItem] {
    let factors = try PaddedMatrix(rowCount: itemCount, columnCount: factorization.factors) { rows, write in
      for row in rows { for factor in 0..<factorization.factors { write(row, factor, items[row, factor]) } }
    }
    return factors.nearest(to: item, top: top)
  }

  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let terms = terms(user, item)
    return Explanation(score: terms.reduce(0) { $0 + $1.contribution }, terms: terms)
  }

  func writeScores(of users: ArraySlice<Int32>, for items: Range<Int>, into scores: inout MutableSpan<Float>) {
    var place = 0
    for user in users {
      for item in items {
        scores[place] = predict(user, Int32(item), constant[0, 0])
        place += 1
      }
    }
  }

  /// A new user has no factors, so the scores are those of the items' biases alone.
  func writeScores(of basket: Basket, into scores: inout MutableSpan<Float>) {
    for item in 0..<itemCount { scores[item] = constant[0, 0] + items[item, factorization.factors] }
  }

  var notes: [String] {
    guard factorization.variant == .dense else { return [] }
    let weights = rows.weights ?? [1]
    var notes = scaleNotes(RatingValues(weights))
    if weights.allSatisfy({ $0 == weights[0] }) {
      notes.append(
        "all ratings are \(numberText(weights[0])): the constant alone predicts them, and a small RMSE means nothing")
    }
    let dead = (0..<itemCount).count { item in (0..<factorization.factors).allSatisfy { abs(items[item, $0]) < 1e-6 } }
    if dead > itemCount / 2 {
      notes.append("the factors of \(dead) of \(itemCount) items have decayed to zero; see `help MatrixFactorization`")
    }
    return notes
  }
}

extension StateVisitor {
  fileprivate mutating func visit(
    _ name: String, _ rows: inout AdamRows, rowCount: Int, columnCount: Int
  ) throws(Diagnostic) {
    try visit(&rows) { (rows, transfer) throws(Diagnostic) in
      try rows.move(&transfer)
    } store: { rows, archive in
      archive.store("\(name)/weights", rows.weights)
      archive.store("\(name)/first", rows.first)
      archive.store("\(name)/second", rows.second)
      archive.store("\(name)/current", rows.current)
    } restore: { (archive) throws(Diagnostic) in
      let rows = AdamRows(
        rowCount: rowCount, columnCount: columnCount, weights: try archive.floats("\(name)/weights"),
        first: try archive.floats("\(name)/first"), second: try archive.floats("\(name)/second"),
        current: try archive.indices("\(name)/current", in: 0..<Int(Int32.max)))
      guard let rows else { throw .damagedModel("`\(name)` are not \(rowCount) × \(columnCount)") }
      return rows
    }
  }
}
