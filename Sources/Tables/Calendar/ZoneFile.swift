/// A file of the database of time zones, as `zic` compiles it.
///
/// - Source: RFC 8536, *The Time Zone Information Format (TZif)*.
struct ZoneFile {
  let rules: ZoneRules

  /// Nil if the bytes are not such a file, or claim more than they hold.
  init?(_ bytes: [UInt8]) {
    guard var reader = ZoneFileReader(bytes), let header = reader.header() else { return nil }
    guard header.version >= 2 else {
      guard let block = reader.block(header, wide: false) else { return nil }
      rules = ZoneRules(before: block.first, changes: block.changes, then: nil)
      return
    }
    // The first block has 32 bits for a moment; the second one says the same with 64 and comes with a footer.
    guard reader.skip(header.length(wide: false)), let wide = reader.header(),
      let block = reader.block(wide, wide: true)
    else { return nil }
    guard let line = reader.footer() else { return nil }
    let footer = ZoneFooter(line)
    guard line.isEmpty || footer != nil else { return nil }
    rules = ZoneRules(before: block.first, changes: block.changes, then: footer)
  }
}

/// The counts at the start of a block.
private struct ZoneHeader {
  let version: Int
  let universalCount: Int
  let standardCount: Int
  let leapCount: Int
  let changeCount: Int
  let typeCount: Int
  let nameLength: Int

  func length(wide: Bool) -> Int {
    let width = wide ? 8 : 4
    return changeCount * (width + 1) + typeCount * 6 + nameLength + leapCount * (width + 4) + standardCount
      + universalCount
  }
}

private struct ZoneFileReader {
  private let bytes: [UInt8]
  private var position = 0

  /// Longer files are no zones: the longest one has some four thousand bytes.
  init?(_ bytes: [UInt8]) {
    guard bytes.count <= 1 << 20 else { return nil }
    self.bytes = bytes
  }

  private mutating func number(_ width: Int) -> Int64? {
    guard bytes.count - position >= width else { return nil }
    var number: Int64 = 0
    for _ in 0..<width {
      number = number << 8 | Int64(bytes[position])
      position += 1
    }
    let unused = 64 - Int64(width) * 8
    return (number << unused) >> unused
  }

  mutating func skip(_ count: Int) -> Bool {
    guard count >= 0, bytes.count - position >= count else { return false }
    position += count
    return true
  }

  mutating func header() -> ZoneHeader? {
    guard bytes.count - position >= 44, Array("TZif".utf8) == Array(bytes[position..<position + 4]) else { return nil }
    let letter = bytes[position + 4]
    position += 20
    var counts: [Int] = []
    for _ in 0..<6 {
      guard let count = number(4), (0...1 << 20).contains(count) else { return nil }
      counts.append(Int(count))
    }
    let version = letter >= 0x32 ? Int(letter) - 0x30 : 1
    return ZoneHeader(
      version: version, universalCount: counts[0], standardCount: counts[1], leapCount: counts[2],
      changeCount: counts[3], typeCount: counts[4], nameLength: counts[5])
  }

  /// The time before the first change, and the changes.
  mutating func block(_ header: ZoneHeader, wide: Bool) -> (first: LocalTime, changes: [ZoneChange])? {
    guard bytes.count - position >= header.length(wide: wide), header.typeCount > 0 else { return nil }
    var moments: [Int64] = []
    for _ in 0..<header.changeCount {
      guard let moment = number(wide ? 8 : 4), moments.last.map({ $0 < moment }) ?? true else { return nil }
      // A first change in the far past stands for the beginning; sums with offsets must not overflow.
      moments.append(max(moment, -1 << 59))
    }
    let kinds = bytes[position..<position + header.changeCount].map { Int($0) }
    position += header.changeCount
    let names = bytes[(position + header.typeCount * 6)...].prefix(header.nameLength)
    var times: [LocalTime] = []
    for _ in 0..<header.typeCount {
      guard let offset = number(4), offset.magnitude < 93_600, number(1) != nil, let start = number(1) else {
        return nil
      }
      let name = names.dropFirst(Int(start & 0xff)).prefix { $0 != 0 }
      times.append(LocalTime(offset: Int(offset), abbreviation: String(decoding: name, as: UTF8.self)))
    }
    guard kinds.allSatisfy({ $0 < times.count }), moments.last.map({ $0 < 1 << 59 }) ?? true else { return nil }
    position += header.nameLength
    guard skip(header.leapCount * (wide ? 12 : 8) + header.standardCount + header.universalCount) else { return nil }
    return (times[0], zip(moments, kinds).map { ZoneChange(moment: $0, time: times[$1]) })
  }

  /// The line after the second block.
  mutating func footer() -> [UInt8]? {
    guard position < bytes.count, bytes[position] == 0x0a else { return nil }
    let line = bytes[(position + 1)...].prefix { $0 != 0x0a }
    return position + 1 + line.count < bytes.count ? Array(line) : nil
  }
}
