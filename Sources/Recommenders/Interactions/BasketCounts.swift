import Diagnostics
import ElementaryFunctions
import LinearAlgebra
import Parallelism

/// How often users had items in their last baskets. With a half-life, older baskets count less: 0.5^(age / half-life).
struct BasketCounts: Sendable {
  enum Measure { case rows, weight, baskets, users }

  let baskets: Baskets
  let measure: Measure
  /// In days.
  let halfLife: Double?
  /// How many of the last baskets of every user count; nil stands for all.
  let recency: Int?

  /// Adds the counts of a user's rows to `sums`, which the caller has set to zero, and appends their items to `items`;
  /// an item may be appended several times.
  func add(user: Int, to sums: inout [Double], _ items: inout [Int32]) {
    let all = baskets.baskets(of: user)
    let window = recency.map { max(all.lowerBound, all.upperBound - $0)..<all.upperBound } ?? all
    for basket in window {
      let amount = halfLife.map { Elementary.pow(0.5, baskets.age(of: basket) / $0) } ?? 1
      switch measure {
      case .rows, .weight:
        for row in baskets.rows(of: basket) {
          let item = baskets.items[row]
          items.append(item)
          sums[Int(item)] += measure == .weight ? amount * Double(baskets.weights?[row] ?? 1) : amount
        }
      case .baskets:
        for item in baskets.itemSet(of: basket) {
          items.append(item)
          sums[Int(item)] += amount
        }
      case .users:
        // Each user counts once: by the last basket with the item.
        for item in baskets.itemSet(of: basket) {
          items.append(item)
          sums[Int(item)] = amount
        }
      }
    }
  }

  /// The counts of every item over all users.
  func totals(itemCount: Int) throws(Diagnostic) -> [Double] {
    var totals = [Double](repeating: 0, count: itemCount)
    var sums = totals
    var items: [Int32] = []
    try forEachRange(of: baskets.userCount, by: 4096) { (users) in
      for user in users {
        items.removeAll(keepingCapacity: true)
        add(user: user, to: &sums, &items)
        for item in items {
          totals[Int(item)] += sums[Int(item)]
          sums[Int(item)] = 0
        }
      }
    }
    return totals.map(\.withoutNoise)
  }

  /// The counts of every cell of `interactions`; NaN for an item that is not in the user's last baskets.
  func cells(of interactions: Interactions) throws(Diagnostic) -> [Double] {
    let matrix = interactions.matrix
    return try fillArray(count: matrix.cellCount, of: Double.self) { (cells) throws(Diagnostic) in
      try forEachChunk(of: matrix.rowCount, grain: 1024) { (users) in
        var sums = [Double](repeating: 0, count: matrix.columnCount)
        var isThere = [Bool](repeating: false, count: matrix.columnCount)
        var items: [Int32] = []
        for user in users {
          items.removeAll(keepingCapacity: true)
          add(user: user, to: &sums, &items)
          for item in items { isThere[Int(item)] = true }
          for cell in matrix.cells(ofRow: user) {
            let item = Int(matrix.columns[cell])
            cells.store(isThere[item] ? sums[item].withoutNoise : .nan, at: cell)
          }
          for item in items { (sums[Int(item)], isThere[Int(item)]) = (0, false) }
        }
      }
    }
  }
}

extension Double {
  /// The number rounded to about twelve digits, so that sums of the same terms in another order are equal, and tie.
  var withoutNoise: Double {
    guard isNormal else { return self }
    // Drops the last 12 of the 52 bits.
    let unit = ulp * 4096
    let rounded = (self / unit).rounded(.toNearestOrEven) * unit
    return rounded.isFinite ? rounded : self
  }
}
