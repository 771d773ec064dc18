import Arrow
import Diagnostics
import Tables

extension FileFormat {
  /// Apache Arrow's file format, also called Feather, and its stream format.
  static let arrow = FileFormat(
    name: "arrow", summary: "columns as programs have them in memory: Arrow files (Feather) and streams",
    extensions: ["arrow", "feather", "ipc", "arrows"], isText: false,
    recognises: { input in
      ArrowFile.isFile(input.bytes) || ArrowFile.isStream(input.bytes) || ArrowFile.isFeather1(input.bytes)
    },
    open: { (input, options) throws(Diagnostic) in try ArrowSource(input, options) },
    write: { (table, file, options) throws(Diagnostic) in
      // A reader of a pipe cannot seek to the footer, so standard output gets a stream.
      let isStream = file.path == "-" || pathExtension(file.path) == "arrows"
      let encoder = ArrowEncoder(table.schema, compression: try compression(options))
      try file.append(encoder.start(isStream: isStream))
      let ranges = ArrowEncoder.batches(of: table)
      // How many batches are encoded at a time before they are written.
      let wave = 16
      var blocks: [ArrowEncoder.Block] = []
      for first in stride(from: 0, to: ranges.count, by: wave) {
        let start = file.byteCount
        let made = try file.append(pieces: min(wave, ranges.count - first)) { (index, bytes) throws(Diagnostic) in
          try encoder.append(table[ranges[first + index]], to: &bytes)
        }
        var position = start
        for block in made.joined() {
          blocks.append(block.moved(to: position))
          position += block.byteCount
        }
      }
      try file.append(encoder.end(blocks, isStream: isStream))
      return []
    })

  private static func compression(_ options: SaveOptions) throws(Diagnostic) -> ArrowCompression? {
    switch options.compression ?? "none" {
    case "none", "uncompressed": return nil
    case "lz4": return .lz4
    case "zstd": return .zstd
    case let other: throw .unknownCompression(other, among: ["zstd", "lz4", "none"])
    }
  }
}
