import Recommenders
import Tables

extension Dataset {
  /// Sixteen digits that are the same for the same pairs of users and items from as many rows, and hardly
  /// ever for others.
  public var fingerprint: String {
    var hash = Hash()
    for vocabulary in [users, items] {
      hash.add(UInt64(vocabulary.count))
      for place in 0..<vocabulary.count { hash.add(UInt64(bitPattern: Vocabulary.seed(of: vocabulary.ids[place]))) }
    }
    hash.add(UInt64(interactions.rowCount))
    for user in 0..<Int32(users.count) {
      hash.add(UInt64(user))
      for item in interactions.items(of: user) { hash.add(UInt64(item)) }
    }
    let digits = String(hash.value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// SplitMix64's finaliser over one number after another.
private struct Hash {
  private(set) var value: UInt64 = 0

  mutating func add(_ number: UInt64) { value = KeyedBits(key: value).bits(number) }
}
