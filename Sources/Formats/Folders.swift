import Diagnostics
import Parallelism
import Tables
import Transfer

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The files of a folder or a glob pattern, each with the `key=value` pairs in the names of the folders above it.
///
/// Each file is used once, however many links lead to it: a link to a parent folder would otherwise multiply its
/// rows.
struct PartFiles {
  typealias Key = (name: String, value: String)

  private(set) var files: [(path: String, keys: [Key])] = []
  /// Notes on what was skipped.
  private(set) var notes: [String] = []
  /// The table's columns, where a log says what they are: in their order, with those that the keys give.
  private(set) var fields: [Field]?
  /// Folders and files that are parts already, whatever path led to them.
  private var known: Set<FileIdentity> = []
  /// Symbolic links. They are followed after all files and folders that are not links.
  private var links: [(path: String, keys: [Key], depth: Int)] = []

  /// Takes files that were named one by one.
  init(files paths: [String]) { files = paths.map { ($0, []) } }

  init(named files: [(path: String, keys: [Key])]) { self.files = files }

  /// Appends the files of another path. The files of a table keep the order of their paths.
  mutating func append(_ other: PartFiles) {
    files += other.files
    for note in other.notes { addNote(note) }
  }

  private static let mostFiles = 1 << 16
  /// How many entries of folders are looked at.
  private static let mostEntries = 1 << 18
  private var entryCount = 0
  private static let greatestDepth = 32

  /// All part files below a folder, or those that count where it is a table of Delta Lake.
  ///
  /// - Parameter version: of the table of Delta Lake; nil is the last.
  /// - Throws: where there is none, where another program keeps a log of which files count, and where the folder holds
  ///   all of the machine's files.
  init(folder: String, version: Int? = nil) throws(Diagnostic) {
    try requireNarrow(folder)
    if PartFiles.isDeltaTable(folder) {
      take(try DeltaLog(folder: folder, version: version))
      return
    }
    try visit(folder, [], depth: 0)
    try followLinks()
    guard !files.isEmpty else { throw .emptyFolder(folder) }
    sort()
  }

  /// Finds the files that a pattern matches, and those below the folders that it matches.
  ///
  /// Folders whose names contain a wildcard give columns from `key=value`, as those below a folder do.
  init(pattern: String) throws(Diagnostic) {
    let parts = pattern.split(separator: "/", omittingEmptySubsequences: false)
    let openCount = parts.count - parts.prefix { !isGlob(String($0)) }.count
    let (paths, isWhole) = expandedGlob(pattern, mostEntries: PartFiles.mostEntries)
    try Cancellation.current.check()
    guard isWhole else { throw .wideSearch(pattern, more: PartFiles.mostEntries) }
    for path in paths {
      let (folder, name) = splitPath(path)
      if name.hasPrefix("_"), parts.last?.hasPrefix("_") != true { continue }
      let keys = path.split(separator: "/", omittingEmptySubsequences: false).suffix(openCount)
        .compactMap { PartFiles.key(String($0)) }
      switch pathKind(path) {
      case .folder:
        try requireNarrow(path)
        try visit(path, keys, depth: 0)
      case .file where PartFiles.isLink(path): links.append((path, keys, 0))
      case .file:
        noteLog(above: folder, levels: openCount)
        try add(path, keys)
      case .device, .other, .missing: continue
      }
    }
    try followLinks()
    guard !files.isEmpty else { throw .missingFile(pattern) }
    sort()
  }

  private mutating func take(_ log: DeltaLog) {
    fields = log.fields
    for file in log.files {
      files.append((file.path, log.partitionColumns.map { ($0, PartFiles.value(file.partition[$0] ?? nil)) }))
    }
    notes = ["version \(log.version) of a table of Delta Lake"]
  }

  /// A partition's value as the name of a folder has it.
  private static func value(_ written: String?) -> String {
    written.flatMap { $0.isEmpty ? nil : $0 } ?? HiveKeys.null
  }

  /// Whether a log says which of a folder's files count.
  static func isDeltaTable(_ folder: String) -> Bool { pathKind(joinPath(folder, "_delta_log")) == .folder }

  private mutating func visit(_ folder: String, _ keys: [Key], depth: Int) throws(Diagnostic) {
    guard depth < PartFiles.greatestDepth else { throw .tooDeep(folder) }
    try Cancellation.current.check()
    if SystemFolders.hold(folder) {
      return addNote("`\(folder)` passed over: the system shows its own state there, not files")
    }
    guard let identity = FileIdentity(folder), known.insert(identity).inserted else { return }
    if let owner = PartFiles.logOwner(of: folder) { throw .managedFolder(folder, by: owner) }
    let entries = try folderContents(folder)
    entryCount += entries.count
    guard entryCount <= PartFiles.mostEntries else { throw .wideSearch(folder, more: PartFiles.mostEntries) }
    for entry in entries where !entry.name.hasPrefix("_") {
      let inside = joinPath(folder, entry.name)
      let inner = entry.kind == .folder ? keys + [PartFiles.key(entry.name)].compactMap { $0 } : keys
      if entry.isLink {
        links.append((inside, inner, depth + 1))
      } else if entry.kind == .folder {
        try visit(inside, inner, depth: depth + 1)
      } else if entry.kind == .file {
        try add(inside, keys)
      }
    }
  }

