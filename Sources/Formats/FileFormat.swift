import Diagnostics
import Tables

/// A format of files: how it is recognised, opened and written.
///
/// One file declares a format, one line of `formats` registers it.
public struct FileFormat: Sendable {
  /// How `format=` calls it.
  public let name: String
  /// A line for the help.
  public let summary: String
  /// Extensions without the dot, lower case; the first is the usual one.
  public let extensions: [String]
  /// Whether a terminal can show it.
  var isText = true
  /// The options of `load` that it understands, of those that not every format does.
  var understands: Set<String> = []
  /// Whether `save` makes such files.
  public var isWritten: Bool { write != nil }
  /// Whether content that starts so is of this format.
  let recognises: @Sendable (InputFile) -> Bool
  let open: @Sendable (InputFile, LoadOptions) throws(Diagnostic) -> any TableSource
  /// nil where the format is only read.
  let write: (@Sendable (Table, OutputFile, SaveOptions) throws(Diagnostic) -> [String])?
}

/// Every format, in the order in which content is tried: the last recognises any text.
public let formats: [FileFormat] = [.parquet, .arrow, .xlsx, .sqlite, .json, .ndjson, .tsv, .csv]

extension Formats {
  /// The format that `format=` names.
  static func named(_ name: String) throws(Diagnostic) -> FileFormat {
    let wanted = name.lowercased()
    if let found = formats.first(where: { $0.name == wanted || $0.extensions.contains(wanted) }) { return found }
    throw .unknownFormat(name)
  }
}
