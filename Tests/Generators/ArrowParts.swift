/// An Arrow file or stream in parts, so that single numbers of its metadata can be changed while everything else stays
/// as it is. Random changes of bytes hardly ever hit such a number.
public struct ArrowParts: Sendable {
  public let bytes: [UInt8]
  /// The ranges of the metadata: of messages and of the footer. Buffers are between them.
  public let metadata: [Range<Int>]

  /// Returns nil if the bytes contain no message.
  public init?(_ bytes: [UInt8]) {
    var found: [Range<Int>] = []
    let isFile = bytes.starts(with: Array("ARROW1".utf8))
    var position = isFile ? 8 : 0
    func number(_ place: Int) -> Int {
      guard place >= 0, place + 4 <= bytes.count else { return 0 }
      return (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
    while number(position) == Int(UInt32.max), number(position + 4) > 0 {
      let start = position + 8
      let end = start + number(position + 4)
      guard end <= bytes.count, let body = ArrowParts.bodyLength(bytes[start..<end]) else { break }
      found.append(start..<end)
      position = end + body
    }
    if isFile {
      let end = bytes.count - 10
      let start = end - number(end)
      if start >= 8, start < end { found.append(start..<end) }
    }
    guard !found.isEmpty else { return nil }
    (self.bytes, metadata) = (bytes, found)
  }

  /// The length of a message's body: the fourth field of its FlatBuffers table.
  private static func bodyLength(_ message: ArraySlice<UInt8>) -> Int? {
    func number(_ place: Int, _ width: Int) -> Int? {
      guard place >= message.startIndex, place + width <= message.endIndex else { return nil }
      return (0..<width).reduce(0) { $0 | Int(message[place + $1]) << (8 * $1) }
    }
    guard let root = number(message.startIndex, 4), let back = number(message.startIndex + root, 4) else { return nil }
    let table = message.startIndex + root
    let layout = table - Int(Int32(truncatingIfNeeded: back))
    guard let size = number(layout, 2), let place = number(layout + 10, 2) else { return nil }
    guard size >= 12, place > 0 else { return 0 }
    return number(table + place, 8).flatMap { $0 >= 0 && $0 < 1 << 40 ? $0 : nil }
  }

  /// The file with some numbers of its metadata changed, of 16, 32 or 64 bits.
  public func changingMetadata(_ random: inout SplitMix) -> [UInt8] {
    var changed = bytes
    for _ in 0...random.below(2) {
      let range = random.pick(metadata)
      let width = random.pick([2, 4, 4, 8, 8])
      guard range.count >= 2 * width else { continue }
      let place = range.lowerBound + random.below(range.count / width) * width
      var number: Int64 = 0
      for index in 0..<width { number |= Int64(changed[place + index]) << Int64(8 * index) }
      let new = random.chance(40) ? number &+ Int64(random.below(5) - 2) : random.pick(ParquetParts.extremes)
      for index in 0..<width { changed[place + index] = UInt8(truncatingIfNeeded: new >> Int64(8 * index)) }
    }
    return changed
  }

  /// The file with some bytes of its buffers changed, and the metadata unchanged.
  public func changingBuffers(_ random: inout SplitMix) -> [UInt8] {
    var changed = bytes
    for _ in 0...random.below(4) {
      let place = random.below(bytes.count)
      if metadata.contains(where: { $0.contains(place) }) || place < 8 { continue }
      changed[place] = random.chance(50) ? 0xFF : UInt8(random.below(256))
    }
    return changed
  }
}
