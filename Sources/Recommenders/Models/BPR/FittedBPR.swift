import Diagnostics
import LinearAlgebra
import Parallelism
import RandomNumbers

/// A BPR model after some epochs. The last column of the users' factors is 1; that of the items' factors is the bias.
struct FittedBPR: ScoringModel, EpochModel {
  var bpr: BPR
  let interactions: Interactions
  let sampler: PairwiseSampler
  var userFactors: PaddedMatrix
  var itemFactors: PaddedMatrix
  var history = History(
    lossMeaning: "mean of −ln σ(x̂ᵤᵢ − x̂ᵤⱼ) over the epoch's samples, each measured before its update")
  var wasInterrupted = false

  var model: any Model { bpr }
  var scoringBlock: Int { 256 }
  var scoringTile: Int { 512 }

  var iterationLimit: Int {
    get { bpr.epochs }
    set { bpr.epochs = newValue }
  }

  /// The model before it has learned anything.
  init(_ model: BPR, _ interactions: Interactions) {
    bpr = model
    self.interactions = interactions
    sampler = PairwiseSampler(model, interactions.matrix)
    userFactors = PaddedMatrix(rowCount: 0, columnCount: model.factors + 1)
    itemFactors = userFactors
  }

  init(startOf model: BPR, _ interactions: Interactions) throws(Diagnostic) {
    self.init(model, interactions)
    let columns = model.factors + 1
    let random = PCG64(seed: UInt64(model.seed))
    func start(_ rowCount: Int, after offset: Int, last: Float?) throws(Diagnostic) -> PaddedMatrix {
      try PaddedMatrix(rowCount: rowCount, columnCount: columns) { rows, write in
        var generator = random.advanced(by32: UInt64(offset + rows.lowerBound * columns))
        for row in rows {
          for column in 0..<columns {
            let drawn = (generator.nextFloat() - 0.5) / Float(model.factors)
            write(row, column, column < model.factors ? drawn : last ?? drawn)
          }
        }
      }
    }
    userFactors = try start(interactions.userCount, after: 0, last: 1)
    itemFactors = try start(interactions.itemCount, after: interactions.userCount * columns, last: nil)
  }

  mutating func visitState(_ state: inout StateVisitor) throws(Diagnostic) {
    let columns = bpr.factors + 1
    try state.visit("userFactors", &userFactors, rowCount: userCount, columnCount: columns)
    try state.visit("itemFactors", &itemFactors, rowCount: itemCount, columnCount: columns)
  }

  private var descent: PairwiseDescent {
    PairwiseDescent(
      userRate: Float(bpr.learningRate), itemRate: Float(bpr.learningRate), penalty: Float(bpr.regularization))
  }

  /// All cores draw a block of samples at a time; one thread takes a step for each of them, in order.
  mutating func runEpoch(_ number: Int, of total: Int) throws(Diagnostic) -> Double {
    let cancellation = Cancellation.current
    let (cells, block) = (interactions.cellCount, 1 << 16)
    var (loss, count) = (0.0, 0)
    for first in stride(from: 0, to: cells, by: block) {
      try cancellation.check()
      let samples = try sampler.samples(first..<min(cells, first + block), epoch: number)
      let part = descent.run(samples, users: &userFactors, items: &itemFactors)
      loss += part.loss
      count += part.count
      if first > 0, first % (16 * block) == 0 {
        Progress.report(
          BPR.name, (number - 1) * cells + first, of: total * cells, detail: "epoch \(number) of \(total)")
      }
    }
    return loss / Double(max(1, count))
  }

  func writeScores(
    of users: ArraySlice<Int32>, for items: Range<Int>, into scores: inout MutableSpan<Float>
  ) throws(Diagnostic) {
    userFactors.writeProducts(ofRows: users, with: itemFactors, items, into: &scores)
  }

  /// Fold-in: the factors of a new user are learned from the items of the basket, with the items' factors fixed.
  func writeScores(of basket: Basket, into scores: inout MutableSpan<Float>) throws(Diagnostic) {
    var user = try PaddedMatrix(rowCount: 1, columnCount: bpr.factors + 1) { _, write in write(0, bpr.factors, 1) }
    var items = itemFactors
    var descent = descent
    descent.itemRate = 0
    _ = descent.run(sampler.samples(of: basket, times: 10 * bpr.epochs), users: &user, items: &items)
    user.writeProducts(ofRows: [0], with: itemFactors, 0..<itemCount, into: &scores)
  }

