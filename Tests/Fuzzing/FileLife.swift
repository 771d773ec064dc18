import Diagnostics
import Display
import Formats
import Foundation
import Generators
import Notebook
import Query
import Tables

extension FuzzKind {
  /// Files with changes of bytes, of text, or of Parquet and Arrow metadata: opened, read, filtered.
  static let files = FuzzKind(
    name: "files", summary: "files with bytes or metadata changed, opened, read, filtered", inputsPerLife: 40
  ) { random, probe in
    let life = try FileLife(probe, &random)
    for _ in 0..<40 { try life.step(&random) }
  }
}

/// Makes seed files of every format, mutates them and uses the results.
private final class FileLife {
  private let probe: Probe
  private let seeds: [Seed]

  private struct Seed {
    let name: String
    let bytes: [UInt8]
    let parts: ParquetParts?
    let arrow: ArrowParts?
    /// Whether the file has only one column, so that its first page header can change its size.
    let isOneColumn: Bool
    var isText: Bool { parts == nil && arrow == nil && !name.contains(".gz") && !name.contains(".zst") }
  }

  private static let pieces = [
    "\"", "\"\"", ",", "\t", ";", "\n", "\r\n", "\r", "\u{FEFF}", "\u{0}", "[", "]", "{", "}", ":", "\\u0041",
    "\\ud800", "\\", "null", "NaN",
    "1e999", "-0", "9223372036854775808", "18446744073709551616", "00123", "0x1f", "1,5", "2024-02-30", "25:61:00",
    "true", "é", "'", "|",
    "99999999999999999999999999999999999999999999", "{\"a\": [1, {\"b\": \"x\"}]}", "\u{1B}[2J", "\u{202E}", "#", " ",
    "<!DOCTYPE html>",
  ]

  private static let fixtures: [Seed] = {
    let folder = Checkout.path("Tests/FormatsTests/Fixtures")
    let names = (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []).sorted()
    return names.compactMap { name in
      guard [".parquet", ".arrow", ".arrows", ".feather"].contains(where: name.hasSuffix),
        let bytes = FileManager.default.contents(atPath: folder + "/" + name),
        bytes.count < 200_000
      else { return nil }
      return seed(name, [UInt8](bytes))
    }
  }()

  private static func seed(_ name: String, _ bytes: [UInt8], isOneColumn: Bool = false) -> Seed {
    Seed(
      name: name, bytes: bytes, parts: name.hasSuffix(".parquet") ? ParquetParts(bytes) : nil, arrow: ArrowParts(bytes),
      isOneColumn: isOneColumn)
  }

  init(_ probe: Probe, _ random: inout SplitMix) throws {
    self.probe = probe
    var made: [Seed] = []
    var tables = RandomTables(seed: random.next())
    let types = RandomTables.flatTypes + RandomTables.nestedTypes
    for (index, ending) in [
      "parquet", "parquet", "parquet", "arrow", "feather", "arrows", "csv", "tsv", "ndjson", "csv.gz", "ndjson.zst",
    ].enumerated() {
      let isOneColumn = index == 0
      let count = random.pick([0, 1, 5, 40])
      let columns = try random.some(isOneColumn ? 1...1 : 1...6) { $0.pick(types) }.enumerated().map { number, type in
        ("c\(number)", try tables.column(type, count: count))
      }
      var options = SaveOptions()
      options.overwrite = true
      if ending == "parquet" {
        options.compression = random.pick(["none", "none", "zstd", "snappy", "gzip", "lz4_raw"])
      }
      if ["arrow", "feather", "arrows"].contains(ending) {
        options.compression = random.pick(["none", "none", "zstd", "lz4"])
      }
      let path = probe.scratch.file("seed.\(ending)")
      // Not every format can store every type.
      guard (try? saveTable(Table(columns), to: path, options: options)) != nil,
        let bytes = FileManager.default.contents(atPath: path)
      else { continue }
      made.append(Self.seed("seed.\(ending)", [UInt8](bytes), isOneColumn: isOneColumn))
    }
    let texts = [
      "user_id,product_id,date\n1,20,2024-03-01\n22,,2024-03-02\n3,\"4\",\"\"\n",
      "a\tb\n1.5\tx\n\t\"quoted \"\"text\"\"\"\n", "1::2::3\n4::5::6\n", "user_id:token\tage:float\n1\t2\n",
      "{\"a\": 1, \"b\": [1, 2.5, null], \"c\": {\"d\": \"x\\u0041\"}}\n{\"a\": null, \"b\": []}\n",
    ]
    seeds = made + texts.map { Self.seed("text", Array($0.utf8)) } + random.some(5...5) { $0.pick(Self.fixtures) }
  }

