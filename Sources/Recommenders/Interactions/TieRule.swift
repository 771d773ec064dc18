import Diagnostics
import RandomNumbers

/// Which of several items with equal scores comes first.
public enum TieRule: String, Sendable, CaseIterable {
  /// The item with the smaller id.
  case id
  /// The item that occurred first.
  case firstSeen = "first_seen"
  /// The item with more rows in total, then the smaller id.
  case global
  /// A random item, drawn separately for every user.
  case random

  static let help =
    "`ties` decides between equal items: the smaller `id`; the one that occurred first (`first_seen`: by time, or by row if the table has no time); the one with more rows in total, then the smaller id (`global`); or a random one, drawn per user with `seed` (`random`). A note counts the lists that a tie decided: on real orders the rule can change recall by a tenth."

  /// The same for models of the next basket, whose scores are sums over users.
  static let helpOfScores =
    "Of items with equal scores, `ties` says which comes first: the one with the smaller `id`; the one that was in a basket first (`first_seen`); the one with more rows in total, then the smaller id (`global`); or a random one, drawn per user with `seed` (`random`). A note counts the lists that a tie decided."

  var readsTimes: TimeReading { self == .firstSeen ? .order : .never }
}

/// The order of items with equal scores: the same for all users, or drawn for each user.
struct TieOrder: Sendable {
  /// The rank of every item; nil if the rank is the index, or is drawn.
  private let places: [Int32]?
  private let seed: UInt64?

  init(_ rule: TieRule, _ interactions: Interactions, seed: Int, of model: String) throws(Diagnostic) {
    switch rule {
    case .id: (places, self.seed) = (nil, nil)
    case .random: (places, self.seed) = (nil, UInt64(bitPattern: Int64(seed)))
    case .firstSeen:
      guard let baskets = interactions.baskets else { throw .needsTimes(model) }
      (places, self.seed) = (baskets.arrivals, nil)
    case .global:
      let rows = interactions.rowsPerItem()
      let order = rows.indices.sorted { (rows[$1], $0) < (rows[$0], $1) }
      var places = [Int32](repeating: 0, count: rows.count)
      for (place, item) in order.enumerated() { places[item] = Int32(place) }
      (self.places, self.seed) = (places, nil)
    }
  }

  /// The key by which equal items are sorted: the smaller key comes first; of equal keys, the smaller item index.
  func key(_ item: Int32, user: Int64) -> UInt64 {
    if let places { return UInt64(places[Int(item)]) }
    guard let seed else { return 0 }
    return splitMix64(splitMix64(splitMix64(seed) ^ UInt64(bitPattern: user)) ^ UInt64(item))
  }
}
