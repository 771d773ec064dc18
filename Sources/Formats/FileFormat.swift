import Diagnostics
import Tables

/// A file format: how it is recognised, read and written.
///
/// Each format is declared in one file and registered by one line of `formats`.
public struct FileFormat: Sendable {
  /// The name that `format=` uses.
  public let name: String
  /// One line of help.
  public let summary: String
  /// File extensions without the dot, in lower case. The first is the usual one.
  public let extensions: [String]
  /// Whether the format is text, which a terminal can show.
  var isText = true
  /// The options of `load` that this format accepts, beyond those that every format accepts.
  var understands: Set<String> = []
  /// Whether a file of this format is a zip file, which is then not opened as an archive of tables.
  var isZipFile = false
  /// Whether its reader opens the file by its path, so that a remote file of this format cannot be read.
  var needsLocalFile = false
  /// Whether `save` can write this format.
  public var isWritten: Bool { write != nil }
  /// Whether a file with this content has this format.
  let recognises: @Sendable (InputFile) -> Bool
  let open: @Sendable (InputFile, LoadOptions) throws(Diagnostic) -> any TableSource
  /// Writes a table; nil if the format can only be read.
  let write: (@Sendable (Table, OutputFile, SaveOptions) throws(Diagnostic) -> [String])?
}

/// All formats, in the order in which a file's content is tried. The last one recognises any text.
public let formats: [FileFormat] = [.parquet, .arrow, .xlsx, .ods, .sqlite, .json, .ndjson, .tsv, .csv]

extension Formats {
  /// Returns the format with this name.
  static func named(_ name: String) throws(Diagnostic) -> FileFormat {
    let wanted = name.lowercased()
    if let found = formats.first(where: { $0.name == wanted || $0.extensions.contains(wanted) }) { return found }
    throw .unknownFormat(name)
  }
}
