import Diagnostics
import RandomNumbers

/// Which of several items that are equally popular comes first.
public enum TieRule: String, Sendable, CaseIterable {
  /// The smaller id.
  case id
  /// What was had first.
  case firstSeen = "first_seen"
  /// What has more rows altogether.
  case global
  /// What was drawn, for every user anew.
  case random

  static let help =
    "`ties` decides between equal items: the smaller `id`; the one that occurred first (`first_seen`: by time, or by row if the table has no time); the one with more rows in total, then the smaller id (`global`); or a random one, drawn per user with `seed` (`random`). A note counts the lists that a tie decided: on real orders the rule can change recall by a tenth."

  var readsTimes: TimeReading { self == .firstSeen ? .order : .never }
}

/// The order of equal items for everyone, or for a user.
struct TieOrder: Sendable {
  /// The place of every item; nil where it is its index, or drawn.
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

  /// What an item is compared by; smaller comes first, and equal numbers by the index of the item.
  func key(_ item: Int32, user: Int64) -> UInt64 {
    if let places { return UInt64(places[Int(item)]) }
    guard let seed else { return 0 }
    return splitMix64(splitMix64(splitMix64(seed) ^ UInt64(bitPattern: user)) ^ UInt64(item))
  }
}
