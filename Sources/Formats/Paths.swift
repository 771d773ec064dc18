import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The folder and the last component of a path; the folder of a bare name is `.`.
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

/// The extension of a path, lower case, without the dot; empty where there is none.
func pathExtension(_ path: String) -> String {
  let name = splitPath(path).name
  guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
  return name[name.index(after: dot)...].lowercased()
}

enum PathKind { case file, folder, other, missing }

func pathKind(_ path: String) -> PathKind {
  var status = stat()
  guard stat(path, &status) == 0 else { return .missing }
  switch status.st_mode & S_IFMT {
  case S_IFREG: return .file
  case S_IFDIR: return .folder
  default: return .other
  }
}

/// Where a path itself is a link, what it leads to in the end, whether something is there or not; else the path.
func linkTarget(of path: String) throws(Diagnostic) -> String {
  var status = stat()
  guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
  guard let resolved = resolvedPath(path) else { throw .system("write", path, ELOOP) }
  return resolved
}

/// The names in a folder, in byte order, hidden ones left out; of a link, the kind of what it leads to.
func folderContents(_ folder: String) throws(Diagnostic) -> [(name: String, kind: PathKind, isLink: Bool)] {
  guard let directory = opendir(folder) else { throw .system("read the folder", folder, errno) }
  defer { closedir(directory) }
  var contents: [(name: String, kind: PathKind, isLink: Bool)] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name.hasPrefix(".") { continue }
    let path = joinPath(folder, name)
    var status = stat()
    let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    contents.append((name, pathKind(path), isLink))
  }
  return contents.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
}

func isGlob(_ path: String) -> Bool { path.utf8.contains { $0 == 0x2A || $0 == 0x3F || $0 == 0x5B } }

/// The paths that a pattern with `*`, `?` and `[…]` matches, in byte order.
public func expandGlob(_ pattern: String) -> [String] {
  var found = glob_t()
  defer { globfree(&found) }
  guard glob(pattern, GLOB_BRACE | GLOB_TILDE, nil, &found) == 0 else { return [] }
  return (0..<Int(found.gl_pathc)).compactMap { index in found.gl_pathv[index].map { String(cString: $0) } }
}
