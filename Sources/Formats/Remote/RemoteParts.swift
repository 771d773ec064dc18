import Diagnostics
import Transfer

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension PartFiles {
  /// The files of an address: itself, the objects in a folder of a bucket, or the objects that a pattern matches.
  ///
  /// As on a disk, names that begin with `_` or `.` are skipped, and `key=value` folders below the given path give
  /// columns.
  init(address path: String, _ options: LoadOptions) throws(Diagnostic) {
    try ReadableFolders.check(address: path)
    guard S3Place.isPlace(path) else {
      self.init(files: [path])
      return
    }
    let place = try S3Place(path)
    let client = try S3Client(endpoint: options.endpoint)
    if isGlob(place.key) {
      let fixed = String(place.key.prefix { !"*?[".contains($0) })
      let found = try client.keys(in: place.bucket, beginningWith: fixed).filter {
        fnmatch(place.key, $0, FNM_PATHNAME) == 0
      }
      try self.init(keys: found, of: place, below: fixed.split("/").dropLast().count)
      return
    }
    if !place.key.isEmpty, !place.key.hasSuffix("/"), try client.exists(place) {
      self.init(files: [path])
      return
    }
    let folder = place.key.isEmpty || place.key.hasSuffix("/") ? place.key : place.key + "/"
    let found = try client.keys(in: place.bucket, beginningWith: folder)
    try self.init(keys: found, of: place, below: folder.split("/").count - 1)
  }

  /// - Parameter depth: the number of folders in the given path; their `key=value` names give no columns.
  private init(keys: [String], of place: S3Place, below depth: Int) throws(Diagnostic) {
    if let log = keys.first(where: { $0.contains("_delta_log/") }) {
      throw .managedBucket(place.text, by: log)
    }
    var parts: [(path: String, keys: [Key])] = []
    for key in keys where !key.hasSuffix("/") {
      let names = key.split("/").dropFirst(depth)
      if names.contains(where: { $0.hasPrefix("_") || $0.hasPrefix(".") }) { continue }
      parts.append((S3Place(bucket: place.bucket, key: key).text, names.dropLast().compactMap { PartFiles.key($0) }))
    }
    guard !parts.isEmpty else { throw .noObject(place.text) }
    self.init(named: parts)
  }
}

extension String {
  fileprivate func split(_ separator: Character) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}

extension Diagnostic {
  fileprivate static func managedBucket(_ name: String, by log: String) -> Diagnostic {
    Diagnostic(
      "`\(name)` is a table of Delta Lake; its log, which lists the valid files, is read from local disks only",
      hint: "name its files, or a pattern like `s3://bucket/folder/*.parquet`", notes: ["its log is `\(log)`"],
      place: name)
  }
}
