import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Resolves all symbolic links of a path and makes it absolute. The file need not exist.
///
/// Nil if the path cannot be resolved: a folder is not accessible, links form a cycle, or `..` follows a missing
/// folder.
public func resolvedPath(_ path: String) -> String? { resolvedPath(path, links: 0) }

private func resolvedPath(_ path: String, links: Int) -> String? {
  // The kernel follows at most 40 links.
  guard links <= 40, !path.isEmpty else { return nil }
  if let resolved = realpath(path, nil) {
    defer { free(resolved) }
    return String(cString: resolved)
  }
  guard errno == ENOENT else { return nil }
  let (folder, name) = splitPath(path)
  // Writing to a dangling link creates its target.
  if let target = linkTarget(folder + "/" + name) {
    return resolvedPath(target.hasPrefix("/") ? target : folder + "/" + target, links: links + 1)
  }
  guard name != ".", name != ".." else { return nil }
  return resolvedPath(folder, links: links).map { joinPath($0, name) }
}

/// The target of a symbolic link; nil if the path is not a link.
private func linkTarget(_ path: String) -> String? {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
    guard let base = buffer.baseAddress else { return nil }
    let count = readlink(path, base, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }
}

/// Whether a resolved path is a resolved folder or lies below it.
public func isPath(_ path: String, below folder: String) -> Bool {
  // Compared byte by byte: Swift's `==` treats different byte sequences of the same characters as equal.
  path.utf8.elementsEqual(folder.utf8) || path.utf8.starts(with: (folder == "/" ? "/" : folder + "/").utf8)
}

/// The folders below which files may be opened, in a session that the user has not trusted.
public enum ReadableFolders {
  /// Resolved paths; nil allows all. Files are opened on the thread that asks for a table, so its workers need not
  /// inherit this.
  @TaskLocal public static var current: [String]?

  /// Refuses a file that is outside of these folders, or that links to the outside.
  static func check(_ path: String) throws(Diagnostic) {
    guard let folders = current else { return }
    if let resolved = resolvedPath(path), folders.contains(where: { isPath(resolved, below: $0) }) { return }
    throw Diagnostic(
      "`\(path)` leads outside the folders that this session may read",
      hint: "`--trust` trusts the folder it is in, `--data DIR` names the one of its tables")
  }
}
