import Tables

/// The kind of the JSON values of a field: their type and, for integers, their range.
///
/// Integers keep all their digits: a column is as wide as its values need. If floats occur too, the column is f64 as
/// long as f64 holds all its integers exactly; otherwise it is the text of its numbers.
enum JSONKind: Sendable, Hashable {
  case null
  case bool
  case whole(ClosedRange<Int128>)
  case float
  /// Numbers that no numeric type holds together without losing digits.
  case mixedNumbers
  case text
  indirect case list(JSONKind)
  indirect case structure([JSONField])

  init(_ value: Value) {
    switch value {
    case .bool: self = .bool
    case .integer(let number): self = .whole(number...number)
    case .float: self = .float
    case .text: self = .text
    case .list(let values): self = .list(values.reduce(into: .null) { $0.join(JSONKind($1)) })
    case .structure(let names, let values):
      self = .structure(zip(names, values).map { JSONField(name: $0, kind: JSONKind($1)) })
    default: self = .null
    }
  }

  /// Merges another kind into this one. If no other kind holds both, the result is text, as JSON.
  mutating func join(_ other: JSONKind) {
    switch (self, other) {
    case (_, .null), (.text, _): return
    case (.null, _): self = other
    case (.bool, .bool), (.float, .float), (.mixedNumbers, .mixedNumbers): return
    case (.whole(let own), .whole(let others)):
      if own.contains(others.lowerBound), own.contains(others.upperBound) { return }
      self = .whole(min(own.lowerBound, others.lowerBound)...max(own.upperBound, others.upperBound))
    case (.whole(let range), .float), (.float, .whole(let range)):
      self =
        JSONKind.floats.contains(range.lowerBound) && JSONKind.floats.contains(range.upperBound)
        ? .float : .mixedNumbers
    case (.mixedNumbers, .whole), (.mixedNumbers, .float): return
    case (.whole, .mixedNumbers), (.float, .mixedNumbers): self = .mixedNumbers
    case (.list(var element), .list(let others)):
      element.join(others)
      self = .list(element)
    case (.structure(let fields), .structure(let others)):
      if fields == others { return }
      var joined = JSONFields(fields)
      joined.join(JSONFields(others))
      self = .structure(joined.all)
    default: self = .text
    }
  }

  /// The range in which f64 holds every integer exactly.
  private static let floats: ClosedRange<Int128> = -(1 << 53)...1 << 53
  private static let mostDigits: Int128 = 99_999_999_999_999_999_999_999_999_999_999_999_999

  /// The type of the column. It is text if there were only nulls, or if a struct has no fields.
  var type: DataType {
    switch self {
    case .null, .mixedNumbers, .text: .string
    case .bool: .bool
    case .whole(let range):
      if range.lowerBound >= Int128(Int64.min), range.upperBound <= Int128(Int64.max) {
        .i64
      } else if range.lowerBound >= 0, range.upperBound <= Int128(UInt64.max) {
        .u64
      } else if range.lowerBound >= -JSONKind.mostDigits, range.upperBound <= JSONKind.mostDigits {
        .decimal(precision: 38, scale: 0)
      } else {
        .string
      }
    case .float: .f64
    case .list(let element): .list(element.type)
    case .structure(let fields): fields.isEmpty ? .string : .structure(fields.map { Field($0.name, $0.kind.type) })
    }
  }

  /// Whether a column of this kind holds values of another kind unchanged.
  func holds(_ other: JSONKind) -> Bool {
    var joined = self
    joined.join(other)
    return joined == self || joined.type == type
  }

  /// Converts a value to the column's type.
  static func fitted(_ value: Value, to type: DataType) -> Value {
    switch (value, type) {
    case (.null, _), (.text, .string): return value
    case (.integer(let number), .f64): return .float(Double(number))
    case (.integer(let number), .decimal): return .decimal(number, scale: 0)
    case (.list(let values), .list(let element)): return .list(values.map { fitted($0, to: element) })
    case (.structure(let names, let values), .structure(let fields)):
      let found = Dictionary(zip(names, values)) { _, last in last }
      return .structure(fields.map(\.name), fields.map { fitted(found[$0.name] ?? .null, to: $0.type) })
    case (_, .string): return .text(Text(JSONText.text(value, as: .null)))
    default: return value
    }
  }
}

/// A name that occurs in objects, with the kind of its values.
struct JSONField: Sendable, Hashable {
  var name: String
  var kind: JSONKind
}

/// The names that occur in objects, in first-occurrence order, with the kinds of their values.
struct JSONFields: Sendable {
  private(set) var all: [JSONField] = []
  private var positions: [String: Int] = [:]

  init(_ fields: [JSONField] = []) {
    for field in fields { join(field.kind, at: index(adding: field.name)) }
  }

  func index(of name: String) -> Int? { positions[name] }

  /// The kind of a name's values; null if the name does not occur.
  func kind(of name: String) -> JSONKind { positions[name].map { all[$0].kind } ?? .null }

  mutating func index(adding name: String) -> Int {
    if let known = positions[name] { return known }
    all.append(JSONField(name: name, kind: .null))
    positions[name] = all.count - 1
    return all.count - 1
  }

  mutating func join(_ kind: JSONKind, at index: Int) { all[index].kind.join(kind) }

  mutating func join(_ other: JSONFields) {
    for field in other.all { join(field.kind, at: index(adding: field.name)) }
  }

  /// Notes on fields whose kind in the whole file differs from the one in the samples.
  func changes(since sampled: JSONFields) -> [String] {
    all.compactMap { field in
      guard let index = sampled.index(of: field.name) else {
        return "`\(field.name)` is a column too: the first lines do not have it"
      }
      let (before, after) = (sampled.all[index].kind.type, field.kind.type)
      if sampled.all[index].kind == .null || before == after { return nil }
      return "`\(field.name)` is \(after), not \(before)"
    }
  }

  /// Notes on columns that are text although all their values are numbers.
  var mixedNumbers: [String] {
    all.filter { $0.kind == .mixedNumbers }.map { field in
      let option = field.name.contains { " \"\\".contains($0) } ? "" : "; `types=[\"\(field.name) f64\"]` rounds them"
      return "`\(field.name)` is str: its whole numbers would lose digits beside floating ones\(option)"
    }
  }
}
