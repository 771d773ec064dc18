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
  /// Numbers of which some are beyond all numeric types.
  case farNumbers
  case text
  /// Values that only text holds together, such as numbers and texts.
  case several
  indirect case list(JSONKind)
  indirect case structure(JSONFields)

  init(_ value: Value) {
    switch value {
    case .bool: self = .bool
    case .integer(let number): self = .whole(number...number)
    case .float: self = .float
    case .text: self = .text
    // The parser keeps a number that no type holds as the bytes of its text.
    case .binary: self = .farNumbers
    case .list(let values): self = .list(values.reduce(into: .null) { $0.join($1) })
    case .structure(let names, let values):
      var fields = JSONFields()
      fields.join(names, values)
      self = .structure(fields)
    default: self = .null
    }
  }

  /// Widens the kind to hold a value.
  ///
  /// - Complexity: linear in the value, however many fields the kind has. Fields are changed in place, so `self` gives
  ///   up its own reference to them first.
  mutating func join(_ value: Value) {
    switch value {
    case .integer(let number):
      if case .whole(let range) = self, range.contains(number) { return }
      join(JSONKind.whole(number...number))
    case .list(let values):
      guard case .list(var element) = self else { return join(JSONKind(value)) }
      self = .null
      for value in values { element.join(value) }
      self = .list(element)
    case .structure(let names, let values):
      guard case .structure(var fields) = self else { return join(JSONKind(value)) }
      self = .null
      fields.join(names, values)
      self = .structure(fields)
    default: join(JSONKind(value))
    }
  }

  /// Merges another kind into this one. If no other kind holds both, the result is text, as JSON.
  ///
  /// - Complexity: linear in the other kind.
  mutating func join(_ other: JSONKind) {
    if case .structure(let others) = other, case .structure(var fields) = self {
      self = .null
      fields.join(others)
      self = .structure(fields)
      return
    }
    switch (self, other) {
    case (_, .null), (.several, _), (.text, .text): return
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
    case (.farNumbers, _) where other.isNumbers: return
    case (_, .farNumbers) where isNumbers: self = .farNumbers
    case (.list(var element), .list(let others)):
      element.join(others)
      self = .list(element)
    default: self = .several
    }
  }

  private var isNumbers: Bool {
    switch self {
    case .whole, .float, .mixedNumbers, .farNumbers: true
    default: false
    }
  }

  /// The range in which f64 holds every integer exactly.
  private static let floats: ClosedRange<Int128> = -(1 << 53)...1 << 53
  private static let mostDigits: Int128 = 99_999_999_999_999_999_999_999_999_999_999_999_999

  /// The type of the column. It is text if there were only nulls, or if a struct has no fields.
  var type: DataType {
    switch self {
    case .null, .mixedNumbers, .farNumbers, .text, .several: .string
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
    case .structure(let fields):
      fields.all.isEmpty ? .string : .structure(fields.all.map { Field($0.name, $0.kind.type) })
    }
  }

  /// Whether a column of this kind holds values of another kind unchanged.
  func holds(_ other: JSONKind) -> Bool {
    if other == .null { return true }
    var joined = self
    joined.join(other)
    return joined == self || joined.type == type
  }

  /// Converts a value to the type of its column, which is neither a list nor a struct.
  static func fitted(_ value: Value, to type: DataType) -> Value {
    switch (value, type) {
    case (.null, _), (.text, .string): return value
    case (.binary(let digits), .string): return .text(digits)
    case (.integer(let number), .f64): return .float(Double(number))
    case (.integer(let number), .decimal): return .decimal(number, scale: 0)
    case (_, .string): return .text(Text(JSONText.text(value, as: .null)))
    default: return value
    }
  }
}
