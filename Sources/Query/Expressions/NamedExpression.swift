/// An expression and the name of the resulting column.
public struct NamedExpression: Sendable, Hashable {
  public let name: String
  public let expression: BoundExpression

  public init(_ name: String, _ expression: BoundExpression) {
    self.name = name
    self.expression = expression
  }
}

public struct BoundSortKey: Sendable, Hashable {
  public let expression: BoundExpression
  public let isDescending: Bool

  public init(_ expression: BoundExpression, isDescending: Bool) {
    self.expression = expression
    self.isDescending = isDescending
  }
}
