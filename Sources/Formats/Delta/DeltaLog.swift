import Diagnostics
import Tables
import Transfer

/// A version of a table of Delta Lake: which files hold its rows, and what its columns are.
///
/// The log is the folder `_delta_log`. A commit, `00000000000000000003.json`, has an action a line: it adds and removes
/// files, and sets the columns. A checkpoint, `….checkpoint.parquet`, holds what all commits up to it come to, so that
/// older commits may be gone.
///
/// - Source: https://github.com/delta-io/delta/blob/master/PROTOCOL.md, reader versions 1 to 3.
struct DeltaLog {
  /// A file of rows, below the table's folder, with the values of the columns that the table is partitioned by.
  struct DataFile {
    var path: String
    /// nil is null, and so is an empty text: the protocol has no other way to write null.
    var partition: [String: String?]
    var hasDeletionVector: Bool
  }

  let folder: String
  private(set) var version: Int
  private(set) var fields: [Field] = []
  private(set) var partitionColumns: [String] = []
  /// In the order in which they were added.
  var files: [DataFile] { added.compactMap { $0 } }

  private var added: [DataFile?] = []
  /// Where a file stands among `added`.
  private var places: [String: Int] = [:]
  private var configuration: [String: String] = [:]
  private var readerVersion = 1
  private var readerFeatures: [String] = []
  private var hasMetadata = false

  /// - Parameter wanted: the version; nil is the last.
  /// - Throws: a log with gaps, or of a kind that is not read.
  init(folder: String, version wanted: Int?) throws(Diagnostic) {
    self.folder = folder
    let log = joinPath(folder, "_delta_log")
    let names = LogNames(try folderContents(log).filter { $0.kind == .file }.map(\.name))
    guard let last = names.lastVersion else { throw .emptyLog(log) }
    version = wanted ?? last
    guard version <= last else { throw .noVersion(version, last: last, folder) }
    let checkpoint = names.checkpoints.last { $0.version <= version }
    for file in checkpoint?.files ?? [] { try readCheckpoint(joinPath(log, file)) }
    let first = checkpoint.map { $0.version + 1 } ?? 0
    for commit in first..<max(first, version + 1) {
      guard let name = names.commits[commit] else { throw .missingCommit(commit, log) }
      try readCommit(joinPath(log, name))
    }
    try requireReadable()
  }

  // MARK: Actions

  private mutating func readCommit(_ path: String) throws(Diagnostic) {
    let file = try InputFile.open(path)
    try file.whileUnchanged { () throws(Diagnostic) in
      var start = 0
      let bytes = file.bytes
      while start < bytes.count {
        let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
        var parser = JSONParser(bytes, start..<end)
        if let action = parser.parse() {
          try apply(action, path)
        } else if bytes[start..<end].contains(where: { $0 > 0x20 }) {
          throw Diagnostic("the log has a line that is no JSON object", place: path)
        }
        start = end + 1
      }
    }
  }

  private mutating func readCheckpoint(_ path: String) throws(Diagnostic) {
    let source = try openFile(path, LoadOptions())
    let names = ["protocol", "metaData", "add"].filter { source.schema.index(of: $0) != nil }
    let columns = try source.columns(names.compactMap { source.schema.index(of: $0) })
    for row in 0..<source.rowCount {
      for (name, column) in zip(names, columns) where !column.isNull(row) {
        try apply(.structure([name], [column[row]]), path)
      }
    }
  }

  private mutating func apply(_ action: Value, _ path: String) throws(Diagnostic) {
    guard case .structure(let names, let bodies) = action else { return }
    for (name, body) in zip(names, bodies) where !body.isNull {
      switch name {
      case "add": try add(body, path)
      case "remove": if let place = places.removeValue(forKey: DeltaLog.key(body)) { added[place] = nil }
      case "metaData": try setColumns(body, path)
      case "protocol":
        readerVersion = body["minReaderVersion"]?.whole ?? 1
        readerFeatures = body["readerFeatures"]?.texts ?? []
      default: break
      }
    }
  }

