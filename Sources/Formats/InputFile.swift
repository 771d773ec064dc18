import CMappings
import Diagnostics
import Parallelism
import Synchronization
import Transfer

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file mapped into memory, or bytes that came from elsewhere, to read from any thread.
///
/// A file behind an address has holes: who reads it says with `require` what it needs.
///
/// A file may change while it is read. Of one that is cut short, zeros are read instead of what it has lost; whoever
/// reads does so within `whileUnchanged`, which refuses what came of it.
final class InputFile: @unchecked Sendable {
  /// As it was typed.
  let path: String
  let bytes: UnsafeRawBufferPointer
  private let storage: Storage
  /// What whoever opened it found worth saying; written before anybody reads.
  var notes: [String] = []
  /// Turns the loss of mapped bytes into zeros.
  private let guardian: OpaquePointer?

  enum Storage {
    case mapped(Identity)
    /// Memory of `malloc`.
    case owned
    /// A mapping of a file that nobody else sees.
    case spooled
    /// What has been fetched of a file elsewhere.
    case remote(RemoteFile)
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

  /// - Parameter isAnything: whether what a pipe gives is read to its end even where it looks like no table.
  static func open(_ path: String, isAnything: Bool = false) throws(Diagnostic) -> InputFile {
    try ReadableFolders.check(path)
    // Without waiting: a pipe that nobody writes to would be waited for here, deaf to Ctrl-C.
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

  /// Bytes that are not a file's own: decompressed or re-encoded ones, or what a pipe gave.
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

  /// Whether bytes have to be fetched before they are read.
  var isRemote: Bool { if case .remote = storage { true } else { false } }

  /// Sees to it that bytes are here; all are, of a file of this machine. Ranges may reach beyond the file.
  func require(_ ranges: [Range<Int>]) throws(Diagnostic) {
    if case .remote(let file) = storage { try file.fetch(ranges) }
  }

  /// Whether bytes are here already.
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

  /// Copies bytes of the file; false where it has none of its own, only what was unpacked or came from a pipe.
  ///
  /// The file is opened anew: held open, a folder of a thousand parts would have no descriptor left.
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
    mapping_guard_renew()
    var status = stat()
    guard stat(path, &status) == 0, Identity(status) == identity, guardian.map({ !mapping_was_cut($0) }) ?? true else {
      throw .changedSinceOpening(path)
    }
  }

  /// What `body` makes of the file's bytes, if they were the file's from its beginning to its end.
  ///
  /// - Throws: that the file has changed, before anything that `body` found wrong with what it holds now.
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

  /// Whether some table of this process still reads the file at `path`.
  static func isBeingRead(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    let identity = Identity(status)
    return counts.withLock { counts in counts.keys.contains { $0.isSameFile(as: identity) } }
  }
}
