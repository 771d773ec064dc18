import Diagnostics
import Formats
import Foundation
import Generators
import Parallelism
import Tables
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Files that change while they are read, and what has no end.
@Suite struct ChangingFilesTests {
  private static let lines = (0..<1_200_000).map { "\($0),item \($0 % 90)" }.joined(separator: "\n") + "\n"

  @Test func `bytes that a file loses while they are looked at are no end of the process`() throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("a.bin", [UInt8](repeating: 7, count: 1 << 20))
    let diagnostic = #expect(throws: Diagnostic.self) {
      try withMappedFile(at: path) { (bytes) throws(Diagnostic) in
        truncate(path, 4096)
        #expect(bytes[100] == 7)
        // The page is gone with the file's end: it reads as zeros.
        #expect(bytes[900_000] == 0 && bytes[bytes.count - 1] == 0)
      }
    }
    #expect(diagnostic?.message == "`\(path)` has changed since it was opened")
  }

  /// Cut between two chunks of one reading: the progress of the first says when.
  @Test(arguments: ["csv", "tsv", "ndjson"]) func `a text that is cut short while it is read is said`(_ format: String)
    throws
  {
    let scratch = try ScratchFolder()
    let text: String =
      switch format {
      case "csv": "id,name\n" + Self.lines
      case "tsv": "id\tname\n" + Self.lines.replacing(",", with: "\t")
      default: (0..<500_000).map { "{\"id\": \($0), \"name\": \"item \($0 % 90)\"}\n" }.joined()
      }
    let path = try scratch.write("a.\(format)", text)
    let source = try openTable(path)
    let progress = Progress { moment in
      if moment.completed > 0 { truncate(path, 100_000) }
    }
    let diagnostic = #expect(throws: Diagnostic.self) {
      try Progress.$current.withValue(progress) { try read(source) }
    }
    #expect(diagnostic?.message == "`\(path)` has changed since it was opened")
  }

  @Test func `a Parquet file that is cut short after it was opened is said`() throws {
    let scratch = try ScratchFolder()
    let path = scratch.file("a.parquet")
    _ = try saveTable(Table([("id", Column((0..<500_000).map { ($0 &* 7919) % 1_000_003 }))]), to: path)
    let source = try openTable(path)
    truncate(path, 5000)
    let diagnostic = #expect(throws: Diagnostic.self) { try source.columns([0]) }
    #expect(diagnostic?.message == "`\(path)` has changed since it was opened")
  }

  @Test func `a pipe that nobody writes to can be interrupted`() throws {
    let scratch = try ScratchFolder()
    let path = scratch.file("pipe")
    #expect(mkfifo(path, 0o600) == 0)
    let cancellation = Cancellation()
    cancellation.request()
    let diagnostic = #expect(throws: Diagnostic.self) {
      try Cancellation.$current.withValue(cancellation) { try openTable(path) }
    }
    #expect(diagnostic?.kind == .interruption)
  }

  @Test func `a pipe is read to the end of what is written to it`() throws {
    let scratch = try ScratchFolder()
    let path = scratch.file("pipe")
    #expect(mkfifo(path, 0o600) == 0)
    let text = "id,name\n" + (0..<50_000).map { "\($0),x\n" }.joined()
    let writer = Thread {
      let file = fopen(path, "w")
      for part in text.split(separator: "\n", omittingEmptySubsequences: true) { fputs(part + "\n", file) }
      fclose(file)
    }
    writer.start()
    let table = try read(path)
    #expect(table.rowCount == 50_000)
    #expect(table.row(49_999) == [.integer(49_999), .text("x")])
  }

  @Test(arguments: ["/dev/zero", "/dev/urandom"]) func `a device without end is refused`(_ path: String) throws {
    for format in [nil, "csv", "ndjson", "json", "parquet", "xlsx", "sqlite"] {
      var options = LoadOptions()
      options.format = format
      let diagnostic = #expect(throws: Diagnostic.self) { try openTable(path, options: options) }
      #expect(diagnostic?.message == "`\(path)` is a device, not a file: it may never end")
      #expect(diagnostic?.hint?.contains("format=") == false)
      #expect(throws: Diagnostic.self) { try openTables([path, path], options: options) }
    }
  }

  @Test func `a pipe without end is refused`() throws {
    let scratch = try ScratchFolder()
    let path = scratch.file("pipe")
    #expect(mkfifo(path, 0o600) == 0)
    // Opened for both, the pipe does not end, and who writes to it is not killed when nobody reads on.
    let pipe = open(path, O_RDWR)
    defer { close(pipe) }
    let limit = 1 << 20
    let writer = Thread {
      let line = [UInt8]("1,2,3\n".utf8)
      let page = (0..<4096).map { line[$0 % line.count] }
      for _ in 0...limit / page.count { _ = write(pipe, page, page.count) }
    }
    writer.start()
    let diagnostic = #expect(throws: Diagnostic.self) {
      try Formats.$pipeLimit.withValue(limit) { try openTable(path) }
    }
    #expect(diagnostic?.message == "`\(path)` has not ended after 1 MB, and no more is read from a pipe")
    #expect(diagnostic?.hint?.hasPrefix("write it to a file") == true)
  }
}
