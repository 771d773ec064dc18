public import Diagnostics
public import Tables

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Writes a table as a folder of files, one for each combination of key values, in folders `year=2024/month=7`.
///
/// `load` of the folder reads the same table, with the key columns last. The folder is written atomically; an
/// existing folder is never changed.
public func saveFolder(
  _ table: Table, to path: String, by keys: [String], options: SaveOptions = SaveOptions()
) throws(Diagnostic) -> SaveReport {
  guard !isAddress(path) else {
    throw Diagnostic(
      "`by=` writes folders of this machine alone", hint: "save one object, or a folder here", place: path)
  }
  let name = options.format ?? "parquet"
  let format = try Formats.named(name)
  guard format.write != nil else { throw .isOnlyRead(format) }
  var indices: [Int] = []
  for key in keys { indices.append(try table.schema.requireIndex(of: key)) }
  let rest = table.schema.fields.indices.filter { !indices.contains($0) }
  guard !rest.isEmpty else { throw Diagnostic("no column is left for the files", hint: "name fewer in `by=`") }
  if path == "-" {
    throw Diagnostic("a folder cannot be written to standard output", hint: "leave out `by=`, or name a folder")
  }
  if pathKind(path) != .missing {
    throw Diagnostic(
      "`\(path)` exists already", hint: "a folder is not replaced: choose another name, or remove it first", place: path
    )
  }
  let (grouping, slices) = try Grouping.withSlices(
    by: indices.map { table.columns[$0] }, count: table.rowCount, finding: [])
  guard grouping.groupCount <= mostFolders else {
    throw Diagnostic(
      "`by=` would make \(grouped(grouping.groupCount)) folders, at most \(grouped(mostFolders)) are made",
      hint: "a coarser key: `with month = truncate(date, \"1mo\")`")
  }
  let (folder, last) = splitPath(path)
  let temporary = joinPath(folder, ".\(last).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).part")
  var bytes = 0
  var notes: [String] = []
  do throws(Diagnostic) {
    try makeFolder(temporary, named: path)
    let content = table.selecting(rest)
    for slice in 0..<slices.count {
      let rows = (slices.offsets[slice]..<slices.offsets[slice + 1]).map { (position) -> UInt32 in
        slices.rows.map { $0[position] } ?? UInt32(position)
      }
      var place = temporary
      for index in indices {
        place = joinPath(place, try folderName(table.schema[index].name, table.columns[index][Int(rows[0])]))
        try makeFolder(place, named: path)
      }
      let file = joinPath(place, "part-0.\(format.extensions[0])")
      let report = try saveTable(try gather(content, rows: rows, hasMissing: false), to: file, options: options)
      bytes += report.byteCount
      for note in report.notes where !notes.contains(note) { notes.append(note) }
    }
    guard rename(temporary, path) == 0 else { throw .system("write", path, errno) }
  } catch {
    removeFolder(temporary)
    throw error
  }
  return SaveReport(
    path: path, format: format.name, rowCount: table.rowCount, columnCount: table.columnCount, byteCount: bytes,
    notes: notes)
}

private let mostFolders = 10_000

private func makeFolder(_ path: String, named shown: String) throws(Diagnostic) {
  guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw .system("write", shown, errno) }
}

/// The folder name `year=2024`; characters that a path cannot hold are written as `%2F`.
///
/// - Throws: if the text would be read as null.
private func folderName(_ name: String, _ value: Value) throws(Diagnostic) -> String {
  let null = HiveKeys.null
  if value.isNull { return encoded(name) + "=" + null }
  let text = value.description
  guard !text.isEmpty, text != null else {
    let spelled = Spelling.name(name)
    throw Diagnostic(
      "no folder can be named by the text \(Spelling.text(text)) in `\(name)`: it would be read as null",
      hint: "`with \(spelled) = if \(spelled) == \(Spelling.text(text)) then \"none\" else \(spelled)` first")
  }
  return encoded(name) + "=" + encoded(text)
}

private func encoded(_ text: String) -> String {
  var result: [UInt8] = []
  for byte in text.utf8 {
    let isPlain = byte > 0x20 && byte != 0x7F && !Array("/=%:\\\"*?<>|'#{}[]^~".utf8).contains(byte)
    if isPlain {
      result.append(byte)
    } else {
      let digits = String(byte, radix: 16, uppercase: true)
      result += Array(("%" + (digits.count < 2 ? "0" : "") + digits).utf8)
    }
  }
  return String(decoding: result, as: UTF8.self)
}

/// Removes what was written so far: only files and folders of its own.
private func removeFolder(_ path: String) {
  for entry in (try? folderContents(path)) ?? [] {
    let inside = joinPath(path, entry.name)
    if entry.kind == .folder, !entry.isLink { removeFolder(inside) } else { unlink(inside) }
  }
  rmdir(path)
}
