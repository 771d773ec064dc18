import Diagnostics
import Tables

extension FileFormat {
  /// Comma-separated values, or text with another separator.
  static let csv = FileFormat(
    name: "csv", summary: "text with fields separated by commas, or by what the file uses", extensions: ["csv", "txt"],
    understands: LoadOptions.ofText,
    recognises: { input in TextEncoding.isText(input.bytes) },
    open: { (input, options) throws(Diagnostic) in
      let (text, rest) = try TextTidying.applied(to: try TextEncoding.text(input, options.encoding), options)
      return try TextSource(text, rest)
    },
    write: { (table, file, options) throws(Diagnostic) in
      try TextWriter(table, file, options).writeSeparated(by: ",")
    })

  /// Tab-separated values.
  static let tsv = FileFormat(
    name: "tsv", summary: "text with fields separated by tabs", extensions: ["tsv", "tab", "inter", "item", "user"],
    understands: LoadOptions.ofText,
    recognises: { _ in false },
    open: { (input, options) throws(Diagnostic) in
      let (text, rest) = try TextTidying.applied(
        to: try TextEncoding.text(input, options.encoding), options, defaultSeparator: [0x09])
      return try TextSource(text, rest, defaultSeparator: [0x09])
    },
    write: { (table, file, options) throws(Diagnostic) in
      try TextWriter(table, file, options).writeSeparated(by: "\t")
    })
}