  /// A file with other deleted rows is another file.
  private static func key(_ file: Value) -> String {
    let vector = file["deletionVector"]
    return (file["path"]?.string ?? "") + "\0" + (vector?["pathOrInlineDv"]?.string ?? "")
      + "\0\(vector?["offset"]?.whole ?? 0)"
  }

  private mutating func add(_ body: Value, _ log: String) throws(Diagnostic) {
    guard let name = body["path"]?.string else { throw Diagnostic("the log adds a file without a path", place: log) }
    let key = DeltaLog.key(body)
    if let place = places[key] { added[place] = nil }
    places[key] = added.count
    added.append(
      DataFile(
        path: try path(of: name), partition: body["partitionValues"]?.map ?? [:],
        hasDeletionVector: body["deletionVector"].map { !$0.isNull } ?? false))
  }

  /// Where a file of the log lies. The log may name any file of the machine: only those of the table's folder count.
  private func path(of name: String) throws(Diagnostic) -> String {
    let path = percentDecoded(name)
    let scheme = name.prefix { $0 != ":" && $0 != "/" }
    guard !path.hasPrefix("/"), scheme.count == name.count || name.dropFirst(scheme.count).first != ":",
      !path.split(separator: "/").contains("..")
    else {
      throw Diagnostic(
        "the log of `\(folder)` names a file outside of its folder", hint: "`load` that file by its own path",
        notes: ["it is `\(name)`"], place: folder)
    }
    return joinPath(folder, path)
  }

  private mutating func setColumns(_ body: Value, _ log: String) throws(Diagnostic) {
    let format = body["format"]?["provider"]?.string ?? "parquet"
    guard format == "parquet" else {
      throw Diagnostic("files of format \(format) in a table of Delta Lake are not read", place: log)
    }
    partitionColumns = body["partitionColumns"]?.texts ?? []
    configuration = (body["configuration"]?.map ?? [:]).compactMapValues { $0 }
    guard let text = body["schemaString"]?.string, let fields = DeltaLog.fields(of: text) else {
      throw Diagnostic("the log does not say what columns there are", place: log)
    }
    self.fields = fields
    hasMetadata = true
  }

  // MARK: What is read

  /// What a reader of this version has to know of, besides what no reader has to care about.
  private static let knownFeatures: Set<String> = ["timestampNtz", "vacuumProtocolCheck", "deletionVectors"]

  private func requireReadable() throws(Diagnostic) {
    guard hasMetadata else { throw Diagnostic("the log does not say what columns there are", place: folder) }
    if let feature = readerFeatures.first(where: { !DeltaLog.knownFeatures.contains($0) && !isUnused($0) }) {
      throw .unreadTable(folder, "it needs `\(feature)`")
    }
    guard readerVersion <= 3 else { throw .unreadTable(folder, "it needs readers of version \(readerVersion)") }
    if hasColumnMapping { throw .unreadTable(folder, "its columns have other names in its files") }
    if let file = files.first(where: \.hasDeletionVector) {
      throw .unreadTable(folder, "rows of `\(file.path)` are deleted by a vector beside it")
    }
  }

  private var hasColumnMapping: Bool { configuration["delta.columnMapping.mode"].map { $0 != "none" } ?? false }

  /// Features that a table may have and not use.
  private func isUnused(_ feature: String) -> Bool { feature == "columnMapping" && !hasColumnMapping }
}

/// The names of the files of a log, by what they are.
private struct LogNames {
  /// The names of commits by their versions.
  private(set) var commits: [Int: String] = [:]
  /// Whole checkpoints, ascending.
  private(set) var checkpoints: [(version: Int, files: [String])] = []

  var lastVersion: Int? { [commits.keys.max(), checkpoints.last?.version].compactMap { $0 }.max() }

