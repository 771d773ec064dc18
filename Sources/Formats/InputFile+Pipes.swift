import Arrow
import Diagnostics
import Parallelism

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension InputFile {
  /// Reads a pipe to its end. It has no size, so it cannot be mapped, and it may never end: more than
  /// `Formats.mostPiped` bytes are refused.
  ///
  /// - Parameter isAnything: whether to read to the end even if the first bytes do not look like a table.
  /// - Throws: if nothing arrives, if it is not a table, or if it is too much.
  static func reading(
    _ descriptor: Int32, as path: String, isAnything: Bool = false
  ) throws(Diagnostic) -> InputFile {
    let spool = try ByteSpool(path: path)
    let limit = Formats.mostPiped
    var isAtEnd = false
    var isKnown = isAnything
    // The first bytes may arrive in several pieces.
    var start: [UInt8] = []
    while !isAtEnd {
      isAtEnd =
        try spool.append { (window) throws(Diagnostic) in
          let received = try receive(from: descriptor, into: window, as: path)
          if !isKnown { start += window.prefix(min(received, 1 << 12)) }
          return received
        } == 0
      guard spool.count <= limit else { throw .endlessPipe(path, read: spool.count) }
      // Input that is not a table is refused after its first bytes.
      if !isKnown, start.count >= 4 {
        guard start.withUnsafeBytes({ Formats.looksReadable($0) }) else { throw .unrecognised(path) }
        isKnown = true
      }
    }
    if spool.count == 0 { throw .emptyFile(path) }
    return try spool.file()
  }

  /// Waits for bytes, and checks for cancellation meanwhile. Returns how many arrived, 0 at the end.
  private static func receive(
    from descriptor: Int32, into window: UnsafeMutableRawBufferPointer, as path: String
  ) throws(Diagnostic) -> Int {
    let cancellation = Cancellation.current
    while true {
      try cancellation.check()
      var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&source, 1, 50)
      if ready == 0 || (ready < 0 && errno == EINTR) { continue }
      guard ready > 0 else { throw .system("read", path, errno) }
      let received = read(descriptor, window.baseAddress, window.count)
      if received >= 0 { return received }
      guard errno == EINTR || errno == EAGAIN else { throw .system("read", path, errno) }
    }
  }
}

extension Formats {
  /// Replaces the most bytes of a pipe, for tests.
  @TaskLocal package static var pipeLimit: Int?

  /// The most bytes that a pipe may have: as much as decoded columns may take twice.
  static var mostPiped: Int { pipeLimit ?? max(1 << 28, 2 * min(memoryBudget, .max / 2)) }

  /// Whether these first bytes may begin a table: a known format, a compressed file, or text.
  static func looksReadable(_ start: UnsafeRawBufferPointer) -> Bool {
    start.starts(with: ParquetFile.magic) || ArrowFile.isFile(start) || ArrowFile.mayBeStream(start)
      || Codec.isCompressedFile(start) || ZipArchive.isRecognised(start) || TextEncoding.isText(start)
  }
}

extension Diagnostic {
  fileprivate static func endlessPipe(_ path: String, read count: Int) -> Diagnostic {
    Diagnostic(
      "`\(path)` has not ended after \(count >> 20) MB, and no more is read from a pipe",
      hint: "write it to a file, which may have any size; `:set memory` gives pipes more, too", place: path)
  }

  static func device(_ path: String) -> Diagnostic {
    Diagnostic(
      "`\(path)` is a device, not a file: it may never end",
      hint: "copy what is wanted of it into a file and load that",
      place: path)
  }
}
