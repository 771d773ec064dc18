import Diagnostics
import Tables

/// The columns that the folders' names give: a value a file.
enum HiveKeys {
  /// - Parameter notes: takes what is to be said of the columns' types.
  /// - Throws: where the files lie in folders of different keys.
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

  /// The name of a folder whose rows have a null in that column.
  static let null = "__HIVE_DEFAULT_PARTITION__"

  /// Whole numbers or dates where all values read so, else text.
  private static func column(_ texts: [String], isText: Bool) throws(Diagnostic) -> Column {
    let column = Column(texts.map { $0 == null ? nil : $0 })
    guard !isText, column.nullCount < column.count else { return column }
    for type in [DataType.i64, .date] {
      if let read = try? cast(column, to: type) { return read }
    }
    return column
  }
}
