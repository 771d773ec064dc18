public import Diagnostics
public import Tables

/// How two tables are put side by side.
public struct JoinDescription: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case inner, left, full, semi, anti, cross

    /// The verb that joins like this.
    var verb: String { self == .inner ? "join" : rawValue + "_join" }
  }

  public let kind: Kind
  /// Pairs of columns, left and right, that must be equal; null equals nothing. Empty for `cross`.
  public let keys: [Key]
  /// Where mistakes that show up at run time point.
  public let span: SourceSpan?

  public struct Key: Sendable, Hashable {
    public let left: Int
    public let right: Int

    public init(left: Int, right: Int) {
      self.left = left
      self.right = right
    }
  }

  public init(_ kind: Kind, keys: [Key], span: SourceSpan? = nil) {
    self.kind = kind
    self.keys = keys
    self.span = span
  }

  public static func == (one: JoinDescription, other: JoinDescription) -> Bool {
    one.kind == other.kind && one.keys == other.keys
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(keys)
  }

  /// The right table's columns that stand in the result: all but the keys, which the left table shows already.
  public func rightColumns(_ right: Schema) -> [Int] {
    if keepsOnlyLeft { return [] }
    let shown = Set(keys.map(\.right))
    return right.fields.indices.filter { !shown.contains($0) }
  }

  /// The type of a key that rows of either table may bring.
  static func keyType(_ left: DataType, _ right: DataType) -> DataType { DataType.meeting(left, right) ?? left }

  /// Whether the result has none of the right table's columns.
  var keepsOnlyLeft: Bool { kind == .semi || kind == .anti }

  /// The columns of the result: the left table's, then the right's without its keys; a name the left has already gets
  /// `_right` (as often as it takes).
  public func schema(left: Schema, right: Schema) -> Schema {
    var fields = left.fields
    if kind == .full {
      for key in keys { fields[key.left].type = JoinDescription.keyType(fields[key.left].type, right[key.right].type) }
    }
    var taken = Set(fields.map { Array($0.name.utf8) })
    for index in rightColumns(right) {
      var field = right[index]
      while !taken.insert(Array(field.name.utf8)).inserted { field.name += "_right" }
      fields.append(field)
    }
    return Schema(fields)
  }
}
