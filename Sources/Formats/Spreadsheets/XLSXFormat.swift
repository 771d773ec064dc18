import Diagnostics
import Tables

extension FileFormat {
  /// A workbook of Excel or of another spreadsheet program.
  static let xlsx = FileFormat(
    name: "xlsx", summary: "a workbook; `sheet=` chooses one of its sheets", extensions: ["xlsx", "xlsm"],
    isText: false, understands: ["header", "skip", "types", "sheet"], isZipFile: true,
    recognises: { input in
      guard ZipArchive.isRecognised(input.bytes), let archive = try? ZipArchive(input) else { return false }
      return Workbook.isRecognised(archive)
    },
    open: { (input, options) throws(Diagnostic) in
      let sheet = try SheetTable(try Workbook(try ZipArchive(input)), options)
      return TableInMemory(name: input.path, sheet.table, notes: sheet.notes)
    },
    write: { (table, file, options) throws(Diagnostic) in
      var writer = WorkbookWriter(table, options)
      return try writer.write(to: file)
    })
}
