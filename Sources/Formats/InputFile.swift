import CMappings
import Diagnostics
import Parallelism
import Transfer

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file mapped into memory, or bytes from elsewhere; any thread may read it.
///
/// A remote file is fetched in parts: readers must call `require` for the ranges they need.
///
/// A file may change while it is read. If it is truncated, its lost bytes read as zeros. Readers therefore work
/// inside `whileUnchanged`, which throws if the file changed.
final class InputFile: @unchecked Sendable {
  /// The path as the user typed it.
  let path: String
  let bytes: UnsafeRawBufferPointer
  private let storage: Storage
  /// Notes of the code that opened the file. They are written before anyone reads the file.
  var notes: [String] = []
  /// Replaces mapped bytes that are lost by zeros.
  private let guardian: OpaquePointer?

  enum Storage {
    case mapped(Identity)
    /// Memory from `malloc`.
    case owned
    /// A mapping of an unnamed temporary file.
    case spooled
    /// The fetched parts of a remote file.
    case remote(RemoteFile)
  }

  /// Identifies the file that was opened, to notice when it changes.
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

    /// Whether it is the same file, even if its content has changed.
    func isSameFile(as other: Identity) -> Bool { device == other.device && inode == other.inode }
  }

  /// - Parameter isAnything: whether to read a pipe to its end even if its first bytes do not look like a table.
  static func open(_ path: String, isAnything: Bool = false) throws(Diagnostic) -> InputFile {
    try ReadableFolders.check(path)
    // Before it is opened: opening a device may already do something.
    guard pathKind(path) != .device else { throw .device(path) }
    // O_NONBLOCK: `open` would otherwise wait for a pipe's writer, and Ctrl-C could not interrupt it.
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    #if canImport(Glibc)
    let descriptor = Glibc.open(path, flags)
    #else
    let descriptor = Musl.open(path, flags)
    #endif
    guard descriptor >= 0 else { throw errno == ENOENT ? .missingFile(path) : .system("open", path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system("open", path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      return try reading(descriptor, as: path, isAnything: isAnything)
    }
    let identity = Identity(status)
    guard identity.size > 0 else { throw .emptyFile(path) }
    guard let base = mmap(nil, identity.size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
      throw .system("map", path, errno)
    }
    counts.withLock { $0[identity, default: 0] += 1 }
    return InputFile(path: path, UnsafeRawBufferPointer(start: base, count: identity.size), .mapped(identity))
  }

  /// Takes bytes that are not mapped from the file itself: decompressed or converted ones, or the output of a pipe.
  init(path: String, _ bytes: UnsafeRawBufferPointer, _ storage: Storage) {
    self.path = path
    self.bytes = bytes
    self.storage = storage
    if case .mapped = storage {
      guardian = mapping_guard_begin(bytes.baseAddress, bytes.count)
    } else {
      guardian = nil
    }
  }

  convenience init(remote file: RemoteFile) { self.init(path: file.name, file.bytes, .remote(file)) }

  /// Whether bytes must be fetched before they are read.
  var isRemote: Bool { if case .remote = storage { true } else { false } }

  /// Fetches these ranges if the file is remote; does nothing for a local file. Ranges may reach beyond the end.
  func require(_ ranges: [Range<Int>]) throws(Diagnostic) {
    if case .remote(let file) = storage { try file.fetch(ranges) }
  }

  /// Whether these bytes are here already.
  func has(_ range: Range<Int>) -> Bool {
    if case .remote(let file) = storage { file.has(range) } else { true }
  }

  deinit {
    if let guardian { mapping_guard_end(guardian) }
    switch storage {
    case .mapped(let identity):
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
      InputFile.counts.withLock { counts in
        counts[identity, default: 1] -= 1
        if counts[identity] == 0 { counts[identity] = nil }
      }
    case .owned: free(UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    case .remote: break
    case .spooled: munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
  }

  /// Copies bytes of the file. Returns false if the bytes are not mapped from a local file.
  ///
  /// The file is opened again each time: with open descriptors, a folder of a thousand parts would use them all up.
  func copy(_ range: Range<Int>, into target: UnsafeMutableRawBufferPointer) throws(Diagnostic) -> Bool {
    guard case .mapped(let identity) = storage else { return false }
    #if canImport(Glibc)
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    #else
    let descriptor = Musl.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
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

  /// Frees the memory of mapped bytes that have been read. They stay in the system's page cache and are mapped again
  /// on the next read.
  func release(_ range: Range<Int>) {
    if case .owned = storage { return }
    // The kernel maps sixteen pages around each page that is read.
    let around = 1 << 16
    let start = range.lowerBound & ~(around - 1)
    let end = min(bytes.count, (range.upperBound + around - 1) & ~(around - 1))
    guard start < end, let base = UnsafeMutableRawPointer(mutating: bytes.baseAddress) else { return }
    madvise(base + start, end - start, Int32(MADV_DONTNEED))
  }

  /// Throws if the file is no longer the one that was opened.
  func checkUnchanged() throws(Diagnostic) {
    guard case .mapped(let identity) = storage else { return }
    mapping_guard_renew()
    var status = stat()
    guard stat(path, &status) == 0, Identity(status) == identity, guardian.map({ !mapping_was_cut($0) }) ?? true else {
      throw .changedSinceOpening(path)
    }
  }

  /// Runs `body`, and throws if the file changed while it ran.
  ///
  /// - Throws: that the file has changed, in preference to any error of `body`, which the change may have caused.
  func whileUnchanged<Result>(_ body: () throws(Diagnostic) -> Result) throws(Diagnostic) -> Result {
    try checkUnchanged()
    let result: Result
    do throws(Diagnostic) {
      result = try body()
    } catch {
      if error.kind != .interruption { try checkUnchanged() }
      throw error
    }
    try checkUnchanged()
    return result
  }

  private static let counts = Mutex<[Identity: Int]>([:])

  /// Whether an open table of this process reads the file at `path`.
  static func isBeingRead(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    let identity = Identity(status)
    return counts.withLock { counts in counts.keys.contains { $0.isSameFile(as: identity) } }
  }
}
