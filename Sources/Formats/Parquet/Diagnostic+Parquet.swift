import Diagnostics

extension Diagnostic {
  /// An error for invalid bytes. Callers add the place with `placed`.
  static func malformed(_ found: String) -> Diagnostic {
    Diagnostic("broken Parquet: \(found)")
  }

  /// An error for a feature of Parquet that this reader does not support.
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

  /// An error for an encrypted column in a file whose other columns may be readable.
  static func encryptedColumn(_ name: String) -> Diagnostic {
    Diagnostic(
      "column `\(name)` is encrypted", hint: "leave it out, or decrypt the file with the program that wrote it")
  }

  /// The same diagnostic with the place where it happened, unless it has one.
  func placed(_ place: String) -> Diagnostic {
    guard self.place == nil, kind == .error else { return self }
    var copy = self
    copy.place = place
    return copy
  }
}
