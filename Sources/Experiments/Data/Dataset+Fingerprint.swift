import Recommenders
import Tables

extension Dataset {
  /// A hash of the ids, the (user, item) pairs and the number of rows, as sixteen hexadecimal digits.
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

/// A hash of a sequence of numbers, by the finaliser of SplitMix64.
private struct Hash {
  private(set) var value: UInt64 = 0

  mutating func add(_ number: UInt64) { value = KeyedBits(key: value).bits(number) }
}
