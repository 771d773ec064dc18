import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Where a path leads once all links are followed, from the root; of a file that is not there yet, where it would be.
///
/// Nil where that cannot be told: a folder on the way is closed to us, links go round, or `..` follows what is not there.
public func resolvedPath(_ path: String) -> String? { resolvedPath(path, links: 0) }

private func resolvedPath(_ path: String, links: Int) -> String? {
  // As many links as the kernel follows.
  guard links <= 40, !path.isEmpty else { return nil }
  if let resolved = realpath(path, nil) {
    defer { free(resolved) }
    return String(cString: resolved)
  }
  guard errno == ENOENT else { return nil }
  let (folder, name) = splitPath(path)
  // What is written to a link that leads nowhere appears where it leads.
  if let target = linkTarget(folder + "/" + name) {
    return resolvedPath(target.hasPrefix("/") ? target : folder + "/" + target, links: links + 1)
  }
  guard name != ".", name != ".." else { return nil }
  return resolvedPath(folder, links: links).map { joinPath($0, name) }
}

/// What a symbolic link says; nil for what is none.
private func linkTarget(_ path: String) -> String? {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
    guard let base = buffer.baseAddress else { return nil }
    let count = readlink(path, base, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }
}

/// Whether a resolved path is a resolved folder or lies below it.
public func isPath(_ path: String, below folder: String) -> Bool {
  // Byte by byte: names that only look the same are two.
  path.utf8.elementsEqual(folder.utf8) || path.utf8.starts(with: (folder == "/" ? "/" : folder + "/").utf8)
}

/// The folders below which files may be opened: those of a stranger's session.
public enum ReadableFolders {
  /// Resolved; nil is everywhere. Files are opened on the thread that asks for a table, so work need not inherit it.
  @TaskLocal public static var current: [String]?

  /// Refuses a file that lies, or leads, outside.
  static func check(_ path: String) throws(Diagnostic) {
    guard let folders = current else { return }
    if let resolved = resolvedPath(path), folders.contains(where: { isPath(resolved, below: $0) }) { return }
    throw Diagnostic(
      "`\(path)` leads outside the folders that this session may read",
      hint: "`--trust` trusts the folder it is in, `--data DIR` names the one of its tables")
  }
}
