public import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file without a name for bytes that memory should not hold: gone with its last reference, however the program ends.
///
/// Several threads may write and read it at once.
public final class TemporaryFile: Sendable {
  /// For a memory mapping.
  public let descriptor: Int32
  private let folder: String

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

  /// Fills `values` with what was written at `offset`.
  public func read<Value: BitwiseCopyable>(_ values: inout MutableSpan<Value>, at offset: Int) throws(Diagnostic) {
    try transferred(values.count * MemoryLayout<Value>.stride) { done, count in
      values.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress.map { $0 + done }, count, off_t(offset + done)) }
    }
  }

  /// The bytes that are free on its disk; all that there are where the system does not say.
  public var freeSpace: Int {
    var status = statvfs()
    guard fstatvfs(descriptor, &status) == 0 else { return .max }
    let (bytes, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
    return overflow ? .max : Int(clamping: bytes)
  }

  /// Calls the system until it has taken all of the bytes: it may take a part of them at a time.
  private func transferred(_ byteCount: Int, _ some: (_ done: Int, _ count: Int) -> Int) throws(Diagnostic) {
    var done = 0
    while done < byteCount {
      let count = some(done, byteCount - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .unkept(in: folder, count < 0 ? errno : EIO) }
      done += count
    }
  }

  /// A file without a name in a folder, or a negative number where there is no such thing.
  public static func openNameless(in folder: String, alsoToRead: Bool = false, mode: UInt32 = 0o666) -> Int32 {
    #if os(Linux)
    // `O_TMPFILE`, a macro that Swift does not see. It is given a name by way of /proc.
    guard access("/proc/self/fd", F_OK) == 0 else { return -1 }
    return open(folder, O_DIRECTORY | 0o20_000_000 | (alsoToRead ? O_RDWR : O_WRONLY) | O_CLOEXEC, mode)
    #else
    return -1
    #endif
  }

  /// Where temporary files may be large: `/tmp` is often memory.
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
      "what is too large for memory cannot be kept in `\(folder)`: \(reason(of: code))",
      hint: "the variable TMPDIR says which folder to use instead")
  }
}
