import Diagnostics
import Tables
import Transfer

/// Whether a path is the address of a remote file: `https://…`, `s3://…`.
public func isAddress(_ path: String) -> Bool { WebAddress.isAddress(path) || S3Place.isPlace(path) }

/// Opens a remote file. Of a Parquet file, only the needed ranges are fetched if the server supports range requests;
/// other files are fetched whole into a temporary file.
///
/// - Throws: an error of the server or of the network; a refusal of an address that an untrusted session may not
///   read.
func openAddress(_ path: String, _ options: LoadOptions) throws(Diagnostic) -> any TableSource {
  try ReadableFolders.check(address: path)
  let file = try RemoteFile(opening: try origin(of: path, options))
  let input = InputFile(remote: file)
  let isParquet = FileFormat.parquet.recognises(input) && (options.format.map { $0 == "parquet" } ?? true)
  if !isParquet { try file.fetchAll() }
  if let local = formats.first(where: { $0.needsLocalFile && ($0.name == options.format || $0.recognises(input)) }) {
    throw .readWhereItLies(file.name, local)
  }
  if isParquet, !file.takesRanges {
    input.notes.append(
      "`\(file.name)` was read whole, \(max(1, file.bytes.count >> 20)) MB: its server sends no parts of files")
  }
  return try openFile(input, options)
}

private func origin(of path: String, _ options: LoadOptions) throws(Diagnostic) -> any RemoteOrigin {
  guard S3Place.isPlace(path) else {
    if options.endpoint != nil { throw .endpointOfWeb }
    return WebOrigin(try WebAddress(path))
  }
  return S3Origin(try S3Client(endpoint: options.endpoint), try S3Place(path))
}

extension ReadableFolders {
  /// Refuses an address that an untrusted session may not read. The allowed addresses are in the list of folders, as
  /// typed.
  static func check(address: String) throws(Diagnostic) {
    guard let folders = current else { return }
    let isAllowed = folders.contains { folder in
      // An allowed folder or pattern of a bucket allows all objects that it covers.
      address == folder || S3Place.isPlace(folder) && address.hasPrefix(folder.prefix { !"*?[".contains($0) })
    }
    guard !isAllowed else { return }
    throw Diagnostic(
      "this session may not read `\(address)`", hint: "`--trust` trusts the folder it is in", place: address)
  }
}

extension Diagnostic {
  static let endpointOfWeb = Diagnostic(
    "`endpoint=` is for addresses that start with `s3://`", hint: "leave it out"
  ).about(option: "endpoint")

  fileprivate static func readWhereItLies(_ name: String, _ format: FileFormat) -> Diagnostic {
    Diagnostic(
      "`\(name)` has format \(format.name), whose files are read where they lie",
      hint: "download it, and `load` the file", place: name)
  }
}
