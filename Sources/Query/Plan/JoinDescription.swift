public import Diagnostics
public import Tables

/// The kind and the conditions of a join.
public struct JoinDescription: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case inner, left, full, semi, anti, cross, asof

    /// The verb that joins like this.
    var verb: String { self == .inner ? "join" : rawValue + "_join" }
  }

  public let kind: Kind
  /// Pairs of columns, left and right, that must be equal; null equals nothing. Empty for `cross`.
  public let keys: [Key]
  /// Pairs of columns for which a comparison must be true; with null it is not.
  public let comparisons: [Comparison]
  /// For an as-of join, the key that must be nearest.
  public let nearest: Nearest?
  /// The location for errors at run time.
  public let span: SourceSpan?

  public struct Key: Sendable, Hashable {
    public let left: Int
    public let right: Int

    public init(left: Int, right: Int) {
      self.left = left
      self.right = right
    }
  }

  public struct Comparison: Sendable, Hashable {
    public let left: Int
    public let sign: OrderComparison.Sign
    public let right: Int

    public init(left: Int, _ sign: OrderComparison.Sign, right: Int) {
      self.left = left
      self.sign = sign
      self.right = right
    }
  }

  public struct Nearest: Sendable, Hashable {
    public let key: Key
    public let direction: NearestDirection
    /// The greatest allowed distance; nil for any distance.
    public let within: KeyDistance?
    /// Whether the right table's key is left out of the result because both keys have the same name.
    public let isShownOnce: Bool

    public init(_ key: Key, _ direction: NearestDirection, within: KeyDistance?, isShownOnce: Bool) {
      self.key = key
      self.direction = direction
      self.within = within
      self.isShownOnce = isShownOnce
    }
  }

  public init(
    _ kind: Kind, keys: [Key], comparisons: [Comparison] = [], nearest: Nearest? = nil, span: SourceSpan? = nil
  ) {
    self.kind = kind
    self.keys = keys
    self.comparisons = comparisons
    self.nearest = nearest
    self.span = span
  }

  public static func == (one: JoinDescription, other: JoinDescription) -> Bool {
    one.kind == other.kind && one.keys == other.keys && one.comparisons == other.comparisons
      && one.nearest == other.nearest
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(keys)
    hasher.combine(comparisons)
    hasher.combine(nearest)
  }

  /// The right table's columns in the result: all except the keys, which the left table already has.
  public func rightColumns(_ right: Schema) -> [Int] {
    if keepsOnlyLeft { return [] }
    var shown = Set(keys.map(\.right))
    if let nearest, nearest.isShownOnce { shown.insert(nearest.key.right) }
    return right.fields.indices.filter { !shown.contains($0) }
  }

  /// The type of a key column that has values of both tables.
  static func keyType(_ left: DataType, _ right: DataType) -> DataType { DataType.meeting(left, right) ?? left }

  /// The left columns that the join conditions use.
  var leftInputs: Set<Int> {
    Set(keys.map(\.left) + comparisons.map(\.left) + (nearest.map { [$0.key.left] } ?? []))
  }
  /// The right columns that the join conditions use.
  var rightInputs: Set<Int> {
    Set(keys.map(\.right) + comparisons.map(\.right) + (nearest.map { [$0.key.right] } ?? []))
  }

  /// Whether the result has none of the right table's columns.
  var keepsOnlyLeft: Bool { kind == .semi || kind == .anti }

  /// The columns of the result: the left table's, then the right table's without its keys. The suffix `_right` is added
  /// to a name that is already taken, repeatedly if needed.
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
