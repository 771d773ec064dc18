public import Tables

/// How to read a file, where its content does not decide.
public struct LoadOptions: Sendable, Hashable {
  /// The name of a format. By default the content decides.
  public var format: String?
  /// The columns to keep, in this order; nil keeps all.
  public var columns: [String]?
  /// The separator of the fields of a line. By default it is detected.
  public var separator: String?
  /// Whether the first line holds the column names. By default this is detected.
  public var header: Bool?
  /// `utf-8`, `windows-1251`, `cp866`, `shift-jis`, … (`TextEncoding.names`).
  public var encoding: String?
  /// The decimal mark: `.` or `,`.
  public var decimal: String?
  /// Texts that mean null, in addition to the empty unquoted field.
  public var nulls: [String] = []
  /// Types of columns by name. By default they are inferred from the values.
  public var types: [String: DataType] = [:]
  /// The quote character of fields: one byte, or `none`. By default `"`, unless the text shows that quotes are not
  /// used.
  public var quote: String?
  /// How many lines to skip at the start.
  public var skip = 0
  /// The start of comment lines, which are skipped.
  public var comment: String?
  /// The thousands separator of numbers.
  public var thousands: String?
  /// More words for true and false, in addition to the usual ones.
  public var trueValues: [String] = []
  public var falseValues: [String] = []
  /// Whether lines with fewer fields than the first are padded with nulls.
  public var padsLines = false
  /// Whether blanks around fields are removed.
  public var trims = false
  /// JSON: the path to the rows, names joined by dots.
  public var select: String?
  /// The table of a database, or the file in a zip file.
  public var table: String?
  /// A workbook's sheet, by its name or its number from 1.
  public var sheet: String?
  /// The version of a table of Delta Lake; nil is the last.
  public var version: Int?
  /// The server of `s3://` addresses, if it is not Amazon's.
  public var endpoint: String?
  /// The name of a column that is filled with each row's file name.
  public var source: String?
  /// Whether files may lack columns of others; these are null there.
  public var isUnion = false

  public init() {}
}

extension LoadOptions {
  /// The options that `load` accepts for CSV and TSV.
  static let ofText: Set<String> = [
    "separator", "header", "encoding", "decimal", "nulls", "types", "skip", "quote", "comment", "thousands",
    "true_values", "false_values", "ragged", "trim",
  ]

  /// The names of the given options that not every format accepts, as they are written in `load`.
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

/// How to write a table.
public struct SaveOptions: Sendable, Hashable {
  /// The name of a format. By default the path's extension decides.
  public var format: String?
  /// Parquet: `zstd`, `snappy`, `gzip`, `lz4`, `brotli` or `none`; Arrow: `zstd`, `lz4` or `none`; text: `gzip`, `zstd` or `none`.
  public var compression: String?
  /// Whether an existing file may be replaced.
  public var overwrite = false
  /// The separator of the fields of a line.
  public var separator: String?
  /// Whether the first line holds the column names.
  public var header = true
  /// Whether texts in CSV and TSV that a spreadsheet would read as formulas get a leading apostrophe.
  public var escapesFormulas = false
  /// The server of `s3://` addresses, if it is not Amazon's.
  public var endpoint: String?
  /// Parquet: the number of rows in a row group; nil is the default.
  public var rowsPerGroup: Int?

  public init() {}
}

/// The result of a save.
public struct SaveReport: Sendable, Hashable {
  public var path: String
  /// The name of the format written.
  public var format: String
  public var rowCount: Int
  public var columnCount: Int
  public var byteCount: Int
  /// Notes: lists written as JSON text, types that the format does not have.
  public var notes: [String]
}

/// The end of a note on a column of numbers that is text so as to lose no digits: how to have numbers nevertheless. Empty
/// where `types=` cannot write the name.
func roundingHint(_ name: String, as type: DataType = .f64) -> String {
  name.contains { " \"\\".contains($0) } ? "" : "; `types=[\"\(name) \(type)\"]` rounds them"
}
