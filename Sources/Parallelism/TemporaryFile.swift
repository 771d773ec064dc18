public import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An unnamed temporary file. The system deletes it when it is closed, even if the program crashes.
///
/// Several threads may read and write it at the same time.
public final class TemporaryFile: Sendable {
  /// The file descriptor, for memory mapping.
  public let descriptor: Int32
  private let folder: String

  /// Creates a file in `$TMPDIR`, else in `/var/tmp` or `/tmp`.
  ///
  /// - Throws: a diagnostic with the reason of the system if the file cannot be created.
  public init() throws(Diagnostic) {
    folder = Self.folder
    var descriptor = Self.openNameless(in: folder, alsoToRead: true, mode: 0o600)
    if descriptor < 0 {
      var template = Array((folder + "/lectern.XXXXXX").utf8CString)
      descriptor = mkstemp(&template)
      if descriptor >= 0 { unlink(template) }
    }
    guard descriptor >= 0 else { throw .unkept(in: folder, errno) }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Writes all of `values`, the first byte of them at `offset`.
  public func write<Value: BitwiseCopyable>(_ values: Span<Value>, at offset: Int) throws(Diagnostic) {
    try transferred(values.count * MemoryLayout<Value>.stride) { done, count in
      values.withUnsafeBytes { pwrite(descriptor, $0.baseAddress.map { $0 + done }, count, off_t(offset + done)) }
    }
  }

  /// Fills `values` with the bytes from `offset` on.
  public func read<Value: BitwiseCopyable>(_ values: inout MutableSpan<Value>, at offset: Int) throws(Diagnostic) {
    try transferred(values.count * MemoryLayout<Value>.stride) { done, count in
      values.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress.map { $0 + done }, count, off_t(offset + done)) }
    }
  }

  /// The free bytes on its disk; `Int.max` if the system does not say.
  public var freeSpace: Int {
    var status = statvfs()
    guard fstatvfs(descriptor, &status) == 0 else { return .max }
    let (bytes, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
    return overflow ? .max : Int(clamping: bytes)
  }

  /// Repeats a system call until all bytes are transferred: one call may transfer only a part.
  private func transferred(_ byteCount: Int, _ some: (_ done: Int, _ count: Int) -> Int) throws(Diagnostic) {
    var done = 0
    while done < byteCount {
      let count = some(done, byteCount - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .unkept(in: folder, count < 0 ? errno : EIO) }
      done += count
    }
  }

  /// Opens an unnamed file in a folder. The result is negative if the system or the file system does not support this.
  public static func openNameless(in folder: String, alsoToRead: Bool = false, mode: UInt32 = 0o666) -> Int32 {
    #if os(Linux)
    // The number is `O_TMPFILE`, a macro that Swift does not import. Callers can give the file a name later, through
    // /proc.
    guard access("/proc/self/fd", F_OK) == 0 else { return -1 }
    return open(folder, O_DIRECTORY | 0o20_000_000 | (alsoToRead ? O_RDWR : O_WRONLY) | O_CLOEXEC, mode)
    #else
    return -1
    #endif
  }

  /// A folder for large temporary files: `/tmp` is often in memory.
  private static var folder: String {
    func isFolder(_ path: String) -> Bool {
      var status = stat()
      return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
    if let chosen = getenv("TMPDIR").map({ String(cString: $0) }), isFolder(chosen) { return chosen }
    return isFolder("/var/tmp") ? "/var/tmp" : "/tmp"
  }
}

extension Diagnostic {
  fileprivate static func unkept(in folder: String, _ code: Int32) -> Diagnostic {
    Diagnostic(
      "cannot write temporary data to `\(folder)`: \(reason(of: code))",
      hint: "set the environment variable TMPDIR to another folder")
  }
}
