import Diagnostics
import Parallelism

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that appears whole or not at all: written beside its place under another name, synced, then renamed.
final class OutputFile {
  let path: String
  private let temporaryPath: String
  private var descriptor: Int32
  /// Bytes written so far.
  private(set) var byteCount = 0

  /// - Throws: where the folder cannot be written to, where `path` exists and may not be replaced, or is being read.
  init(path: String, overwrite: Bool) throws(Diagnostic) {
    switch pathKind(path) {
    case .missing: break
    case .folder: throw .system("write", path, EISDIR)
    case .file, .other:
      if InputFile.isBeingRead(path) { throw .isBeingRead(path) }
      if !overwrite { throw .exists(path) }
    }
    self.path = path
    let (folder, name) = splitPath(path)
    temporaryPath = joinPath(folder, ".\(name).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).part")
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .system("write", path, errno) }
  }

  deinit {
    // Reached open only where writing failed or was interrupted: nothing half-written stays.
    if descriptor >= 0 {
      close(descriptor)
      unlink(temporaryPath)
    }
  }

  func append(_ bytes: [UInt8]) throws(Diagnostic) { try append([bytes]) }

  /// Writes several pieces one after another, on all cores.
  func append(_ pieces: [[UInt8]]) throws(Diagnostic) {
    var starts: [Int] = []
    var end = byteCount
    for piece in pieces {
      starts.append(end)
      end += piece.count
    }
    let (descriptor, path, offsets) = (descriptor, path, starts)
    try forEachIndex(of: pieces.count) { (index) throws(Diagnostic) in
      let failure = pieces[index].withUnsafeBytes { buffer -> Int32 in
        var written = 0
        while written < buffer.count, let base = buffer.baseAddress {
          let count = pwrite(descriptor, base + written, buffer.count - written, offsets[index] + written)
          if count < 0 {
            if errno == EINTR { continue }
            return errno
          }
          written += count
        }
        return 0
      }
      if failure != 0 { throw .system("write", path, failure) }
    }
    byteCount = end
  }

  /// Syncs the bytes to the disk and puts the file in its place.
  func commit() throws(Diagnostic) {
    guard fsync(descriptor) == 0 else { throw .system("write", path, errno) }
    guard close(descriptor) == 0 else {
      let code = errno
      descriptor = -1
      unlink(temporaryPath)
      throw .system("write", path, code)
    }
    descriptor = -1
    guard rename(temporaryPath, path) == 0 else {
      let code = errno
      unlink(temporaryPath)
      throw .system("write", path, code)
    }
    syncFolder()
  }

  /// Makes the new name itself survive a crash.
  private func syncFolder() {
    let folder = open(splitPath(path).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }
}
