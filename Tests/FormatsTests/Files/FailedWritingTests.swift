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

/// What can go wrong while a file is written: said with the file's name, and nothing half-written remains.
///
/// The limit on the size of files is the process's own, so the tests run one after another and apart from others that
/// write more.
@Suite(.serialized) struct FailedWritingTests {
  private let formats = ["parquet", "csv", "tsv", "ndjson"]

  private func table(rows: Int) -> Table {
    Table([
      ("id", Column((0..<rows).map { ($0 &* 2_654_435_761) % 1_000_003 })),
      ("name", Column((0..<rows).map { "name \(($0 &* 40_503) % 65_537)" })),
    ])
  }

  @Test func `a vanished folder is said`() throws {
    let scratch = try ScratchFolder()
    for format in formats {
      let path = scratch.file("gone/a.\(format)")
      let diagnostic = #expect(throws: Diagnostic.self) { try saveTable(table(rows: 3), to: path) }
      #expect(diagnostic?.message == "cannot write `\(path)`: the file or its folder does not exist")
    }
    #expect(scratch.names == [])
  }

  @Test func `a folder that vanishes while a file is written is said`() throws {
    let scratch = try ScratchFolder()
    let path = scratch.file("gone/a.parquet")
    try FileManager.default.createDirectory(atPath: scratch.file("gone"), withIntermediateDirectories: true)
    let writer = try ParquetWriter(path: path, schema: table(rows: 1).schema)
    try writer.append(table(rows: 3))
    try FileManager.default.removeItem(atPath: scratch.file("gone"))
    let diagnostic = #expect(throws: Diagnostic.self) { try writer.finish() }
    #expect(diagnostic?.message == "cannot write `\(path)`: the file or its folder does not exist")
    #expect(scratch.names == [])
  }

  @Test func `a process that is killed while it writes leaves no file`() async throws {
    let scratch = try ScratchFolder()
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = scratch.file("a.parquet") as String] in
      let writer = try ParquetWriter(path: path, schema: Schema([Field("a", .i64)]))
      try writer.append(Table([("a", Column([1, 2, 3]))]))
      kill(getpid(), SIGKILL)
    }
    // Where the disk knows no files without names, a hidden one stays.
    #expect(scratch.names.allSatisfy { $0.hasPrefix(".") })
  }

  @Test func `a folder in the file's place is said`() throws {
    let scratch = try ScratchFolder()
    try FileManager.default.createDirectory(atPath: scratch.file("a.csv"), withIntermediateDirectories: true)
    var options = SaveOptions()
    options.overwrite = true
    let diagnostic = #expect(throws: Diagnostic.self) {
      try saveTable(table(rows: 3), to: scratch.file("a.csv"), options: options)
    }
    #expect(diagnostic?.message == "cannot write `\(scratch.file("a.csv"))`: it is a folder")
    #expect(scratch.names == ["a.csv"])
  }

  @Test func `a file in the folder's place is said`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("orders", "a\n")
    let path = scratch.file("orders/a.csv")
    let diagnostic = #expect(throws: Diagnostic.self) { try saveTable(table(rows: 3), to: path) }
    #expect(diagnostic?.message == "cannot write `\(path)`: a part of the path is a file, not a folder")
  }

  @Test(.enabled(if: geteuid() != 0, "root may write anywhere"))
  func `a folder without permission is said`() throws {
    let scratch = try ScratchFolder()
    try FileManager.default.createDirectory(atPath: scratch.file("closed"), withIntermediateDirectories: true)
    chmod(scratch.file("closed"), 0o500)
    defer { chmod(scratch.file("closed"), 0o700) }
    let path = scratch.file("closed/a.parquet")
    let diagnostic = #expect(throws: Diagnostic.self) { try saveTable(table(rows: 3), to: path) }
    #expect(diagnostic?.message == "cannot write `\(path)`: permission denied")
  }

  /// A device that is always full; it is no regular file, and so it is never replaced by one.
  @Test func `a device is not replaced by a file`() throws {
    var options = SaveOptions()
    options.overwrite = true
    options.format = "csv"
    let diagnostic = #expect(throws: Diagnostic.self) {
      try saveTable(table(rows: 3), to: "/dev/full", options: options)
    }
    #expect(diagnostic?.message.hasPrefix("cannot write `/dev/full`") == true)
  }

  @Test func `a table that is written over its own file is said before anything is written`() throws {
    let scratch = try ScratchFolder()
    for format in formats {
      let path = scratch.file("a.\(format)")
      _ = try saveTable(table(rows: 1000), to: path)
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      let source = try openTable(path)
      var options = SaveOptions()
      options.overwrite = true
      // Text is in memory once it is open: then its own file may be replaced.
      do throws(Diagnostic) {
        _ = try saveTable(table(rows: 3), to: path, options: options)
        #expect(try source.columns([0])[0].count == 1000, "\(format)")
      } catch {
        #expect(error.message == "`\(path)` is an input of this session and is still being read")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
      }
      #expect(source.rowCount == 1000)
    }
    #expect(scratch.names == formats.map { "a.\($0)" }.sorted())
  }

  /// A writer that runs out of room in the middle, in a process of its own: the limit would hit all other tests.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/sh")), arguments: ["parquet", "csv", "ndjson"])
  func `a disk that fills up leaves the old file and nothing else`(_ format: String) async throws {
    await #expect(processExitsWith: .success) { [format] in
      let scratch = try ScratchFolder()
      let path = scratch.file("a.\(format)")
      _ = try saveTable(Table([("id", Column([1, 2, 3]))]), to: path)
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      #if canImport(Glibc)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      #else
      setrlimit(RLIMIT_FSIZE, &limit)
      #endif
      let rows = 300_000
      let large = Table([("id", Column((0..<rows).map { ($0 &* 2_654_435_761) % 1_000_000_007 }))])
      var options = SaveOptions()
      options.overwrite = true
      var message = ""
      do throws(Diagnostic) {
        _ = try saveTable(large, to: path, options: options)
      } catch {
        message = error.message
      }
      guard message == "cannot write `\(path)`: the file would be larger than the allowed size" else { exit(2) }
      guard try Data(contentsOf: URL(fileURLWithPath: path)) == before, scratch.names == ["a.\(format)"] else {
        exit(3)
      }
    }
  }
}
