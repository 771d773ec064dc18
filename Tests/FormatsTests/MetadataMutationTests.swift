import Diagnostics
import Formats
import Foundation
import Tables
import Testing

/// Parquet files whose footers, page indexes and page headers are well-formed and say what is not so: every count, size
/// and offset once with each extreme. Random bytes hardly ever get that far.
@Suite struct MetadataMutationTests {
  private static let rounds = ProcessInfo.processInfo.environment["LECTERN_FUZZ"].flatMap { Int($0) } ?? 400
  private static let extremes: [Int64] = [
    0, 1, -1, .min, .max, 1 << 62, (1 << 62) + 1, -(1 << 62), 1 << 31, (1 << 31) - 1, 1 << 32, 1 << 40,
  ]

  private struct Seed {
    let name: String
    let bytes: [UInt8]
    let footer: ThriftTree
    let footerStart: Int
  }

  private func seeds() throws -> [Seed] {
    var files = try ReferenceFiles.names(in: ReferenceFiles.fixtures, ending: ".parquet").map { name in
      (name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: ReferenceFiles.fixtures + "/" + name))))
    }
    for name in ["alltypes_tiny_pages", "int32_with_null_pages"] {
      let path = "parquet-testing/data/\(name).parquet"
      guard ReferenceFiles.hasShared(path) else { continue }
      files.append((name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: ReferenceFiles.shared(path))))))
    }
    return files.compactMap { name, bytes in
      let start = footerStart(of: bytes)
      return ThriftTree(bytes[start...]).map { Seed(name: name, bytes: bytes, footer: $0, footerStart: start) }
    }
  }

  private func footerStart(of bytes: [UInt8]) -> Int {
    var length = 0
    for byte in bytes.suffix(8).prefix(4).reversed() { length = length << 8 | Int(byte) }
    return bytes.count - 8 - length
  }

  private func file(_ body: ArraySlice<UInt8>, _ footer: ThriftTree) -> [UInt8] {
    let written = footer.bytes
    let length = (0..<4).map { UInt8(truncatingIfNeeded: written.count >> (8 * $0)) }
    return Array(body) + written + length + Array("PAR1".utf8)
  }

  /// Opens a file and asks it everything; it may refuse.
  private func ask(_ path: String, _ what: String) {
    do throws(Diagnostic) {
      let source = try openTable(path)
      let all = Set(source.schema.fields.indices)
      // Sums over what partitions and pages claim.
      var nulls = 0
      for (number, partition) in source.partitions.enumerated() {
        for index in all.sorted() {
          nulls += partition.statistics[index]?.nullCount ?? 0
          let pages = source.pages(index, partition: number)
          nulls += pages.reduce(0) { $0 + ($1.statistics?.nullCount ?? 0) }
          #expect(pages.reduce(0) { $0 + $1.byteCount } >= 0, "\(what)")
        }
      }
      #expect(nulls >= 0, "\(what)")
      _ = source.fitsMemory(all)
      #expect(source.rowsThatFit(all) > 0, "\(what)")
      guard source.rowCount < 1 << 20 else { return }
      if let last = source.partitions.indices.last, source.partitions[last].rows.count > 1 {
        let rows = source.partitions[last].rows.count / 2..<source.partitions[last].rows.count
        for index in all.sorted() { _ = try? source.columns([index], partition: last, rows: rows, kept: nil) }
      }
      let table = try read(source)
      for row in [0, table.rowCount - 1] where row >= 0 && row < table.rowCount {
        _ = table.row(row).map(\.description)
      }
    } catch {
      #expect(error.kind == .error, "\(what): \(error)")
    }
  }

  @Test func `a footer may claim anything`() throws {
    let scratch = try ScratchFolder()
    let files = try seeds()
    #expect(files.count > 10)
    var generator = SplitMix(state: 62)
    for round in 0..<Self.rounds {
      let seed = files[round % files.count]
      let place = Int.random(in: 0..<max(1, seed.footer.integerCount), using: &generator)
      let extreme = Self.extremes.randomElement(using: &generator) ?? 0
      let shift = Int64.random(in: -2...2, using: &generator)
      let footer = seed.footer.replacing(place) { round % 3 == 0 ? $0 &+ shift : extreme }
      ask(
        try scratch.write("mutated.parquet", file(seed.bytes[..<seed.footerStart], footer)),
        "round \(round): number \(place) of the footer of \(seed.name) is \(extreme)")
    }
  }

  /// The indexes of a column chunk, changed and put behind the pages, where the footer then finds them.
  @Test func `a page index may claim anything`() throws {
    let scratch = try ScratchFolder()
    let files = try seeds()
    var generator = SplitMix(state: 63)
    var changed = 0
    for round in 0..<Self.rounds {
      let seed = files[round % files.count]
      guard let places = indexPlaces(seed.footer).randomElement(using: &generator) else { continue }
      guard let index = ThriftTree(seed.bytes[places.offset..<places.offset + places.count]) else { continue }
      let place = Int.random(in: 0..<max(1, index.integerCount), using: &generator)
      let extreme = Self.extremes.randomElement(using: &generator) ?? 0
      let written = index.replacing(place) { _ in extreme }.bytes
      let body = seed.bytes[..<seed.footerStart] + written
      let footer = seed.footer.replacing(places.first) { _ in Int64(seed.footerStart) }
        .replacing(places.first + 1) { _ in Int64(written.count) }
      ask(
        try scratch.write("mutated.parquet", file(body, footer)),
        "round \(round): number \(place) of an index of \(seed.name) is \(extreme)")
      changed += 1
    }
    #expect(changed > 0)
  }

  /// Where the footer says that indexes stand, and the place of the offset among the footer's numbers; the length follows.
  private func indexPlaces(_ footer: ThriftTree) -> [(offset: Int, count: Int, first: Int)] {
    var found: [(offset: Int, count: Int, first: Int)] = []
    var place = 0
    // Row groups are field 4, their columns field 1, whose fields 4 to 7 are offsets and lengths of both indexes.
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

  /// The first page of a chunk, its header changed to one that may be longer; the chunk begins with it at the file's end.
  @Test func `a page header may claim anything`() throws {
    let scratch = try ScratchFolder()
    var generator = SplitMix(state: 64)
    let path = scratch.file("seed.parquet")
    var options = SaveOptions()
    options.compression = "none"
    options.overwrite = true
    for round in 0..<Self.rounds / 3 {
      let table = Table([("a", Column((0..<100).map { round % 2 == 0 ? $0 * 7919 : $0 % 3 }))])
      _ = try saveTable(table, to: path, options: options)
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      let start = footerStart(of: bytes)
      let footer = try #require(ThriftTree(bytes[start...]))
      // The file has one chunk, right behind the magic number, so that its header's length does not matter to offsets
      // but to those of the pages behind it.
      let header = try #require(ThriftTree(bytes[4..<start]))
      let place = Int.random(in: 0..<header.integerCount, using: &generator)
      let extreme = Self.extremes.randomElement(using: &generator) ?? 0
      let pages = bytes[(4 + header.bytes.count)..<start]
      let body = Array("PAR1".utf8) + header.replacing(place) { _ in extreme }.bytes + pages
      ask(
        try scratch.write("mutated.parquet", file(body[...], footer)),
        "round \(round): number \(place) of a page's header is \(extreme)")
    }
  }
}
