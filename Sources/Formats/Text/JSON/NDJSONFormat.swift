import Diagnostics

extension FileFormat {
  /// One JSON object per line.
  static let ndjson = FileFormat(
    name: "ndjson", summary: "text with one JSON object per line; lists and structures included",
    extensions: ["ndjson", "jsonl"], understands: ["types", "select"],
    recognises: { input in
      let start = firstLetters(of: input)
      return start.first == 0x7B
    },
    open: { (input, options) throws(Diagnostic) in
      if options.select != nil || firstLetters(of: input).first == 0x5B {
        return try FileFormat.json.open(input, options)
      }
      return try NDJSONSource(input, options)
    },
    write: { (table, file, options) throws(Diagnostic) in
      let writer = try TextWriter(table, file, options)
      try table.requireText()
      try writer.writeLines(.json)
      return table.zonesThatTextLoses + table.numbersThatAreNoJSON
    })
}

/// The first two bytes, without blanks and a byte order mark.
private func firstLetters(of input: InputFile) -> [UInt8] {
  Array(input.bytes.lazy.filter { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }.prefix(2))
}
