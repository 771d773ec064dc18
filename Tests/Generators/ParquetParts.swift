/// A Parquet file in parts, so that single numbers of its footer, of a page index or of a page header can be changed
/// while everything else stays well-formed. Random changes of bytes hardly ever get that far.
public struct ParquetParts: Sendable {
  public let bytes: [UInt8]
  public let footer: ThriftTree
  /// Where the footer begins.
  public let footerStart: Int

  /// Extreme numbers that a reader must reject as counts, sizes or offsets.
  public static let extremes: [Int64] = [
    0, 1, -1, .min, .max, 1 << 62, (1 << 62) + 1, -(1 << 62), 1 << 31, (1 << 31) - 1, 1 << 32, 1 << 40,
  ]

  /// Returns nil if the bytes do not end with a readable footer.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count > 12 else { return nil }
    var length = 0
    for byte in bytes.suffix(8).prefix(4).reversed() { length = length << 8 | Int(byte) }
    let start = bytes.count - 8 - length
    guard start >= 4, let footer = ThriftTree(bytes[start...]) else { return nil }
    self.bytes = bytes
    self.footer = footer
    footerStart = start
  }

  /// A file from the bytes of its pages and a footer.
  public static func file(_ body: ArraySlice<UInt8>, _ footer: ThriftTree) -> [UInt8] {
    let written = footer.bytes
    let length = (0..<4).map { UInt8(truncatingIfNeeded: written.count >> (8 * $0)) }
    return Array(body) + written + length + Array("PAR1".utf8)
  }

  /// The file with a number of its footer changed.
  public func changingFooter(_ random: inout SplitMix) -> [UInt8] {
    let place = random.below(footer.integerCount)
    return ParquetParts.file(bytes[..<footerStart], footer.replacing(place) { random.changed($0) })
  }

  /// The file with a number of a page index changed. The changed index is written after the pages. Nil if there is no
  /// index.
  public func changingIndex(_ random: inout SplitMix) -> [UInt8]? {
    guard let places = indexPlaces.randomElement(using: &random), places.offset >= 0, places.count > 0,
      places.offset + places.count <= bytes.count,
      let index = ThriftTree(bytes[places.offset..<places.offset + places.count]), index.integerCount > 0
    else { return nil }
    let place = random.below(index.integerCount)
    let written = index.replacing(place) { random.changed($0) }.bytes
    let moved = footer.replacing(places.first) { _ in Int64(footerStart) }
      .replacing(places.first + 1) { _ in Int64(written.count) }
    return ParquetParts.file(bytes[..<footerStart] + written, moved)
  }

  /// The file with a number of the first page's header changed. The bytes after the header move if its size changes, so
  /// the file should have only one column chunk.
  public func changingPageHeader(_ random: inout SplitMix) -> [UInt8]? {
    guard footerStart > 4, let header = ThriftTree(bytes[4..<footerStart]), header.integerCount > 0 else { return nil }
    let place = random.below(header.integerCount)
    let pages = bytes[(4 + header.bytes.count)..<footerStart]
    let body = Array("PAR1".utf8) + header.replacing(place) { random.changed($0) }.bytes + pages
    return ParquetParts.file(body[...], footer)
  }

  /// The offsets and lengths of page indexes in the footer. `first` is the position of the offset among the footer's
  /// numbers; the length is the next number.
  private var indexPlaces: [(offset: Int, count: Int, first: Int)] {
    var found: [(offset: Int, count: Int, first: Int)] = []
    var place = 0
    // Row groups are field 4 of the footer, and columns are field 1 of a row group. Fields 4 to 7 of a column are the
    // offsets and lengths of both indexes.
    func walk(_ tree: ThriftTree, _ path: [Int]) {
      switch tree {
      case .integer: place += 1
      case .list(_, let items): for item in items { walk(item, path) }
      case .structure(let fields):
        for (index, (field, value)) in fields.enumerated() {
          if path == [4, 1], field == 4 || field == 6, index + 1 < fields.count, fields[index + 1].field == field + 1,
            case .integer(_, let offset) = value, case .integer(_, let count) = fields[index + 1].value
          {
            found.append((Int(offset), Int(count), place))
          }
          walk(value, path + [field])
        }
      default: break
      }
    }
    walk(footer, [])
    return found
  }
}

extension SplitMix {
  /// An extreme number in place of `number`, or a number close to it.
  fileprivate mutating func changed(_ number: Int64) -> Int64 {
    chance(35) ? number &+ Int64(below(5) - 2) : pick(ParquetParts.extremes)
  }
}
