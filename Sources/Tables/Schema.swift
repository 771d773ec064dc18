public import Diagnostics

/// The names and types of a table's columns, in order. Names are unique.
public struct Schema: Sendable, Hashable {
  public let fields: [Field]

  /// - Precondition: names are unique; callers check foreign names first with `firstRepeatedName`.
  public init(_ fields: [Field]) { self.fields = fields }

  public var count: Int { fields.count }
  public var names: [String] { fields.map(\.name) }
  public var types: [DataType] { fields.map(\.type) }

  public subscript(index: Int) -> Field { fields[index] }

  /// Where the column of that name stands, byte for byte the same name.
  public func index(of name: String) -> Int? {
    fields.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
  }

  /// Where the column of that name stands, or the diagnostic that names its neighbours.
  public func requireIndex(of name: String, in table: String? = nil, at span: SourceSpan? = nil) throws(Diagnostic)
    -> Int
  {
    guard let index = index(of: name) else {
      throw .unknownColumn(name, in: table, schema: self, at: span)
    }
    return index
  }

  /// The first name that stands twice.
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
