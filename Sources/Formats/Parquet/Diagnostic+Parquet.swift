import Diagnostics

extension Diagnostic {
  /// Bytes that no Parquet writer makes; the place is added on the way up.
  static func malformed(_ found: String) -> Diagnostic {
    Diagnostic("broken Parquet: \(found)")
  }

  /// What a Parquet file may hold and this reader does not read.
  static func unsupportedParquet(_ what: String, hint: String? = nil) -> Diagnostic {
    Diagnostic("\(what) cannot be read yet", hint: hint)
  }

  static func noParquetFooter(_ path: String) -> Diagnostic {
    Diagnostic(
      "`\(path)` is cut short: it starts as a Parquet file, but its footer is missing",
      hint: "copy or write the file again", place: path)
  }

  static func encryptedParquet(_ path: String) -> Diagnostic {
    Diagnostic(
      "`\(path)` is an encrypted Parquet file", hint: "decrypt it with the program that wrote it", place: path)
  }

  /// A column of a file whose other columns may be in plain text.
  static func encryptedColumn(_ name: String) -> Diagnostic {
    Diagnostic(
      "column `\(name)` is encrypted", hint: "leave it out, or decrypt the file with the program that wrote it")
  }

  /// The same diagnostic with where it happened, if it does not say so yet.
  func placed(_ place: String) -> Diagnostic {
    guard self.place == nil, kind == .error else { return self }
    var copy = self
    copy.place = place
    return copy
  }
}
