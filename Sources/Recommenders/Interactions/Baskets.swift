import Diagnostics
import Parallelism

/// How a model uses the times of rows.
public enum TimeReading: Int, Sendable, Comparable {
  /// Not at all.
  case never
  /// It reads rows in the order of time, or of the table if there is no time.
  case order
  /// It reads rows basket by basket, so there has to be a time or a basket for each row.
  case baskets
  /// It counts the days between them.
  case days

  public static func < (left: TimeReading, right: TimeReading) -> Bool { left.rawValue < right.rawValue }
}

/// The time and the basket of each row.
public struct RowTimes: Sendable {
  /// The time of each row; nil if unknown: then rows are in the order of the table.
  public var ticks: [Int64]?
  /// How many ticks a day has; nil if the unit is unknown: then ticks give only an order.
  public var ticksPerDay: Double?
  /// The basket of each row; if nil, the rows of a user with the same time are a basket.
  public var baskets: [Int64]?

  public init(ticks: [Int64]? = nil, ticksPerDay: Double? = nil, baskets: [Int64]? = nil) {
    self.ticks = ticks
    self.ticksPerDay = ticksPerDay
    self.baskets = baskets
  }

  /// The times and baskets of some rows.
  public func selecting(_ rows: [Int]) -> RowTimes {
    RowTimes(
      ticks: ticks.map { ticks in rows.map { ticks[$0] } }, ticksPerDay: ticksPerDay,
      baskets: baskets.map { baskets in rows.map { baskets[$0] } })
  }
}

/// The rows of every user in the order of time, divided into baskets. Within a basket rows keep the order of the table.
///
/// A basket has the time of its earliest row.
public struct Baskets: Sendable {
  /// The baskets of user u are `userOffsets[u]..<userOffsets[u + 1]`, the oldest first.
  let userOffsets: [Int]
  /// The rows of basket b are `offsets[b]..<offsets[b + 1]`.
  let offsets: [Int]
  /// The item of every row; an item may be in a basket several times.
  let items: [Int32]
  /// The weight of every row; nil means 1.
  let weights: [Float]?
  /// The time of every basket; nil if unknown.
  let ticks: [Int64]?
  let ticksPerDay: Double?
  /// The rank of every item in first-occurrence order: by the time (or row) at which any user first had it.
  let arrivals: [Int32]
  /// The time of the latest basket.
  let lastTick: Int64

  public var count: Int { offsets.count - 1 }
  var userCount: Int { userOffsets.count - 1 }

  init(
    userOffsets: [Int], offsets: [Int], items: [Int32], weights: [Float]?, ticks: [Int64]?, ticksPerDay: Double?,
    arrivals: [Int32]
  ) {
    self.userOffsets = userOffsets
    self.offsets = offsets
    self.items = items
    self.weights = weights
    self.ticks = ticks
    self.ticksPerDay = ticks == nil ? nil : ticksPerDay
    self.arrivals = arrivals
    lastTick = ticks?.max() ?? 0
  }

  /// The baskets of a user, the oldest first.
  func baskets(of user: Int) -> Range<Int> { userOffsets[user]..<userOffsets[user + 1] }

  /// The rows of a basket.
  func rows(of basket: Int) -> Range<Int> { offsets[basket]..<offsets[basket + 1] }

  /// All rows of a user.
  func rows(ofUser user: Int) -> Range<Int> { offsets[userOffsets[user]]..<offsets[userOffsets[user + 1]] }

  /// The distinct items of a basket, ascending.
  func itemSet(of basket: Int) -> [Int32] {
    var items = self.items[rows(of: basket)].sorted()
    var kept = 0
    for place in items.indices where place == 0 || items[place] != items[place - 1] {
      items[kept] = items[place]
      kept += 1
    }
    items.removeLast(items.count - kept)
    return items
  }

  /// The age of a basket in days, before the latest basket of all users; 0 if times are unknown.
  func age(of basket: Int) -> Double {
    guard let ticks, let ticksPerDay else { return 0 }
    return (Double(lastTick) - Double(ticks[basket])) / ticksPerDay
  }

  var byteCount: Int {
    (userOffsets.count + offsets.count + (ticks?.count ?? 0)) * 8
      + (items.count + (weights?.count ?? 0) + arrivals.count) * 4
  }
}

