public import Diagnostics
public import Tables

/// How two tables are put side by side.
public struct JoinDescription: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case inner, left, full, semi, anti, cross, asof

    /// The verb that joins like this.
    var verb: String { self == .inner ? "join" : rawValue + "_join" }
  }

  public let kind: Kind
  /// Pairs of columns, left and right, that must be equal; null equals nothing. Empty for `cross`.
  public let keys: [Key]
  /// Pairs of columns that must compare in another way; null does in none.
  public let comparisons: [Comparison]
  /// Of an as-of join, the key that is to be near.
  public let nearest: Nearest?
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
    /// How far the key may be; nil of any distance.
    public let within: KeyDistance?
    /// Whether the right table's key is left out: both have one name.
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

  /// The right table's columns that stand in the result: all but the keys, which the left table shows already.
  public func rightColumns(_ right: Schema) -> [Int] {
    if keepsOnlyLeft { return [] }
    var shown = Set(keys.map(\.right))
    if let nearest, nearest.isShownOnce { shown.insert(nearest.key.right) }
    return right.fields.indices.filter { !shown.contains($0) }
  }

  /// The type of a key that rows of either table may bring.
  static func keyType(_ left: DataType, _ right: DataType) -> DataType { DataType.meeting(left, right) ?? left }

  /// The columns that decide which rows match.
  var leftInputs: Set<Int> {
    Set(keys.map(\.left) + comparisons.map(\.left) + (nearest.map { [$0.key.left] } ?? []))
  }
  var rightInputs: Set<Int> {
    Set(keys.map(\.right) + comparisons.map(\.right) + (nearest.map { [$0.key.right] } ?? []))
  }

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
