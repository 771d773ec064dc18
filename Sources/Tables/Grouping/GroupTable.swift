/// A hash table of the groups of one partition, by what is left of their codes: linear probing, at most three quarters
/// full.
///
/// It starts with as many groups as a partition has rows on average. A partition with far more rows is one of keys that
/// repeat: the table grows with the groups, not with the rows.
struct GroupTable {
  private let remainderBits: Int
  private var capacity: Int
  private var slotBits: Int

  init(remainderBits: Int, capacity: Int) {
    self.remainderBits = remainderBits
    self.capacity = capacity
    slotBits = Self.slotBits(capacity, remainderBits)
  }

  var slotCount: Int { 1 << slotBits }
  /// A remainder's first slot is what is left of it shifted by this.
  var shift: Int { remainderBits - slotBits }
  /// How many groups there may be, and one more: the next group's first row is written before it is known to be one. Of
  /// round sizes, so that what one partition frees fits the next: else the allocator's memory falls into pieces.
  var places: Int { 1 << bitWidth(of: capacity + 2) }

  private static func slotBits(_ capacity: Int, _ remainderBits: Int) -> Int {
    min(remainderBits, bitWidth(of: capacity + capacity / 3 + 1))
  }

  /// The group of a remainder: the one that it has, or a new one, which is given the number `count`.
  ///
  /// - `wanted`: the remainder + 1, as slots have it; 0 is an empty one.
  @inline(__always)
  func group<Word: PartitionedWord>(
    of wanted: Word, next count: Int, _ slots: inout MutableSpan<Word>, _ groups: inout MutableSpan<UInt32>
  ) -> (number: UInt32, isNew: Bool) {
    var slot = Int(truncatingIfNeeded: (wanted - 1) &>> Word(shift))
    while slots[slot] != wanted, slots[slot] != 0 { slot = (slot + 1) & (slotCount - 1) }
    // New or not is a toss-up that no branch predictor wins: both ways are written without one.
    let isNew = slots[slot] == 0
    let group = isNew ? UInt32(truncatingIfNeeded: count) : groups[slot]
    slots[slot] = wanted
    groups[slot] = group
    return (group, isNew)
  }

  /// Grows to a capacity of so many groups; whether it had to.
  @inline(__always)
  mutating func reserve<Word: PartitionedWord>(_ wanted: Int, _ remainders: inout [Word], _ groups: inout [UInt32])
    -> Bool
  {
    // There are no more groups than remainders.
    if wanted <= capacity || capacity >> remainderBits > 0 { return false }
    grow(to: wanted, &remainders, &groups)
    return true
  }

  private mutating func grow<Word: PartitionedWord>(
    to wanted: Int, _ remainders: inout [Word], _ groups: inout [UInt32]
  ) {
    capacity = max(wanted, capacity * 2)
    let bits = Self.slotBits(capacity, remainderBits)
    guard bits > slotBits else { return }
    slotBits = bits
    let (oldRemainders, oldGroups) = (remainders, groups)
    remainders = [Word](repeating: 0, count: slotCount)
    groups = [UInt32](repeating: 0, count: slotCount)
    for place in oldRemainders.indices where oldRemainders[place] != 0 {
      var slot = Int(truncatingIfNeeded: (oldRemainders[place] - 1) >> Word(shift))
      while remainders[slot] != 0 { slot = (slot + 1) & (slotCount - 1) }
      remainders[slot] = oldRemainders[place]
      groups[slot] = oldGroups[place]
    }
  }

  /// As many places for what is known of each group as the capacity allows.
  func lengthen(_ values: inout [UInt32]) { values += repeatElement(0, count: max(0, places - values.count)) }
}
