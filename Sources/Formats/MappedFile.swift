public import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Maps a file into memory while `body` runs.
///
/// - Throws: if the file is missing or cannot be read, or if it changes meanwhile.
public func withMappedFile<Result>(
  at path: String, _ body: (UnsafeRawBufferPointer) throws(Diagnostic) -> Result
) throws(Diagnostic) -> Result {
  let file = try InputFile.open(path)
  return try file.whileUnchanged { () throws(Diagnostic) in try body(file.bytes) }
}

/// Whether there is a file at `path` that begins with `magic`. Reads only those bytes.
public func fileBegins(at path: String, with magic: [UInt8]) -> Bool {
  guard case .file = pathKind(path) else { return false }
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return false }
  defer { close(descriptor) }
  var start = [UInt8](repeating: 0, count: magic.count)
  return read(descriptor, &start, start.count) == start.count && start == magic
}