  private mutating func followLinks() throws(Diagnostic) {
    while !links.isEmpty {
      let link = links.removeFirst()
      guard let identity = FileIdentity(link.path) else { continue }
      if known.contains(identity) {
        addNote("link `\(link.path)` skipped: its target is already part of the table")
        continue
      }
      switch pathKind(link.path) {
      case .folder: try visit(link.path, link.keys, depth: link.depth)
      case .file: try add(link.path, link.keys)
      case .device, .other, .missing: continue
      }
    }
  }

  private mutating func add(_ path: String, _ keys: [Key]) throws(Diagnostic) {
    guard files.count < PartFiles.mostFiles else { throw .tooManyFiles(path, more: PartFiles.mostFiles) }
    if let identity = FileIdentity(path) { known.insert(identity) }
    files.append((path, keys))
  }

  /// Sorts by path, folder by folder, in byte order.
  private mutating func sort() {
    let order = files.map { $0.path.split(separator: "/").map { Array($0.utf8) } }
    let sorted = files.indices.sorted { left, right in
      order[left].lexicographicallyPrecedes(order[right]) { $0.lexicographicallyPrecedes($1) }
    }
    files = sorted.map { files[$0] }
  }

  /// Adds a note if a log names fewer valid files than the pattern matches.
  private mutating func noteLog(above folder: String, levels: Int) {
    var folder = folder
    for _ in 0..<levels {
      if let owner = PartFiles.logOwner(of: folder) {
        addNote("`\(folder)` is a table of \(owner): files that its log has deleted are read too")
      }
      let outer = splitPath(folder).folder
      if outer == folder || outer == "." { return }
      folder = outer
    }
  }

  private mutating func addNote(_ note: String) { if !notes.contains(note) { notes.append(note) } }

  private func requireNarrow(_ folder: String) throws(Diagnostic) {
    if let root = FileIdentity("/"), FileIdentity(folder) == root { throw .rootFolder(folder) }
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Returns the program whose log decides which of a folder's files belong to the table; nil if all files do.
  private static func logOwner(of folder: String) -> String? {
    if isDeltaTable(folder) { return "Delta Lake" }
    if pathKind(joinPath(folder, ".hoodie")) == .folder { return "Hudi" }
    let metadata = joinPath(folder, "metadata")
    let isIceberg = pathKind(metadata) == .folder && !expandGlob(metadata + "/*.metadata.json").isEmpty
    return isIceberg ? "Iceberg" : nil
  }

  /// Parses `day=2024-07-01`, the way Hive and Spark name the folders of a partitioned table.
  static func key(_ name: String) -> Key? {
    guard let equals = name.firstIndex(of: "="), equals != name.startIndex else { return nil }
    return (percentDecoded(name[..<equals]), percentDecoded(name[name.index(after: equals)...]))
  }

}

/// The file that a path leads to, whatever its name.
struct FileIdentity: Hashable {
  private let device: UInt
  private let inode: UInt

  /// Nil if nothing is there.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt(status.st_dev)
    inode = UInt(status.st_ino)
  }
}

extension Diagnostic {
  static func emptyFolder(_ path: String) -> Diagnostic {
    Diagnostic("the folder `\(path)` holds no files", place: path)
  }

  fileprivate static func tooDeep(_ path: String) -> Diagnostic {
    Diagnostic("the folders in `\(path)` are nested too deep for one table", place: path)
  }

  fileprivate static func tooManyFiles(_ path: String, more limit: Int) -> Diagnostic {
    Diagnostic("over \(limit) files for one table, up to `\(path)`", hint: "`load` a folder below", place: path)
  }

  fileprivate static func wideSearch(_ path: String, more limit: Int) -> Diagnostic {
    Diagnostic(
      "more than \(limit) entries of folders to look at, up to `\(path)`",
      hint: "`load` takes the path of a table's folder",
      place: path)
  }

  fileprivate static func rootFolder(_ path: String) -> Diagnostic {
    Diagnostic(
      "`\(path)` is the root of all files, not a folder of part files",
      hint: "`load` takes the path of a table's folder",
      place: path)
  }

  fileprivate static func managedFolder(_ path: String, by owner: String) -> Diagnostic {
    // The table's files may lie in `key=value` folders.
    let patterns = (0..<8).map { joinPath(path, String(repeating: "*/", count: $0) + "*.parquet") }
    let pattern = patterns.first { !expandGlob($0).isEmpty } ?? patterns[0]
    return Diagnostic(
      "`\(path)` is a table of \(owner); its log, which lists the valid files, is not read here",
      hint: owner == "Delta Lake"
        ? "`load \"\(path)\"` reads it by its log"
        : "`load \"\(pattern)\"` reads its Parquet files anyway, including deleted and replaced ones",
      place: path)
  }
}