  func similar(to item: Int32, top: Int) -> [ScoredItem] { itemFactors.nearest(to: item, top: top) }

  func explain(_ user: Int32, _ item: Int32) -> Explanation {
    let score = Double(userFactors.product(row: Int(user), with: itemFactors, row: Int(item)))
    let bias = Double(itemFactors[Int(item), bpr.factors])
    return Explanation(
      score: score,
      terms: [
        Explanation.Term(.part("the item's bias"), bias), Explanation.Term(.part("product of factors"), score - bias),
      ])
  }
}

extension FittedBPR {
  func showStart(_ seconds: Double, _ walk: Walk?) throws(Diagnostic) {
    guard let walk else { return }
    try walk.show(
      StepReport(
        of: BPR.self, "start", formula: "X, Y, b ~ U(−½, ½)/f", shapes: shapes,
        seconds: seconds, corners: corners, lookAt: "the factors are tiny: every order of two items is equally likely"))
    let watch = Stopwatch()
    guard let sample = try sampler.samples(0..<1, epoch: 1).first(where: { $0.disliked >= 0 }) else { return }
    var moved = self
    let loss = descent.run([sample], users: &moved.userFactors, items: &moved.itemFactors).loss
    let (before, after, columns) = (self, moved, bpr.factors)
    let (user, liked, disliked) = (Int(sample.user), Int(sample.liked), Int(sample.disliked))
    try walk.show(
      StepReport(
        of: BPR.self, "one update",
        formula: "z = σ(x̂ᵤⱼ − x̂ᵤᵢ);  xᵤ += γ(z(yᵢ − yⱼ) − λxᵤ);  yᵢ += γ(z·xᵤ − λyᵢ);  yⱼ −= γ(z·xᵤ + λyⱼ)",
        shapes: [
          "i is an item the user had, j one not: −ln σ = \(shortText(Double(loss))), γ = \(bpr.learningRate)"
        ],
        subjects: [.users([sample.user]), .items([sample.liked, sample.disliked])], seconds: watch.seconds,
        corners: [
          StepReport.Corner("xᵤ before", count: columns) { Double(before.userFactors[user, $0]) },
          StepReport.Corner("xᵤ after", count: columns) { Double(after.userFactors[user, $0]) },
          StepReport.Corner("yᵢ before", count: columns) { Double(before.itemFactors[liked, $0]) },
          StepReport.Corner("yᵢ after", count: columns) { Double(after.itemFactors[liked, $0]) },
          StepReport.Corner("yⱼ before", count: columns) { Double(before.itemFactors[disliked, $0]) },
          StepReport.Corner("yⱼ after", count: columns) { Double(after.itemFactors[disliked, $0]) },
        ], lookAt: "the item that the user had moves towards the user, the other one away"))
  }

  func showEnd(_ walk: Walk?) throws(Diagnostic) {
    try walk?.show(
      StepReport(
        of: BPR.self, "epochs", formula: "x̂ᵤᵢ = xᵤ·yᵢ + bᵢ",
        shapes: shapes + [
          "\(counted(history.iterations.count, "epoch")), loss \(shortText(history.iterations.last?.loss ?? 0))"
        ],
        seconds: history.seconds, corners: corners,
        lookAt: "0.69 (ln 2) is random guessing; near 0, nearly every pair is in the right order"))
  }

  private var shapes: [String] {
    ["X is \(userCount) users × \(bpr.factors) factors", "Y is \(itemCount) items × \(bpr.factors) factors"]
  }

  private var corners: [StepReport.Corner] {
    [
      StepReport.Corner("X", rowCount: userCount, columnCount: bpr.factors) { Double(userFactors[$0, $1]) },
      StepReport.Corner("Y", rowCount: itemCount, columnCount: bpr.factors) { Double(itemFactors[$0, $1]) },
    ]
  }
}
