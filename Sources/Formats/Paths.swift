import Diagnostics
import Parallelism

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Splits a path into its folder and last component. The folder of a bare name is `.`.
func splitPath(_ path: String) -> (folder: String, name: String) {
  var trimmed = path[...]
  while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
  guard let slash = trimmed.lastIndex(of: "/") else { return (".", String(trimmed)) }
  let folder = slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  return (folder, String(trimmed[trimmed.index(after: slash)...]))
}

func joinPath(_ folder: String, _ name: String) -> String {
  folder == "." ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
}

/// The extension of a path, in lower case and without the dot; empty if it has none.
func pathExtension(_ path: String) -> String {
  let name = splitPath(path).name
  guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
  return name[name.index(after: dot)...].lowercased()
}

/// What a path leads to; `other` is a pipe or a socket.
enum PathKind { case file, folder, device, other, missing }

func pathKind(_ path: String) -> PathKind {
  var status = stat()
  guard stat(path, &status) == 0 else { return .missing }
  switch status.st_mode & S_IFMT {
  case S_IFREG: return .file
  case S_IFDIR: return .folder
  case S_IFCHR, S_IFBLK: return .device
  default: return .other
  }
}

/// Resolves a path that is itself a symbolic link to its final target, which need not exist; returns other paths
/// unchanged.
func linkTarget(of path: String) throws(Diagnostic) -> String {
  var status = stat()
  guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
  guard let resolved = resolvedPath(path) else { throw .system("write", path, ELOOP) }
  return resolved
}

/// The names in a folder, in byte order, without hidden ones. The kind of a link is that of its target.
func folderContents(_ folder: String) throws(Diagnostic) -> [(name: String, kind: PathKind, isLink: Bool)] {
  guard let directory = opendir(folder) else { throw .system("read the folder", folder, errno) }
  defer { closedir(directory) }
  var contents: [(name: String, kind: PathKind, isLink: Bool)] = []
  let cancellation = Cancellation.current
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name.hasPrefix(".") { continue }
    if contents.count & 0xFF == 0 { try cancellation.check() }
    let path = joinPath(folder, name)
    var status = stat()
    let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    contents.append((name, pathKind(path), isLink))
  }
  return contents.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
}

func isGlob(_ path: String) -> Bool { path.utf8.contains { $0 == 0x2A || $0 == 0x3F || $0 == 0x5B || $0 == 0x7B } }
