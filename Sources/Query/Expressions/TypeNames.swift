package import Diagnostics
public import Tables

extension DataType {
  /// The type with that name in the language: `i64`, `datetime[us]`, `list[str]`; nil if there is none. The zone of
  /// `datetime[us, Europe/Moscow]` may stand in quotes.
  public init?(named name: some StringProtocol) {
    let name = String(name.filter { $0 != " " })
    if let simple = DataType.simpleTypes.first(where: { $0.description == name }) {
      self = simple
      return
    }
    if let synonym = DataType.synonyms[name] {
      self = synonym
      return
    }
    guard name.hasSuffix("]"), let bracket = name.firstIndex(of: "[") else { return nil }
    let inner = name[name.index(after: bracket)...].dropLast()
    switch name[..<bracket] {
    case "list":
      guard let element = DataType(named: inner) else { return nil }
      self = .list(element)
    case "datetime":
      let parts = inner.split(separator: ",", maxSplits: 1).map { String($0.filter { !"\"'".contains($0) }) }
      guard let unit = parts.first.flatMap(TimeUnit.init(rawValue:)) else { return nil }
      if parts.count == 1 {
        self = .datetime(unit)
      } else {
        guard let zone = Zone.ifKnown(parts[1]) else { return nil }
        self = .zoned(unit, zone)
      }
    case "duration":
      guard let unit = TimeUnit(rawValue: String(inner)) else { return nil }
      self = .duration(unit)
    case "decimal":
      let parts = inner.split(separator: ",").compactMap { Int($0) }
      guard parts.count == 2, 1...38 ~= parts[0], 0...parts[0] ~= parts[1] else { return nil }
      self = .decimal(precision: parts[0], scale: parts[1])
    default: return nil
    }
  }

  /// What is wrong with the zone of a name that is no type; nil if it names none.
  package static func unknownZone(in name: some StringProtocol) -> Diagnostic? {
    guard name.contains("datetime["), let comma = name.firstIndex(of: ",") else { return nil }
    let zone = name[name.index(after: comma)...].prefix { $0 != "]" }.filter { !"\"' ".contains($0) }
    do throws(Diagnostic) {
      _ = try Zone.named(String(zone))
      return nil
    } catch {
      return error
    }
  }

  /// The types without parameters.
  static let simpleTypes: [DataType] = [
    .bool, .i8, .i16, .i32, .i64, .u8, .u16, .u32, .u64, .f32, .f64, .string, .binary, .date, .time, .null,
  ]

  private static let synonyms: [String: DataType] = [
    "int": .i64, "float": .f64, "text": .string, "string": .string, "datetime": .datetime(.microseconds),
    "duration": .duration(.microseconds), "int32": .i32, "int64": .i64, "float32": .f32, "float64": .f64,
    "boolean": .bool,
  ]
}
