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

  private enum Storage {
    case mapped(Identity)
    case owned
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

  init(path: String) throws(Diagnostic) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw errno == ENOENT ? .missingFile(path) : .system("open", path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system("open", path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      // A pipe or a device has no size to map.
      self.path = path
      bytes = try InputFile.readAll(descriptor, path)
      storage = .owned
      return
    }
    self.path = path
    let identity = Identity(status)
    guard identity.size > 0 else { throw .emptyFile(path) }
    guard let base = mmap(nil, identity.size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
      throw .system("map", path, errno)
    }
    bytes = UnsafeRawBufferPointer(start: base, count: identity.size)
    storage = .mapped(identity)
    InputFile.counts.withLock { $0[identity, default: 0] += 1 }
  }

  /// Bytes that are not a file's own: decompressed or re-encoded ones.
  init(path: String, _ contents: [UInt8]) {
    self.path = path
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, contents.count), alignment: 16)
    copy.copyBytes(from: contents)
    bytes = UnsafeRawBufferPointer(rebasing: copy[..<contents.count])
    storage = .owned
  }

  /// All of standard input.
  static func standardInput() throws(Diagnostic) -> InputFile {
    try InputFile(reading: STDIN_FILENO, as: "-")
  }

  private init(reading descriptor: Int32, as path: String) throws(Diagnostic) {
    self.path = path
    bytes = try InputFile.readAll(descriptor, path)
    storage = .owned
    if bytes.isEmpty { throw .emptyFile(path) }
  }

  deinit {
    switch storage {
    case .mapped(let identity):
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
      InputFile.counts.withLock { counts in
        counts[identity, default: 1] -= 1
        if counts[identity] == 0 { counts[identity] = nil }
      }
    case .owned: UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.deallocate()
    }
  }

  /// Lets go of the pages of a mapped file: what was decoded of them is kept elsewhere. The system has them still, and
  /// gives them back where they are read again.
  func releasePages() {
    guard case .mapped = storage, let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress) else { return }
    _ = madvise(start, bytes.count, Int32(MADV_DONTNEED))
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

  private static func readAll(_ descriptor: Int32, _ path: String) throws(Diagnostic) -> UnsafeRawBufferPointer {
    let cancellation = Cancellation.current
    var capacity = 1 << 20
    var count = 0
    guard var base = malloc(capacity) else { throw .system("read", path, ENOMEM) }
    while true {
      if count == capacity {
        capacity *= 2
        guard let larger = realloc(base, capacity) else {
          free(base)
          throw .system("read", path, ENOMEM)
        }
        base = larger
      }
      let received = read(descriptor, base + count, capacity - count)
      if received == 0 { break }
      if received < 0, errno == EINTR, !cancellation.isRequested { continue }
      if received < 0 || cancellation.isRequested {
        let code = errno
        free(base)
        try cancellation.check()
        throw .system("read", path, code)
      }
      count += received
    }
    return UnsafeRawBufferPointer(start: base, count: count)
  }
}
