import Diagnostics
import LinearAlgebra
import Parallelism
import RandomNumbers

/// The examples of one step, and the gradients of their users and items. A user or item that occurs twice has one
/// gradient, the sum.
struct Batch {
  private let factors: Int
  private let stride: Int
  var users: [Int32] = []
  var items: [Int32] = []
  var values: [Float] = []
  private(set) var userRows: [Int32] = []
  private(set) var itemRows: [Int32] = []
  private var userGradients: [Float] = []
  private var itemGradients: [Float] = []
  private(set) var constantGradient = [Float](repeating: 0, count: 16)

  init(factors: Int, stride: Int) {
    self.factors = factors
    self.stride = stride
  }

  var count: Int { users.count }

  mutating func clear() {
    users.removeAll(keepingCapacity: true)
    items.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }

  mutating func append(_ user: Int32, _ item: Int32, _ value: Float) {
    users.append(user)
    items.append(item)
    values.append(value)
  }

  mutating func clearGradients() {
    userRows.removeAll(keepingCapacity: true)
    itemRows.removeAll(keepingCapacity: true)
    userGradients.removeAll(keepingCapacity: true)
    itemGradients.removeAll(keepingCapacity: true)
    constantGradient[0] = 0
  }

  func userGradient(_ index: Int) -> ArraySlice<Float> { userGradients[index * stride..<(index + 1) * stride] }
  func itemGradient(_ index: Int) -> ArraySlice<Float> { itemGradients[index * stride..<(index + 1) * stride] }

  /// Adds the gradients of the example at `place`; `slope` is the derivative of the loss with respect to its
  /// prediction.
  mutating func addGradients(_ place: Int, _ slope: Float, _ users: AdamRows, _ items: AdamRows) {
    let (user, item) = (self.users[place], self.items[place])
    let userStart = Self.start(of: user, in: &userRows, &userGradients, stride)
    let itemStart = Self.start(of: item, in: &itemRows, &itemGradients, stride)
    let (userWeights, itemWeights) = (Int(user) * stride, Int(item) * stride)
    for factor in 0..<factors {
      userGradients[userStart + factor] += slope * items.weights[itemWeights + factor]
      itemGradients[itemStart + factor] += slope * users.weights[userWeights + factor]
    }
    userGradients[userStart + factors] += slope
    itemGradients[itemStart + factors] += slope
    constantGradient[0] += slope
  }

  private static func start(of row: Int32, in rows: inout [Int32], _ gradients: inout [Float], _ stride: Int) -> Int {
    if let known = rows.firstIndex(of: row) { return known * stride }
    rows.append(row)
    gradients.append(contentsOf: repeatElement(0, count: stride))
    return (rows.count - 1) * stride
  }
}

/// The training examples of one epoch: the rows and, for `variant=sampled`, negative samples.
struct Examples {
  private let model: MatrixFactorization
  private let itemCount: Int
  private let rows: InteractionRows
  /// The items of every user, which must not be negative samples, and the order of the rows. Nil stands for the order
  /// of the table, without samples.
  private let sampling: (known: ItemsOfUsers, order: [Int32])?
  private let random: PCG64

  init(
    _ model: MatrixFactorization, _ interactions: Interactions, _ rows: InteractionRows, epoch: Int
  ) throws(Diagnostic) {
    self.model = model
    itemCount = interactions.itemCount
    self.rows = rows
    // Every epoch has its own part of the sequence of random numbers.
    random = PCG64(seed: UInt64(model.seed)).advanced(by: UInt64(epoch) << 40)
    guard model.variant == .sampled else {
      sampling = nil
      return
    }
    let known = try rows.itemsOfUsers(userCount: interactions.userCount, itemCount: interactions.itemCount)
    var random = random
    var order = Array(0..<Int32(rows.count))
    let cancellation = Cancellation.current
    for last in stride(from: order.count - 1, to: 0, by: -1) {
      if last & 0xffff == 0 { try cancellation.check() }
      order.swapAt(last, random.index(below: last + 1))
    }
    sampling = (known, order)
  }

  /// Fills the batch with the examples of one step.
  func fill(_ batch: inout Batch, _ step: Int) {
    batch.clear()
    let places = step * model.batch..<min(rows.count, (step + 1) * model.batch)
    var draws = random.advanced(by: UInt64(rows.count + (step + 1) * model.batch * model.negatives * 4))
    for place in places {
      let row = sampling.map { Int($0.order[place]) } ?? place
      batch.append(rows.users[row], rows.items[row], Float(rows.weights?[row] ?? 1))
      guard let sampling else { continue }
      for _ in 0..<model.negatives {
        let item = Int32(draws.index(below: itemCount))
        if !sampling.known.has(user: rows.users[row], item: item) {
          batch.append(rows.users[row], item, 0)
        }
      }
    }
  }
}
