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
      if case .zoned = column.type, values.contains(where: { $0 != null && !$0.hasSuffix("+00:00") }) {
        notes.append("`\(key)` is in UTC: names of folders have no zone; `to_zone` gives it one")
      }
      if let zeros { notes.append("`\(key)` is str: `\(zeros)` begins with a zero") }
      found.append((Field(key, column.type), column))
    }
    return found
  }

  /// The folder name that stands for null.
  static let null = "__HIVE_DEFAULT_PARTITION__"

  private static func texts(_ values: [String]) -> Column { Column(values.map { $0 == null ? nil : $0 }) }

  /// The types that all values may be written in.
  private static let types: [DataType] =
    [.i64, .date, .f64, .bool]
    + [TimeUnit.microseconds, .nanoseconds].flatMap { [DataType.datetime($0), .zoned($0, .utc)] }

  /// The first type that all values are written in, letter by letter, else text.
  private static func column(_ values: [String], isText: Bool) throws(Diagnostic) -> Column {
    let column = texts(values)
    guard !isText, column.nullCount < column.count else { return column }
    for type in types {
      guard let read = try? cast(column, to: type) else { continue }
      if values.indices.allSatisfy({ values[$0] == null || isWritten(read[$0], values[$0]) }) { return read }
    }
    return column
  }

  /// Whether a folder of the value has this name. A moment may be written in any zone.
  private static func isWritten(_ value: Value, _ text: String) -> Bool {
    switch value {
    case .float(let number): return number.isFinite && value.description == text
    case .zoned(_, let unit, _):
      guard let offset = text.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return false }
      let time = String(text[..<offset])
      guard let local = try? cast(Column([time as String?]), to: .datetime(unit)) else { return false }
      return local[0].description == time && text[offset...].count >= 6
    default: return value.description == text
    }
  }
}
