import Diagnostics
import Parallelism

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Collects bytes whose number is not known in advance: the output of a pipe or of a decompressor.
///
/// The first bytes stay in memory. Beyond `limit` they go to an unnamed temporary file, so that input of any size can
/// be mapped like an ordinary file.
final class ByteSpool {
  /// The path of the input, for messages.
  private let path: String
  /// How many bytes stay in memory at most.
  private let limit: Int
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  private var disk: TemporaryFile?
  /// How many bytes may go to the disk. The rest of the free space is left to other programs.
  private var diskLimit = 0
  private(set) var count = 0

  init(path: String, limit: Int = Formats.memoryBudget / 4) throws(Diagnostic) {
    self.path = path
    self.limit = max(limit, ByteSpool.pieceSize)
    capacity = 2 * ByteSpool.pieceSize
    guard let base = malloc(capacity) else { throw .system("read", path, ENOMEM) }
    self.base = base
  }

  deinit { free(base) }

  static let pieceSize = 1 << 20

  /// Lets `fill` write up to `pieceSize` bytes, and keeps as many as `fill` says it wrote. Returns that number.
  func append(
    _ fill: (UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int
  ) throws(Diagnostic) -> Int {
    if disk == nil, count + ByteSpool.pieceSize > limit, count > 0 { try moveToDisk() }
    if disk == nil, count + ByteSpool.pieceSize > capacity { try grow() }
    let window = disk == nil ? base + count : base
    let added = try fill(UnsafeMutableRawBufferPointer(start: window, count: ByteSpool.pieceSize))
    if let disk { try write(added, to: disk) }
    count += added
    return added
  }

  func append(contentsOf bytes: [UInt8]) throws(Diagnostic) {
    var written = 0
    while written < bytes.count {
      let rest = bytes[written...]
      written += try append { (window) throws(Diagnostic) in
        let length = min(window.count, rest.count)
        for index in 0..<length { window[index] = rest[rest.startIndex + index] }
        return length
      }
    }
  }

  /// Returns all bytes as a file. Nothing can be appended afterwards.
  func file() throws(Diagnostic) -> InputFile {
    guard let disk else {
      let exact = realloc(base, max(1, count)) ?? base
      let bytes = UnsafeRawBufferPointer(start: exact, count: count)
      guard let empty = malloc(1) else { throw .system("read", path, ENOMEM) }
      base = empty
      return InputFile(path: path, bytes, .owned)
    }
    guard let mapped = mmap(nil, count, PROT_READ, MAP_PRIVATE, disk.descriptor, 0), mapped != MAP_FAILED else {
      throw .system("map", path, errno)
    }
    return InputFile(path: path, UnsafeRawBufferPointer(start: mapped, count: count), .spooled)
  }

  private func grow() throws(Diagnostic) {
    guard let larger = realloc(base, 2 * capacity) else { throw .system("read", path, ENOMEM) }
    base = larger
    capacity *= 2
  }

  private func moveToDisk() throws(Diagnostic) {
    let disk: TemporaryFile
    do throws(Diagnostic) { disk = try TemporaryFile() } catch { throw error.of(path) }
    diskLimit = disk.freeSpace / 4 * 3
    let kept = count
    count = 0
    defer { count = kept }
    try write(kept, to: disk)
    guard let piece = realloc(base, ByteSpool.pieceSize) else { throw .system("read", path, ENOMEM) }
    base = piece
    capacity = ByteSpool.pieceSize
    self.disk = disk
  }

  /// Appends the first `length` bytes in memory to those on the disk.
  private func write(_ length: Int, to disk: TemporaryFile) throws(Diagnostic) {
    guard length <= diskLimit - count else { throw .leavesNoRoom(path, at: diskLimit) }
    let bytes = UnsafeBufferPointer(start: base.assumingMemoryBound(to: UInt8.self), count: length)
    do throws(Diagnostic) { try disk.write(bytes.span, at: count) } catch { throw error.of(path) }
  }
}

extension Diagnostic {
  fileprivate static func leavesNoRoom(_ path: String, at limit: Int) -> Diagnostic {
    Diagnostic(
      "`\(path)` needs more than \(limit >> 20) MB, three quarters of the free space for temporary files",
      hint: "set the environment variable TMPDIR to a folder with more space", place: path)
  }

  /// Rewords an error of the temporary file as an error of the file at `path`.
  fileprivate func of(_ path: String) -> Diagnostic {
    Diagnostic("cannot read `\(path)`: \(message)", hint: hint, place: path)
  }
}
