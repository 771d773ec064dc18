import Diagnostics
import Parallelism

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that appears whole or not at all: written beside its place without a name, synced, then named and renamed.
///
/// Until it is complete nobody sees it, so that not even a process that is killed leaves anything. Where the disk knows
/// no files without names, it has another name meanwhile. A file that is replaced leaves its permissions and its owner to
/// the new one, and a link goes on leading where it led. The path `-` is standard output, which gets what is written as it
/// comes. What goes to an `s3://` address is written to a temporary file, and sent when it is complete.
final class OutputFile {
  let path: String
  /// Where the file is put: `path`, or what it leads to.
  private let target: String
  /// What is known of the file that is replaced.
  private let replaced: (mode: mode_t, owner: uid_t, group: gid_t)?
  private let temporaryPath: String
  private var descriptor: Int32
  /// Whether the file can be seen at `temporaryPath`.
  private var hasName: Bool
  /// Whether it is standard output.
  private let isStream: Bool
  /// Where it is sent; nil for what stays on this machine.
  private let remote: RemoteTarget?
  /// Bytes written so far.
  private(set) var byteCount = 0

  /// - Throws: where the folder cannot be written to, where `path` exists and may not be replaced, or is being read.
  init(path: String, overwrite: Bool, endpoint: String? = nil) throws(Diagnostic) {
    isStream = path == "-"
    if isAddress(path) {
      remote = try RemoteTarget(path, endpoint: endpoint, overwrite: overwrite)
      (self.path, target, temporaryPath) = (path, path, "")
      (replaced, hasName) = (nil, false)
      let temporary = try TemporaryFile()
      descriptor = withExtendedLifetime(temporary) { dup(temporary.descriptor) }
      guard descriptor >= 0 else { throw .system("write", path, errno) }
      return
    }
    if endpoint != nil { throw .endpointOfWeb }
    remote = nil
    if isStream {
      (self.path, target, temporaryPath) = (path, path, "")
      (replaced, hasName) = (nil, false)
      descriptor = dup(STDOUT_FILENO)
      guard descriptor >= 0 else { throw .system("write", path, errno) }
      return
    }
    let target = try linkTarget(of: path)
    switch pathKind(target) {
    case .missing: replaced = nil
    case .folder: throw .system("write", path, EISDIR)
    // Renaming over a device or a pipe would put a file in its place.
    case .other: throw .notAFile(path)
    case .file:
      if InputFile.isBeingRead(target) { throw .isBeingRead(path) }
      if !overwrite { throw .exists(path) }
      // A new file could take the place of one that nobody may write to.
      guard access(target, W_OK) == 0 else { throw .system("write", path, errno) }
      var status = stat()
      guard stat(target, &status) == 0 else { throw .system("write", path, errno) }
      replaced = (status.st_mode & 0o7777, status.st_uid, status.st_gid)
    }
    self.path = path
    self.target = target
    let (folder, name) = splitPath(target)
    temporaryPath = joinPath(folder, ".\(name).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).part")
    // What replaces a private file is private from its first byte on.
    let mode: mode_t = replaced == nil ? 0o666 : 0o600
    descriptor = TemporaryFile.openNameless(in: folder, mode: mode)
    hasName = descriptor < 0
    if hasName { descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode) }
    guard descriptor >= 0 else { throw .system("write", path, errno) }
  }

  /// Whether a person reads what goes to the path `-`.
  static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  deinit {
    // Reached open only where writing failed or was interrupted: nothing half-written stays.
    if descriptor >= 0 { close(descriptor) }
    if hasName { unlink(temporaryPath) }
  }

  func append(_ bytes: [UInt8]) throws(Diagnostic) {
    try OutputFile.write(bytes, descriptor, path)
    byteCount += bytes.count
  }

  /// Makes pieces on all cores and appends them in their order; what `make` says of each, in that order too.
  ///
  /// `make` is given an empty array to fill. While one core writes, the others go on making, so that a file costs
  /// about the larger of the two.
  func append<Facts: Sendable>(
    pieces count: Int, _ make: @Sendable (Int, inout [UInt8]) throws(Diagnostic) -> Facts
  ) throws(Diagnostic) -> [Facts] {
    let (descriptor, path) = (descriptor, path)
    let queue = PieceQueue { (piece) throws(Diagnostic) in try OutputFile.write(piece, descriptor, path) }
    let facts = try mapIndices(of: count) { (index) throws(Diagnostic) in
      var piece = queue.emptyPiece()
      let facts = try make(index, &piece)
      try queue.write(piece, at: index)
      return facts
    }
    byteCount += queue.byteCount
    return facts
  }

  private static func write(_ bytes: [UInt8], _ descriptor: Int32, _ path: String) throws(Diagnostic) {
    let failure = bytes.withUnsafeBytes { buffer -> Int32 in
      var written = 0
      while written < buffer.count, let base = buffer.baseAddress {
        #if canImport(Glibc)
        let count = Glibc.write(descriptor, base + written, buffer.count - written)
        #else
        let count = Musl.write(descriptor, base + written, buffer.count - written)
        #endif
        if count < 0 {
          if errno == EINTR { continue }
          // Whoever reads our standard output may have seen enough.
          if errno == EPIPE, path == "-" { return 0 }
          return errno
        }
        written += count
      }
      return 0
    }
    if failure != 0 { throw .system("write", path, failure) }
  }

  /// Gives the new file what the replaced one had. An owner that only the system's administrator may give stays ours.
  private func takePermissions() throws(Diagnostic) {
    guard let replaced else { return }
    if replaced.owner != geteuid() || replaced.group != getegid() {
      _ = fchown(descriptor, replaced.owner, replaced.group)
    }
    guard fchmod(descriptor, replaced.mode) == 0 else { throw .system("write", path, errno) }
  }

  /// Syncs the bytes to the disk and puts the file in its place.
  func commit() throws(Diagnostic) {
    if isStream {
      close(descriptor)
      descriptor = -1
      return
    }
    if let remote {
      try remote.write(descriptor, count: byteCount)
      close(descriptor)
      descriptor = -1
      return
    }
    try takePermissions()
    guard fsync(descriptor) == 0 else { throw .system("write", path, errno) }
    if !hasName {
      guard linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, temporaryPath, AT_SYMLINK_FOLLOW) == 0 else {
        throw .system("write", path, errno)
      }
      hasName = true
    }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, rename(temporaryPath, target) == 0 else { throw .system("write", path, errno) }
    hasName = false
    syncFolder()
  }

  /// Makes the new name itself survive a crash.
  private func syncFolder() {
    let folder = open(splitPath(target).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }
}
