import Parallelism

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The paths that a pattern with `*`, `?`, `[…]`, `{a,b}` and a leading `~` matches, in byte order.
///
/// Of a pattern that looks at more entries of folders than a table could need, or whose work is interrupted, those that
/// were found until then.
public func expandGlob(_ pattern: String) -> [String] { expandedGlob(pattern).paths }

/// - Returns: the paths, and whether they are all.
func expandedGlob(_ pattern: String, mostEntries: Int = 1 << 20) -> (paths: [String], isWhole: Bool) {
  let walk = GlobWalk(mostEntries: mostEntries)
  return GlobWalk.$current.withValue(walk) {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, GLOB_BRACE | GLOB_TILDE | GlobWalk.reading(&found), nil, &found) == 0 else {
      return ([], walk.goesOn)
    }
    let paths = (0..<Int(found.gl_pathc)).compactMap { index in found.gl_pathv[index].map { String(cString: $0) } }
    return (paths, walk.goesOn)
  }
}

/// Reads folders for `glob`, which itself neither hears Ctrl-C nor has a limit.
private final class GlobWalk: Sendable {
  private let entriesLeft: Atomic<Int>
  private let cancellation = Cancellation.current

  @TaskLocal static var current: GlobWalk?

  init(mostEntries: Int) { entriesLeft = Atomic(mostEntries) }

  var goesOn: Bool { entriesLeft.load(ordering: .relaxed) > 0 && !cancellation.isRequested }

  /// Counts an entry, and returns whether to read it.
  func next() -> Bool {
    _ = entriesLeft.wrappingSubtract(1, ordering: .relaxed)
    return goesOn
  }

  /// Makes `glob` read folders by functions that ask the current walk. Returns the flag for that.
  static func reading(_ glob: inout glob_t) -> Int32 {
    #if canImport(Glibc)
    glob.gl_opendir = { path in
      guard let path, GlobWalk.current?.goesOn ?? true, !SystemFolders.hold(String(cString: path)) else { return nil }
      return opendir(path).map { UnsafeMutableRawPointer($0) }
    }
    glob.gl_readdir = { folder in
      guard let folder, GlobWalk.current?.next() ?? true else { return nil }
      return readdir(OpaquePointer(folder)).map { UnsafeMutableRawPointer($0) }
    }
    glob.gl_closedir = { folder in if let folder { closedir(OpaquePointer(folder)) } }
    glob.gl_stat = { path, buffer in
      guard let path, let buffer else { return -1 }
      return fstatat(AT_FDCWD, path, buffer.assumingMemoryBound(to: stat.self), 0)
    }
    glob.gl_lstat = { path, buffer in
      guard let path, let buffer else { return -1 }
      return fstatat(AT_FDCWD, path, buffer.assumingMemoryBound(to: stat.self), AT_SYMLINK_NOFOLLOW)
    }
    return GLOB_ALTDIRFUNC
    #else
    return 0
    #endif
  }
}

/// Folders in which the system shows its own state as files: processes, devices, settings. They hold no tables.
enum SystemFolders {
  /// Whether a path is below one of them. A folder that is no file system of its own, as in some containers, does not
  /// count.
  static func hold(_ path: String) -> Bool {
    guard let device = device(path) else { return false }
    return devices.contains(device)
  }

  private static let devices: Set<UInt> = {
    let root = device("/")
    return Set(["/proc", "/sys"].compactMap { device($0) }.filter { $0 != root })
  }()

  private static func device(_ path: String) -> UInt? {
    var status = stat()
    return stat(path, &status) == 0 ? UInt(status.st_dev) : nil
  }
}
