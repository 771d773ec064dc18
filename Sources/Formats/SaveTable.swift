public import Diagnostics
public import Tables

/// Writes a table to a file atomically.
///
/// The extension decides the format, unless the options name one. An existing file is replaced only if the options
/// allow it, and never while a table of this process still reads it. The path `-` is standard output.
public func saveTable(
  _ table: Table, to path: String, options: SaveOptions = SaveOptions()
) throws(Diagnostic) -> SaveReport {
  let format: FileFormat
  if let name = options.format {
    format = try Formats.named(name)
  } else {
    let ending = writtenExtension(path)
    guard let found = formats.first(where: { $0.extensions.contains(ending) }) else { throw .unknownExtension(path) }
    format = found
  }
  guard let write = format.write else { throw .isOnlyRead(format) }
  if path == "-", !format.isText, OutputFile.outputIsTerminal { throw .notForTerminals(format) }
  let file = try OutputFile(path: path, overwrite: options.overwrite, endpoint: options.endpoint)
  let notes = try write(table, file, options)
  try file.commit()
  return SaveReport(
    path: path, format: format.name, rowCount: table.rowCount, columnCount: table.columnCount,
    byteCount: file.byteCount, notes: notes)
}

/// The extension before that of the compression: `csv` for `orders.csv.gz`.
private func writtenExtension(_ path: String) -> String {
  let ending = pathExtension(path)
  guard ["gz", "zst"].contains(ending) else { return ending }
  return pathExtension(String(path.dropLast(ending.utf8.count + 1)))
}
