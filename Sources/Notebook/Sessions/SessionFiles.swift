public import Diagnostics
import Parallelism
import Recommenders

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The last component of a path, as messages name a file.
public func fileName(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}

/// The folder of a path; `.` if it names none.
public func folderName(_ path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The entries of a folder, sorted by name; none if it cannot be read.
func folderEntries(_ path: String) -> [(name: String, isFolder: Bool)] {
  guard let folder = opendir(path) else { return [] }
  defer { closedir(folder) }
  var entries: [(name: String, isFolder: Bool)] = []
  while let entry = readdir(folder) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    guard name != ".", name != ".." else { continue }
    var status = stat()
    let isFolder = stat(path + "/" + name, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    entries.append((name, isFolder))
  }
  return entries.sorted { $0.name < $1.name }
}

/// Whether a path leads to a folder; links are followed.
func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// The size of a file in bytes; 0 if it cannot be determined.
func fileSize(_ path: String) -> Int {
  var status = stat()
  return stat(path, &status) == 0 ? Int(status.st_size) : 0
}

/// Whether something exists at a path; links are followed.
func isFileThere(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0
}

/// Whether something has this name, even if it is a dangling link.
public func isNameTaken(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0
}

/// Reads a text file that a person wrote: a session, a script, settings.
///
/// - Throws: if the file is missing, unreadable, larger than 64 MiB, or not UTF-8.
public func readTextFile(at path: String) throws(Diagnostic) -> String {
  // O_NONBLOCK: `open` would otherwise wait for a pipe's writer, and Ctrl-C could not interrupt it.
  let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard file >= 0 else {
    let near = didYouMean(fileName(path), among: folderEntries(folderName(path)).map(\.name))
    throw Diagnostic("cannot read `\(path)`: \(String(cString: strerror(errno)))", hint: near)
  }
  defer { close(file) }
  return try readText(from: file, name: path)
}

/// Reads standard input to its end.
public func readStandardInput() throws(Diagnostic) -> String { try readText(from: 0, name: "standard input") }

private func readText(from file: Int32, name: String) throws(Diagnostic) -> String {
  let limit = 64 << 20
  let cancellation = Cancellation.current
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    var wanted = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
    try cancellation.check()
    let ready = poll(&wanted, 1, 50)
    if ready == 0 || ready < 0 && errno == EINTR { continue }
    let count = read(file, &chunk, chunk.count)
    if count < 0, errno == EINTR || errno == EAGAIN { continue }
    guard count >= 0 else { throw Diagnostic("cannot read `\(name)`: \(String(cString: strerror(errno)))") }
    if count == 0 { break }
    bytes += chunk[..<count]
    guard bytes.count <= limit else {
      throw Diagnostic("`\(name)` is too large for a session", hint: "tables are opened by `load \"\(name)\"`")
    }
  }
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw Diagnostic("`\(name)` is not text (not UTF-8)", hint: "tables are opened by `load \"\(name)\"`")
  }
  return text
}

extension Session {
  /// Expands the path of a session file as typed: relative to the working directory, with `~` for the home directory.
  func workingPath(_ typed: String, suffix: String?) -> String {
    var path = typed
    if path.hasPrefix("~/"), let home = getenv("HOME") { path = String(cString: home) + path.dropFirst() }
    if let suffix, !fileName(path).contains(".") { path += suffix }
    return path
  }
}

/// A checksum of a text, to notice changes.
func checksum(of text: String) -> UInt64 {
  var text = text
  return text.withUTF8 { XXHash64.hash(UnsafeRawBufferPointer($0)) }
}
