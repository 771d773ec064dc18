public import Diagnostics
public import Tables

/// Which columns of a table say who, what, how much and when.
public struct ColumnRoles: Sendable, Hashable {
  public var user: String?
  public var item: String?
  public var weight: String?
  public var time: String?

  /// What is nil is found by its usual name: `user_id`; `product_id` or `item_id`; `weight` or `rating`; `date` or
  /// `timestamp`.
  public init(user: String? = nil, item: String? = nil, weight: String? = nil, time: String? = nil) {
    self.user = user
    self.item = item
    self.weight = weight
    self.time = time
  }

  public static let userNames = ["user_id"]
  public static let itemNames = ["product_id", "item_id"]
  public static let weightNames = ["weight", "rating"]
  public static let timeNames = ["date", "timestamp"]

  /// The columns of `schema` that are needed: all that a data set reads.
  ///
  /// - Throws: a name given that is not there, a user or item column that cannot be found.
  public func columns(in schema: Schema) throws(Diagnostic) -> Set<String> {
    let names = try resolved(in: schema)
    return Set([names.user, names.item, names.weight, names.time].compactMap { $0 })
  }

  /// The column of weights in `schema`: of ratings, for models of those.
  ///
  /// - Throws: a table without one.
  public func weightColumn(in schema: Schema) throws(Diagnostic) -> String {
    guard let name = try find(weight, ColumnRoles.weightNames, in: schema) else {
      throw .noRole("weight", names: ColumnRoles.weightNames, schema)
    }
    return name
  }

  /// The roles with the names found in `schema`; weight and time may stay nil.
  ///
  /// - Throws: a name given that is not there, a user or item column that cannot be found.
  func resolved(in schema: Schema) throws(Diagnostic) -> (user: String, item: String, weight: String?, time: String?) {
    guard let user = try find(user, ColumnRoles.userNames, in: schema) else {
      throw .noRole("user", names: ColumnRoles.userNames, schema)
    }
    guard let item = try find(item, ColumnRoles.itemNames, in: schema) else {
      throw .noRole("item", names: ColumnRoles.itemNames, schema)
    }
    return (
      user, item, try find(weight, ColumnRoles.weightNames, in: schema),
      try find(time, ColumnRoles.timeNames, in: schema)
    )
  }

  private func find(_ given: String?, _ names: [String], in schema: Schema) throws(Diagnostic) -> String? {
    if let given {
      _ = try schema.requireIndex(of: given)
      return given
    }
    return names.first { schema.index(of: $0) != nil }
  }
}
