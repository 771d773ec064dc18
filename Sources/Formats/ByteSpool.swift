import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Bytes whose number is not known before they came: what a pipe gives, what a compressed file unpacks to.
///
/// They stay in memory while they are few, and go to a temporary file without a name once they are not, so that text of
/// any size can be looked at like a file that lies there.
final class ByteSpool {
  /// Whose bytes they are, for messages.
  private let path: String
  /// How many bytes stay in memory.
  private let limit: Int
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  private var descriptor: Int32 = -1
  private(set) var count = 0

  init(path: String, limit: Int = Formats.memoryBudget / 4) throws(Diagnostic) {
    self.path = path
    self.limit = max(limit, ByteSpool.pieceSize)
    capacity = 2 * ByteSpool.pieceSize
    guard let base = malloc(capacity) else { throw .system("read", path, ENOMEM) }
    self.base = base
  }

  deinit {
    free(base)
    if descriptor >= 0 { close(descriptor) }
  }

  static let pieceSize = 1 << 20

  /// Has `fill` write up to `pieceSize` bytes, and keeps as many as it says; how many that were.
  func append(
    _ fill: (UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Int
  ) throws(Diagnostic) -> Int {
    if descriptor < 0, count + ByteSpool.pieceSize > limit, count > 0 { try moveToDisk() }
    if descriptor < 0, count + ByteSpool.pieceSize > capacity { try grow() }
    let window = descriptor < 0 ? base + count : base
    let added = try fill(UnsafeMutableRawBufferPointer(start: window, count: ByteSpool.pieceSize))
    if descriptor >= 0 { try write(added) }
    count += added
    return added
  }

  /// All of the bytes as a file; nothing can be added any more.
  func file() throws(Diagnostic) -> InputFile {
    guard descriptor >= 0 else {
      let exact = realloc(base, max(1, count)) ?? base
      let bytes = UnsafeRawBufferPointer(start: exact, count: count)
      guard let empty = malloc(1) else { throw .system("read", path, ENOMEM) }
      base = empty
      return InputFile(path: path, bytes, .owned)
    }
    guard let mapped = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), mapped != MAP_FAILED else {
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
    let folder = ByteSpool.folder
    descriptor = OutputFile.openNameless(in: folder, alsoToRead: true, mode: 0o600)
    if descriptor < 0 {
      var template = Array((folder + "/lectern.XXXXXX").utf8CString)
      descriptor = mkstemp(&template)
      if descriptor >= 0 { unlink(template) }
    }
    guard descriptor >= 0 else { throw .unkeepable(path, in: folder, errno) }
    try write(count)
    guard let piece = realloc(base, ByteSpool.pieceSize) else { throw .system("read", path, ENOMEM) }
    base = piece
    capacity = ByteSpool.pieceSize
  }

  /// Writes the first bytes in memory to the temporary file.
  private func write(_ length: Int) throws(Diagnostic) {
    var written = 0
    while written < length {
      #if canImport(Glibc)
      let count = Glibc.write(descriptor, base + written, length - written)
      #else
      let count = Musl.write(descriptor, base + written, length - written)
      #endif
      if count < 0 {
        if errno == EINTR { continue }
        throw .unkeepable(path, in: ByteSpool.folder, errno)
      }
      written += count
    }
  }

  /// Where temporary files may be large: `/tmp` is often memory.
  private static var folder: String {
    if let chosen = getenv("TMPDIR").map({ String(cString: $0) }), pathKind(chosen) == .folder { return chosen }
    return pathKind("/var/tmp") == .folder ? "/var/tmp" : "/tmp"
  }
}

extension Diagnostic {
  static func unkeepable(_ path: String, in folder: String, _ code: Int32) -> Diagnostic {
    Diagnostic(
      "`\(path)` is larger than memory has room for, and cannot be kept in `\(folder)`: \(reason(of: code))",
      hint: "the variable TMPDIR says which folder to use instead", place: path)
  }
}
