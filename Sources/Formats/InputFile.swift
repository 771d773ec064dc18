import Diagnostics
import Parallelism
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file mapped into memory, or bytes that came from elsewhere, to read from any thread.
///
/// Reading a mapping of a file that was cut short kills a process, so `checkUnchanged` comes before every decode.
final class InputFile: @unchecked Sendable {
  /// As it was typed.
  let path: String
  let bytes: UnsafeRawBufferPointer
  private let storage: Storage

  enum Storage {
    case mapped(Identity)
    /// Memory of `malloc`.
    case owned
    /// A mapping of a file that nobody else sees.
    case spooled
  }

  /// What tells that a file is still the one that was opened.
  struct Identity: Hashable {
    var device: UInt
    var inode: UInt
    var size: Int
    var seconds: Int
    var nanoseconds: Int

    init(_ status: stat) {
      device = UInt(status.st_dev)
      inode = UInt(status.st_ino)
      size = Int(status.st_size)
      seconds = status.st_mtim.tv_sec
      nanoseconds = status.st_mtim.tv_nsec
    }

    /// Whether it is the same file, whatever it holds by now.
    func isSameFile(as other: Identity) -> Bool { device == other.device && inode == other.inode }
  }

  static func open(_ path: String) throws(Diagnostic) -> InputFile {
    try ReadableFolders.check(path)
    #if canImport(Glibc)
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    #else
    let descriptor = Musl.open(path, O_RDONLY | O_CLOEXEC)
    #endif
    guard descriptor >= 0 else { throw errno == ENOENT ? .missingFile(path) : .system("open", path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system("open", path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { return try reading(descriptor, as: path) }
    let identity = Identity(status)
    guard identity.size > 0 else { throw .emptyFile(path) }
    guard let base = mmap(nil, identity.size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
      throw .system("map", path, errno)
    }
    counts.withLock { $0[identity, default: 0] += 1 }
    return InputFile(path: path, UnsafeRawBufferPointer(start: base, count: identity.size), .mapped(identity))
  }

  /// Bytes that are not a file's own: decompressed or re-encoded ones, or what a pipe gave.
  init(path: String, _ bytes: UnsafeRawBufferPointer, _ storage: Storage) {
    self.path = path
    self.bytes = bytes
    self.storage = storage
  }

  /// All that a pipe or a device gives, which has no size to map.
  static func reading(_ descriptor: Int32, as path: String) throws(Diagnostic) -> InputFile {
    let cancellation = Cancellation.current
    let spool = try ByteSpool(path: path)
    var isAtEnd = false
    while !isAtEnd {
      isAtEnd =
        try spool.append { (window) throws(Diagnostic) in
          while true {
            try cancellation.check()
            let received = read(descriptor, window.baseAddress, window.count)
            if received >= 0 { return received }
            guard errno == EINTR else { throw .system("read", path, errno) }
          }
        } == 0
    }
    if spool.count == 0 { throw .emptyFile(path) }
    return try spool.file()
  }

  deinit {
    switch storage {
    case .mapped(let identity):
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
      InputFile.counts.withLock { counts in
        counts[identity, default: 1] -= 1
        if counts[identity] == 0 { counts[identity] = nil }
      }
    case .owned: free(UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    case .spooled: munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
  }

  /// Copies bytes of the file; false where it has none of its own, only what was unpacked or came from a pipe.
  ///
  /// The file is opened anew: held open, a folder of a thousand parts would have no descriptor left.
  func copy(_ range: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Bool {
    guard case .mapped(let identity) = storage else { return false }
    #if canImport(Glibc)
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    #else
    let descriptor = Musl.open(path, O_RDONLY | O_CLOEXEC)
    #endif
    guard descriptor >= 0 else { throw errno == ENOENT ? .changedSinceOpening(path) : .system("open", path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, Identity(status) == identity else { throw .changedSinceOpening(path) }
    var done = 0
    while done < range.count, let base = target.baseAddress {
      let received = pread(descriptor, base + done, range.count - done, off_t(range.lowerBound + done))
      guard received >= 0 || errno == EINTR else { throw .system("read", path, errno) }
      guard received != 0 else { throw .changedSinceOpening(path) }
      done += max(0, received)
    }
    return true
  }

  /// Lets go of the memory that bytes already read take up here; they stay in the system's cache and come back when they
  /// are read again.
  func release(_ range: Range<Int>) {
    if case .owned = storage { return }
    // The kernel maps sixteen pages around each that is touched.
    let around = 1 << 16
    let start = range.lowerBound & ~(around - 1)
    let end = min(bytes.count, (range.upperBound + around - 1) & ~(around - 1))
    guard start < end, let base = UnsafeMutableRawPointer(mutating: bytes.baseAddress) else { return }
    madvise(base + start, end - start, Int32(MADV_DONTNEED))
  }

  /// Throws if the file is not the one any more that was opened.
  func checkUnchanged() throws(Diagnostic) {
    guard case .mapped(let identity) = storage else { return }
    var status = stat()
    guard stat(path, &status) == 0, Identity(status) == identity else { throw .changedSinceOpening(path) }
  }

  private static let counts = Mutex<[Identity: Int]>([:])

  /// Whether some table of this process still reads the file at `path`.
  static func isBeingRead(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    let identity = Identity(status)
    return counts.withLock { counts in counts.keys.contains { $0.isSameFile(as: identity) } }
  }
}
