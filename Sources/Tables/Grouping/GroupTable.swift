/// A hash table of the groups of one partition, keyed by the remainders of their codes. Linear probing, at most three
/// quarters full.
///
/// Its first capacity is at most twice the average number of rows in a partition. A partition with far more rows has
/// keys that repeat, so the table then grows with the number of groups, not with the rows.
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
  /// The first slot to probe is the remainder shifted right by this many bits.
  var shift: Int { remainderBits - slotBits }
  /// The length of the arrays with one entry per group. One entry more than the capacity, because the first row of the
  /// next group is written before it is known whether the group is new. Rounded up to a power of two, so that the next
  /// partition can reuse freed arrays and the heap is not fragmented.
  var places: Int { 1 << bitWidth(of: capacity + 2) }

  private static func slotBits(_ capacity: Int, _ remainderBits: Int) -> Int {
    min(remainderBits, bitWidth(of: capacity + capacity / 3 + 1))
  }

  /// The group of a remainder; a new remainder gets the group number `count`.
  ///
  /// - Parameter wanted: the remainder + 1, as stored in slots; 0 is an empty slot.
  @inline(__always)
  func group<Word: PartitionedWord>(
    of wanted: Word, next count: Int, _ slots: inout MutableSpan<Word>, _ groups: inout MutableSpan<UInt32>
  ) -> (number: UInt32, isNew: Bool) {
    var slot = Int(truncatingIfNeeded: (wanted - 1) &>> Word(shift))
    while slots[slot] != wanted, slots[slot] != 0 { slot = (slot + 1) & (slotCount - 1) }
    // Whether a group is new is unpredictable for the CPU, so this code has no branch on it.
    let isNew = slots[slot] == 0
    let group = isNew ? UInt32(truncatingIfNeeded: count) : groups[slot]
    slots[slot] = wanted
    groups[slot] = group
    return (group, isNew)
  }

  /// Makes sure that there is capacity for `wanted` groups; returns whether the table had to grow.
  @inline(__always)
  mutating func reserve<Word: PartitionedWord>(_ wanted: Int, _ remainders: inout [Word], _ groups: inout [UInt32])
    -> Bool
  {
    // There cannot be more groups than remainders.
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

  /// Extends an array with one entry per group to the current capacity.
  func lengthen(_ values: inout [UInt32]) { values += repeatElement(0, count: max(0, places - values.count)) }
}