  func step(_ random: inout SplitMix) throws {
    let seed = random.pick(seeds)
    let (bytes, what) = changed(seed, &random)
    let path = try probe.scratch.write("mutated", bytes)
    probe.trying("\(seed.name), \(what), \(bytes.count) bytes: \(Data(bytes).base64EncodedString())")
    do throws(Diagnostic) {
      try bounded { () throws(Diagnostic) in try ask(path, &random) }
      probe.gaveValue()
    } catch {
      if error.kind != .error && error.kind != .interruption { probe.fault("blames us: \(error.message)") }
      probe.examine(error.styledText(Page()))
    }
  }

  private func changed(_ seed: Seed, _ random: inout SplitMix) -> (bytes: [UInt8], what: String) {
    if let parts = seed.parts {
      switch random.below(10) {
      case 0..<4: return (parts.changingFooter(&random), "a number of its footer")
      case 4..<6: if let bytes = parts.changingIndex(&random) { return (bytes, "a number of an index") }
      case 6 where seed.isOneColumn:
        if let bytes = parts.changingPageHeader(&random) { return (bytes, "a number of a page's header") }
      case 7..<9:
        // Changes only pages; the metadata stays the same.
        var bytes = seed.bytes
        for _ in 0...random.below(3) where parts.footerStart > 4 {
          bytes[4 + random.below(parts.footerStart - 4)] = UInt8(random.below(256))
        }
        return (bytes, "bytes of its pages")
      default: break
      }
    } else if let arrow = seed.arrow {
      switch random.below(10) {
      case 0..<6: return (arrow.changingMetadata(&random), "numbers of its messages")
      case 6..<8: return (arrow.changingBuffers(&random), "bytes of its buffers")
      default: break
      }
    } else if seed.isText, random.chance(70) {
      return (random.mutated(seed.bytes, pieces: Self.pieces), "pieces of its text")
    }
    return (random.mutated(seed.bytes), "bytes")
  }

  /// Opens a file and reads everything; errors are allowed.
  private func ask(_ path: String, _ random: inout SplitMix) throws(Diagnostic) {
    let source = try openTable(path)
    for (number, partition) in source.partitions.enumerated() {
      for index in source.schema.fields.indices {
        let statistics = partition.statistics[index]
        if (statistics?.nullCount ?? 0) < 0 { probe.fault("claims fewer nulls than none") }
        if source.pages(index, partition: number).contains(where: { $0.byteCount < 0 }) {
          probe.fault("claims a page of fewer bytes than none")
        }
      }
    }
    let all = Set(source.schema.fields.indices)
    _ = source.fitsMemory(all)
    if source.rowsThatFit(all) <= 0 { probe.fault("no row of it fits") }
    guard source.rowCount < 1 << 20 else { return }
    let columns = try source.columns(Array(source.schema.fields.indices))
    let table = Table(source.schema, columns, rowCount: source.rowCount)
    for row in Set([0, table.rowCount - 1]) where row >= 0 && row < table.rowCount {
      _ = table.row(row).map(\.description)
    }
    try askSession(path, source.schema, &random)
  }

  /// Reads the file with the language too, which skips parts of files by their statistics.
  private func askSession(_ path: String, _ schema: Schema, _ random: inout SplitMix) throws(Diagnostic) {
    guard let field = schema.fields.randomElement(using: &random) else { return }
    let session = Session()
    var refusal: Diagnostic?
    session.emit = { [probe] piece in
      if case .diagnostic(let diagnostic) = piece { refusal = diagnostic }
      if let text = Presentation.recording(session.settings).styledText(piece) { probe.examine(text) }
    }
    let name = Spelling.name(field.name)
    let condition = random.pick([
      "\(name) is not null", "\(name) == \(name)", "\(name) > 0", "\(name) == \"a\"", "\(name) < date(2024, 1, 1)",
    ])
    session.run("t = load \(Spelling.text(path))\nt")
    session.run("t | filter \(condition) | head 3\nt | sort \(name) | tail 2\nt | describe")
    if let refusal, refusal.kind != .error { throw refusal }
  }
}
