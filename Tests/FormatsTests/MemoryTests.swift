import Diagnostics
import Formats
import Foundation
import Generators
import Tables
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How much memory reading takes, in processes of their own: what is measured is the process's.
@Suite(.serialized, .enabled(if: FileManager.default.isReadableFile(atPath: "/proc/self/clear_refs")))
struct MemoryTests {
  /// 4 million rows of 16 bytes that differ: 64 MB in memory, less in the file.
  private static let table = Table([
    ("a", Column((0..<4_000_000).map { ($0 &* 2_654_435_761) % 1_000_000_007 })),
    ("b", Column((0..<4_000_000).map { ($0 &* 40_503) % 65_537 })),
  ])

  /// A line of what the kernel says of this process, in megabytes.
  private static func megabytes(_ field: String) throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix(field) } ?? ""
    return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) >> 10
  }

  /// By how much the process was larger at its largest than before `work`, in megabytes.
  private static func growth(_ work: () throws -> Void) throws -> Int {
    try "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
    let before = try megabytes("VmRSS")
    try work()
    return try megabytes("VmHWM") - before
  }

  @Test(arguments: ["parquet", "arrow"]) func `what is looked at costs what is seen`(_ ending: String) async throws {
    let scratch = try ScratchFolder()
    let path = scratch.file("t." + ending)
    _ = try saveTable(Self.table, to: path)
    await #expect(processExitsWith: .success) { [path = path as String] in
      let seen = try Self.growth {
        let source = try openTable(path)
        // The first ten rows, and a screen in the middle.
        _ = try source.columns([0, 1], partition: 0, rows: 0..<10, kept: nil)
        let middle = source.partitions.count / 2
        _ = try source.columns([0, 1], partition: middle, rows: 100..<140, kept: nil)
      }
      let whole = try Self.growth { _ = try read(path) }
      guard whole > 50 else { exit(2) }
      guard seen < 12 else { exit(3) }
    }
    withExtendedLifetime(scratch) {}
  }

  @Test(arguments: ["parquet", "arrow"], [[0, 1], [0], [1]])
  func `reading takes the columns and little more`(_ ending: String, _ columns: [Int]) async throws {
    let scratch = try ScratchFolder()
    let path = scratch.file("t." + ending)
    _ = try saveTable(Self.table, to: path)
    await #expect(processExitsWith: .success) { [path = path as String, columns = columns as [Int]] in
      let growth = try Self.growth { _ = try openTable(path).columns(columns) }
      guard growth > 28 * columns.count else { exit(2) }
      guard growth <= 32 * columns.count * 3 / 2 else { exit(3) }
    }
    withExtendedLifetime(scratch) {}
  }

  /// Columns that were used longest ago make room for others.
  @Test func `what was looked at last is kept`() async throws {
    let scratch = try ScratchFolder()
    let path = scratch.file("t.parquet")
    let rows = 300_000
    _ = try saveTable(
      Table(
        ["a", "b", "c", "d"].enumerated().map { place, name in (name, Column((0..<rows).map { $0 * 7 + place })) }),
      to: path)
    await #expect(processExitsWith: .success) { [path = path as String, rows = rows as Int] in
      // Room for three columns of 64 bits.
      Formats.memoryBudget = rows * 8 * 7 / 2
      let source = try openTable(path)
      for column in [0, 1, 2, 0, 3] { _ = try source.columns([column]) }
      guard (0..<4).map({ source.isInMemory($0) }) == [true, false, true, true] else { exit(2) }
      Formats.memoryBudget = rows * 8 * 3 / 2
      guard (0..<4).map({ source.isInMemory($0) }) == [false, false, false, true] else { exit(3) }
    }
    withExtendedLifetime(scratch) {}
  }

  /// What a compressed file or a pipe holds goes to the disk where it is more than memory has room for.
  @Test(arguments: ["csv.gz", "csv.zst", "ndjson.gz"])
  func `a compressed text larger than memory is looked at all the same`(_ ending: String) async throws {
    let scratch = try ScratchFolder()
    let path = scratch.file("t." + ending)
    let rows = 3_000_000
    let table = Table([("a", Column((0..<rows).map { ($0 &* 7919) % 1_000_003 })), ("b", Column(Array(0..<rows)))])
    _ = try saveTable(table, to: path)
    // Unpacked it is 44 MB of separated text and 80 MB of objects.
    let allowed = ending.hasPrefix("csv") ? 36 : 72
    await #expect(processExitsWith: .success) {
      [path = path as String, rows = rows as Int, allowed = allowed as Int] in
      Formats.memoryBudget = 8 << 20
      // Pages of the system's cache do not count: what the process alone has does.
      let before = try Self.megabytes("RssAnon")
      let source = try openTable(path)
      guard source.rowCount == rows else { exit(2) }
      let partition = source.partitions.count - 1
      let count = source.partitions[partition].rows.count
      let last = try source.columns([1], partition: partition, rows: count - 1..<count, kept: nil)[0][0]
      guard last == .integer(Int128(rows - 1)) else { exit(3) }
      guard try Self.megabytes("RssAnon") - before < allowed else { exit(4) }
      withExtendedLifetime(source) {}
    }
    withExtendedLifetime(scratch) {}
  }
}
