import Diagnostics
import Tables

/// The columns that `key=value` folder names give: one value per file.
enum HiveKeys {
  /// - Parameters:
  ///   - types: of keys whose type is known, by name; others have the type that their values look like.
  ///   - notes: takes what is to be said of the columns' types.
  /// - Throws: where the files lie in folders of different keys, and where a value is not of its key's type.
  static func columns(
    of keys: [[PartFiles.Key]], besides schema: Schema, types: [String: DataType] = [:], name: String,
    _ notes: inout [String]
  ) throws(Diagnostic) -> [(field: Field, values: Column)] {
    let names = keys.first?.map(\.name) ?? []
    guard keys.allSatisfy({ $0.map(\.name) == names }) else { throw .unlikeFolders(name) }
    var found: [(field: Field, values: Column)] = []
    for (position, key) in names.enumerated() where schema.index(of: key) == nil {
      let values = keys.map { $0[position].value }
      if let type = types[key], type != .null {
        found.append((Field(key, type), try cast(texts(values), to: type)))
        continue
      }
      let zeros = values.first { TextField.hasLeadingZeros(Array($0.utf8).span) }
      let column = try column(values, isText: zeros != nil)
      if let zeros { notes.append("`\(key)` is str: `\(zeros)` begins with a zero") }
      found.append((Field(key, column.type), column))
    }
    return found
  }

  /// The folder name that stands for null.
  static let null = "__HIVE_DEFAULT_PARTITION__"

  private static func texts(_ values: [String]) -> Column { Column(values.map { $0 == null ? nil : $0 }) }

  /// Whole numbers or dates where all values read so, else text.
  private static func column(_ values: [String], isText: Bool) throws(Diagnostic) -> Column {
    let column = texts(values)
    guard !isText, column.nullCount < column.count else { return column }
    for type in [DataType.i64, .date] {
      if let read = try? cast(column, to: type) { return read }
    }
    return column
  }
}
