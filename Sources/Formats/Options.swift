public import Tables

/// How a file is to be read, where its content does not say so itself.
public struct LoadOptions: Sendable, Hashable {
  /// The name of a format, instead of what the content looks like.
  public var format: String?
  /// The columns to keep, in this order; nil keeps all.
  public var columns: [String]?
  /// What stands between the fields of a line; nil finds out.
  public var separator: String?
  /// Whether the first line names the columns; nil finds out.
  public var header: Bool?
  /// `utf-8`, `windows-1251`, `cp866`, `shift-jis`, … (`TextEncoding.names`).
  public var encoding: String?
  /// The decimal mark: `.` or `,`.
  public var decimal: String?
  /// Texts that mean null, in addition to the empty unquoted field.
  public var nulls: [String] = []
  /// Types of columns by name, instead of what the values look like.
  public var types: [String: DataType] = [:]
  /// What fields are quoted by: a byte, or `none`; nil is `"`, unless the text speaks against it.
  public var quote: String?
  /// Lines to pass over at the start.
  public var skip = 0
  /// What lines that are no data begin with.
  public var comment: String?
  /// What stands between the thousands of a number.
  public var thousands: String?
  /// Words for true and false, besides those.
  public var trueValues: [String] = []
  public var falseValues: [String] = []
  /// Whether lines with fewer fields than the first are filled up with nulls.
  public var padsLines = false
  /// Whether blanks around fields are left out.
  public var trims = false
  /// JSON: what leads to the rows, names with dots between them.
  public var select: String?
  /// A database's table, a zip file's file.
  public var table: String?
  /// A workbook's sheet, by its name or its number from 1.
  public var sheet: String?
  /// The server of `s3://` addresses, if it is not Amazon's.
  public var endpoint: String?
  /// A column to make of the files' names.
  public var source: String?
  /// Whether columns that some files lack are null there.
  public var isUnion = false

  public init() {}
}

extension LoadOptions {
  /// The options of text: what `load` of CSV and TSV understands.
  static let ofText: Set<String> = [
    "separator", "header", "encoding", "decimal", "nulls", "types", "skip", "quote", "comment", "thousands",
    "true_values", "false_values", "ragged", "trim",
  ]

  /// The options that were given and that not every format understands, as they are written.
  var givenForSome: [String] {
    let given: [(name: String, isGiven: Bool)] = [
      ("separator", separator != nil), ("header", header != nil), ("encoding", encoding != nil),
      ("decimal", decimal != nil), ("nulls", !nulls.isEmpty), ("types", !types.isEmpty), ("skip", skip != 0),
      ("quote", quote != nil), ("comment", comment != nil), ("thousands", thousands != nil),
      ("true_values", !trueValues.isEmpty), ("false_values", !falseValues.isEmpty), ("ragged", padsLines),
      ("trim", trims), ("select", select != nil), ("table", table != nil), ("sheet", sheet != nil),
    ]
    return given.filter(\.isGiven).map(\.name)
  }
}

/// How a table is to be written.
public struct SaveOptions: Sendable, Hashable {
  /// The name of a format, instead of the path's extension.
  public var format: String?
  /// Parquet: `zstd`, `snappy`, `gzip`, `lz4`, `brotli` or `none`; Arrow: `zstd`, `lz4` or `none`; text: `gzip`, `zstd` or `none`.
  public var compression: String?
  /// Whether a file that is there already may be replaced.
  public var overwrite = false
  /// What stands between the fields of a line.
  public var separator: String?
  /// Whether the first line names the columns.
  public var header = true
  /// Whether texts of CSV and TSV that a spreadsheet would take for formulas get an apostrophe before them.
  public var escapesFormulas = false
  /// The server of `s3://` addresses, if it is not Amazon's.
  public var endpoint: String?
  /// The time zones of columns, by name: their moments are in UTC.
  public var zones: [String: String] = [:]
  /// Parquet: rows of a row group; nil is the usual number.
  public var rowsPerGroup: Int?

  public init() {}
}

/// What a save did.
public struct SaveReport: Sendable, Hashable {
  public var path: String
  /// The name of the format written.
  public var format: String
  public var rowCount: Int
  public var columnCount: Int
  public var byteCount: Int
  /// What is worth a dim line: lists written as JSON text, types that the format does not have.
  public var notes: [String]
}
