public import Diagnostics
import Parallelism

/// The names and types of a table's columns, in order. Names are unique.
public struct Schema: Sendable, Hashable {
  public let fields: [Field]
  /// An index of the names, for schemas with many columns: looking up every name linearly would take quadratic time.
  private let positions: NamePositions?

  /// - Precondition: names are unique; callers check names from outside first with `firstRepeatedName`.
  public init(_ fields: [Field]) {
    self.fields = fields
    positions = fields.count > 32 ? NamePositions() : nil
  }

  public static func == (one: Schema, other: Schema) -> Bool { one.fields == other.fields }
  public func hash(into hasher: inout Hasher) { hasher.combine(fields) }

  public var count: Int { fields.count }
  public var names: [String] { fields.map(\.name) }
  public var types: [DataType] { fields.map(\.type) }

  public subscript(index: Int) -> Field { fields[index] }

  /// The index of the column whose name has the same bytes; nil if there is none.
  ///
  /// - Complexity: O(columns); above 32 columns, O(1) after the first lookup.
  public func index(of name: String) -> Int? {
    if let positions { return positions.index(of: name, in: fields) }
    return fields.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
  }

  /// The index of the column of that name.
  ///
  /// - Throws: a diagnostic that suggests the nearest name.
  public func requireIndex(of name: String, in table: String? = nil, at span: SourceSpan? = nil) throws(Diagnostic)
    -> Int
  {
    guard let index = index(of: name) else {
      throw .unknownColumn(name, in: table, schema: self, at: span)
    }
    return index
  }

  /// The first name that occurs twice.
  public var firstRepeatedName: String? {
    var seen: Set<[UInt8]> = []
    return fields.first { !seen.insert(Array($0.name.utf8)).inserted }?.name
  }

  /// `user_id i32, product_id i64, date date`: how messages show a table's columns.
  public var summary: String {
    let shown = fields.prefix(12).map { "\($0.name) \($0.type)" }.joined(separator: ", ")
    return fields.count > 12 ? shown + ", … \(fields.count - 12) more" : shown
  }
}

/// The index of each column name, built at the first lookup.
private final class NamePositions: Sendable {
  private let known = Mutex<[[UInt8]: Int]?>(nil)

  func index(of name: String, in fields: [Field]) -> Int? {
    known.withLock { known in
      if known == nil {
        known = Dictionary(
          fields.enumerated().map { (Array($1.name.utf8), $0) }, uniquingKeysWith: { first, _ in first })
      }
      return known?[Array(name.utf8)]
    }
  }
}
