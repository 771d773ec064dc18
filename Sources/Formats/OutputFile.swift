import Diagnostics
import Parallelism

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that is written atomically: it is written without a name in the target's folder, synced, then renamed into
/// place.
///
/// Until it is complete nobody can see it, so a killed process leaves nothing behind. File systems without unnamed
/// files use a temporary name instead. The new file takes the permissions and the owner of the file that it replaces;
/// a symbolic link stays, and the file it points to is replaced. The path `-` is standard output, which is written
/// directly. The output for an `s3://` address goes to a temporary file, which is sent when it is complete.
final class OutputFile {
  let path: String
  /// The final path: `path` with symbolic links resolved.
  private let target: String
  /// The permissions and owner of the file that is replaced.
  private let replaced: (mode: mode_t, owner: uid_t, group: gid_t)?
  private let temporaryPath: String
  private var descriptor: Int32
  /// Whether the file has a name, `temporaryPath`, in the folder.
  private var hasName: Bool
  /// Whether the output is standard output.
  private let isStream: Bool
  /// The remote address to which the file is sent; nil for a local file.
  private let remote: RemoteTarget?
  /// Bytes written so far.
  private(set) var byteCount = 0

  /// - Throws: if the folder is not writable, if `path` exists and may not be replaced, or if it is still being read.
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
    // Renaming onto a device or a pipe would replace it with a file.
    case .device, .other: throw .notAFile(path)
    case .file:
      if InputFile.isBeingRead(target) { throw .isBeingRead(path) }
      if !overwrite { throw .exists(path) }
      // The rename needs only a writable folder, so a write-protected file must be refused here.
      guard access(target, W_OK) == 0 else { throw .system("write", path, errno) }
      var status = stat()
      guard stat(target, &status) == 0 else { throw .system("write", path, errno) }
      replaced = (status.st_mode & 0o7777, status.st_uid, status.st_gid)
    }
    self.path = path
    self.target = target
    let (folder, name) = splitPath(target)
    temporaryPath = joinPath(folder, ".\(name).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).part")
    // The replacement of a private file must be private from the first byte.
    let mode: mode_t = replaced == nil ? 0o666 : 0o600
    descriptor = TemporaryFile.openNameless(in: folder, mode: mode)
    hasName = descriptor < 0
    if hasName { descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode) }
    guard descriptor >= 0 else { throw .system("write", path, errno) }
  }

  /// Whether standard output, the path `-`, is a terminal.
  static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  deinit {
    // The descriptor is still open only if writing failed or was cancelled: the incomplete file is removed.
    if descriptor >= 0 { close(descriptor) }
    if hasName { unlink(temporaryPath) }
  }

  func append(_ bytes: [UInt8]) throws(Diagnostic) {
    try OutputFile.write(bytes, descriptor, path)
    byteCount += bytes.count
  }

  /// Makes pieces on all cores and appends them in order. Returns what `make` reports of each piece, in the same
  /// order.
  ///
  /// `make` receives an empty array to fill. While one core writes, the others make the next pieces, so the total
  /// time is about the larger of the two.
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
          // The reader of standard output may have closed it, for example `head`.
          if errno == EPIPE, path == "-" { return 0 }
          return errno
        }
        written += count
      }
      return 0
    }
    if failure != 0 { throw .system("write", path, failure) }
  }

  /// Copies the permissions and the owner of the replaced file. Where only an administrator may change the owner, it
  /// stays the current user.
  private func takePermissions() throws(Diagnostic) {
    guard let replaced else { return }
    if replaced.owner != geteuid() || replaced.group != getegid() {
      _ = fchown(descriptor, replaced.owner, replaced.group)
    }
    guard fchmod(descriptor, replaced.mode) == 0 else { throw .system("write", path, errno) }
  }

  /// Syncs the bytes to the disk and renames the file into place.
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

  /// Syncs the folder, so that the new name survives a crash too.
  private func syncFolder() {
    let folder = open(splitPath(target).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }
}