extension Baskets {
  /// - Complexity: O(rows · log rows of a user).
  init(
    users: [Int32], items: [Int32], weights: [Double]?, times: RowTimes, userCount: Int, itemCount: Int
  ) throws(Diagnostic) {
    let starts = Self.starts(of: users, userCount: userCount)
    let byUser = try Self.grouped(users, starts)
    let order = RowOrder(times: times)
    var rows: [Int32] = []
    // Whether a row is the first of its basket.
    let begins = try fillArray(count: users.count, of: UInt8.self) { (begins) throws(Diagnostic) in
      rows = try fillArray(count: users.count) { (rows) throws(Diagnostic) in
        try forEachChunk(of: userCount, grain: 256) { (range) in
          for user in range {
            var own = Array(byUser[starts[user]..<starts[user + 1]])
            let firsts = order.sort(&own)
            for (place, row) in own.enumerated() { rows.store(row, at: starts[user] + place) }
            for place in own.indices { begins.store(0, at: starts[user] + place) }
            for place in firsts { begins.store(1, at: starts[user] + place) }
          }
        }
      }
    }
    var offsets: [Int] = []
    var userOffsets = [0]
    userOffsets.reserveCapacity(userCount + 1)
    for user in 0..<userCount {
      for place in starts[user]..<starts[user + 1] where begins[place] == 1 { offsets.append(place) }
      userOffsets.append(offsets.count)
    }
    let firstRows = offsets.map { Int(rows[$0]) }
    offsets.append(users.count)
    self.init(
      userOffsets: userOffsets, offsets: offsets, items: rows.map { items[Int($0)] },
      weights: weights.map { weights in rows.map { Float(weights[Int($0)]) } },
      ticks: times.ticks.map { ticks in
        zip(firstRows.indices, firstRows).map { basket, first in
          times.baskets == nil
            ? ticks[first]
            : rows[offsets[basket]..<offsets[basket + 1]].reduce(ticks[first]) { min($0, ticks[Int($1)]) }
        }
      }, ticksPerDay: times.ticksPerDay, arrivals: try Self.arrivals(of: items, times.ticks, itemCount: itemCount))
  }

  /// The position of each user's first row after grouping.
  private static func starts(of users: [Int32], userCount: Int) -> [Int] {
    var starts = [Int](repeating: 0, count: userCount + 1)
    for user in users { starts[Int(user) + 1] += 1 }
    for user in 0..<userCount { starts[user + 1] += starts[user] }
    return starts
  }

  /// The rows grouped by user; the rows of a user keep the order of the table.
  private static func grouped(_ users: [Int32], _ starts: [Int]) throws(Diagnostic) -> [Int32] {
    var next = starts
    var rows = [Int32](repeating: 0, count: users.count)
    try forEachRange(of: users.count) { (range) in
      for row in range {
        rows[next[Int(users[row])]] = Int32(row)
        next[Int(users[row])] += 1
      }
    }
    return rows
  }

  /// The rank of every item by its first row; items without rows come last, by index.
  private static func arrivals(of items: [Int32], _ ticks: [Int64]?, itemCount: Int) throws(Diagnostic) -> [Int32] {
    var first = [Int32](repeating: -1, count: itemCount)
    try forEachRange(of: items.count) { (range) in
      for row in range {
        let (item, known) = (Int(items[row]), first[Int(items[row])])
        if known < 0 || (ticks.map { $0[row] < $0[Int(known)] } ?? false) { first[item] = Int32(row) }
      }
    }
    let order = (0..<itemCount).sorted { left, right in
      let (a, b) = (first[left], first[right])
      if a < 0 || b < 0 { return a >= 0 && b < 0 || a < 0 && b < 0 && left < right }
      guard let ticks else { return a < b }
      return (ticks[Int(a)], a) < (ticks[Int(b)], b)
    }
    var arrivals = [Int32](repeating: 0, count: itemCount)
    for (place, item) in order.enumerated() { arrivals[item] = Int32(place) }
    return arrivals
  }
}

/// The order of a user's rows.
private struct RowOrder: Sendable {
  let times: RowTimes

  /// Sorts rows, given in the order of the table, by time and basket. Returns the positions at which baskets begin.
  func sort(_ rows: inout [Int32]) -> [Int] {
    guard let baskets = times.baskets else {
      guard let ticks = times.ticks else { return rows.isEmpty ? [] : [0] }
      let isSorted = zip(rows, rows.dropFirst()).allSatisfy { ticks[Int($0)] <= ticks[Int($1)] }
      if !isSorted { rows.sort { (ticks[Int($0)], $0) < (ticks[Int($1)], $1) } }
      return rows.indices.filter { $0 == 0 || ticks[Int(rows[$0])] != ticks[Int(rows[$0 - 1])] }
    }
    guard let ticks = times.ticks else {
      rows.sort { (baskets[Int($0)], $0) < (baskets[Int($1)], $1) }
      return rows.indices.filter { $0 == 0 || baskets[Int(rows[$0])] != baskets[Int(rows[$0 - 1])] }
    }
    var earliest: [Int64: Int64] = [:]
    for row in rows { earliest[baskets[Int(row)]] = min(earliest[baskets[Int(row)]] ?? .max, ticks[Int(row)]) }
    func key(_ row: Int32) -> (Int64, Int64, Int32) {
      (earliest[baskets[Int(row)]] ?? 0, baskets[Int(row)], row)
    }
    rows.sort { key($0) < key($1) }
    return rows.indices.filter { $0 == 0 || baskets[Int(rows[$0])] != baskets[Int(rows[$0 - 1])] }
  }
}