  init(_ names: [String]) {
    var parts: [Int: [Int: [String]]] = [:]
    for name in names.sorted() {
      let words = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard words[0].utf8.count == 20, let version = Int(words[0]), version >= 0 else { continue }
      switch words.count {
      case 2 where words[1] == "json": commits[version] = name
      case 3 where words[1...] == ["checkpoint", "parquet"]: checkpoints.append((version, [name]))
      case 5 where words[1] == "checkpoint" && words[4] == "parquet":
        if let count = Int(words[3]) { parts[version, default: [:]][count, default: []].append(name) }
      default: continue
      }
    }
    for (version, own) in parts {
      for (count, files) in own where files.count == count { checkpoints.append((version, files)) }
    }
    checkpoints.sort { $0.version < $1.version }
  }
}

extension DeltaLog {
  /// The columns of a schema as the log writes it, a text of JSON; nil of what is none.
  fileprivate static func fields(of text: String) -> [Field]? {
    let bytes = Array(text.utf8)
    let schema = bytes.withUnsafeBytes { bytes in
      var parser = JSONParser(bytes, 0..<bytes.count)
      return parser.parse()
    }
    guard case .list(let fields)? = schema?["fields"] else { return nil }
    var found: [Field] = []
    for field in fields {
      guard let name = field["name"]?.string else { return nil }
      found.append(Field(name, type(field["type"]?.string ?? "")))
    }
    return found
  }

  /// The type of a column; null of nested ones, whose types only files know.
  private static func type(_ name: String) -> DataType {
    switch name {
    case "string": return .string
    case "long": return .i64
    case "integer": return .i32
    case "short": return .i16
    case "byte": return .i8
    case "float": return .f32
    case "double": return .f64
    case "boolean": return .bool
    case "binary": return .binary
    case "date": return .date
    case "timestamp": return .zoned(.microseconds, .utc)
    case "timestamp_ntz": return .datetime(.microseconds)
    default:
      guard name.hasPrefix("decimal("), name.hasSuffix(")") else { return .null }
      let numbers = name.filter { $0 != " " }.dropFirst(8).dropLast().split(separator: ",").compactMap { Int($0) }
      guard numbers.count == 2, 1...38 ~= numbers[0], 0...numbers[0] ~= numbers[1] else { return .null }
      return .decimal(precision: numbers[0], scale: numbers[1])
    }
  }
}

// MARK: What actions hold

extension Value {
  fileprivate subscript(name: String) -> Value? {
    guard case .structure(let names, let values) = self, let place = names.firstIndex(of: name) else { return nil }
    return values[place]
  }

  fileprivate var string: String? { if case .text(let text) = self { text.string } else { nil } }
  fileprivate var whole: Int? { if case .integer(let number) = self { Int(exactly: number) } else { nil } }
  fileprivate var texts: [String] { if case .list(let values) = self { values.compactMap(\.string) } else { [] } }

  /// Texts by name: an object of JSON, or the keys and values that Parquet has in its place.
  fileprivate var map: [String: String?]? {
    switch self {
    case .structure(let names, let values):
      return Dictionary(zip(names, values.map(\.string))) { _, last in last }
    case .list(let pairs):
      return Dictionary(pairs.map { ($0["key"]?.string ?? "", $0["value"]?.string) }) { _, last in last }
    default: return nil
    }
  }
}

extension Diagnostic {
  fileprivate static func emptyLog(_ log: String) -> Diagnostic {
    Diagnostic("the log `\(log)` has no commit", place: log)
  }

  fileprivate static func noVersion(_ version: Int, last: Int, _ folder: String) -> Diagnostic {
    Diagnostic(
      "`\(folder)` has no version \(version)", hint: "the last one is `version=\(last)`", place: folder
    ).about(option: "version")
  }

  fileprivate static func missingCommit(_ version: Int, _ log: String) -> Diagnostic {
    Diagnostic(
      "the log `\(log)` has no commit \(version), and no checkpoint after it that is read",
      hint: "a later `version=` may be whole", place: log)
  }

  fileprivate static func unreadTable(_ folder: String, _ reason: String) -> Diagnostic {
    Diagnostic(
      "`\(folder)` is a table of Delta Lake that is not read: \(reason)",
      hint: "have the program that writes it write a copy without that", place: folder)
  }
}
