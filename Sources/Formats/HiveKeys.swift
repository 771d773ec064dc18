import Diagnostics
import Tables

/// The columns that `key=value` folder names give: one value per file.
enum HiveKeys {
  /// - Parameter notes: receives notes on the types of the columns.
  /// - Throws: if the files lie in folders of different keys.
  static func columns(
    of keys: [[PartFiles.Key]], besides schema: Schema, name: String, _ notes: inout [String]
  ) throws(Diagnostic) -> [(field: Field, values: Column)] {
    let names = keys.first?.map(\.name) ?? []
    guard keys.allSatisfy({ $0.map(\.name) == names }) else { throw .unlikeFolders(name) }
    var found: [(field: Field, values: Column)] = []
    for (position, key) in names.enumerated() where schema.index(of: key) == nil {
      let values = keys.map { $0[position].value }
      let zeros = values.first { TextField.hasLeadingZeros(Array($0.utf8).span) }
      let column = try column(values, isText: zeros != nil)
      if let zeros { notes.append("`\(key)` is str: `\(zeros)` begins with a zero") }
      found.append((Field(key, column.type), column))
    }
    return found
  }

  /// The folder name that stands for null.
  static let null = "__HIVE_DEFAULT_PARTITION__"

  /// Converts the texts to whole numbers or dates if all of them parse; else keeps text.
  private static func column(_ texts: [String], isText: Bool) throws(Diagnostic) -> Column {
    let column = Column(texts.map { $0 == null ? nil : $0 })
    guard !isText, column.nullCount < column.count else { return column }
    for type in [DataType.i64, .date] {
      if let read = try? cast(column, to: type) { return read }
    }
    return column
  }
}
