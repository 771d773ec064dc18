public import Diagnostics
public import Recommenders
public import Tables

/// Which columns of a table say who, what, how much, when, and in which basket.
public struct ColumnRoles: Sendable, Hashable {
  public var user: String?
  public var item: String?
  public var weight: String?
  public var time: String?
  /// Nil means that a user's rows of one time are a basket.
  public var basket: String?

  /// What is nil is found by its usual name: `user_id`; `product_id` or `item_id`; `weight` or `rating`; `date` or
  /// `timestamp`.
  public init(
    user: String? = nil, item: String? = nil, weight: String? = nil, time: String? = nil,
    basket: String? = nil
  ) {
    self.user = user
    self.item = item
    self.weight = weight
    self.time = time
    self.basket = basket
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
    return Set([names.user, names.item, names.weight, names.time, names.basket].compactMap { $0 })
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

  /// Checks that a model which reads times finds what it needs.
  ///
  /// - Throws: no column of times or baskets; times of which only the order is known, where days are counted.
  public func require(_ times: TimeReading, in schema: Schema) throws(Diagnostic) {
    let names = try resolved(in: schema)
    if times >= .baskets, names.time == nil, names.basket == nil || times == .days {
      throw .noRole("time", names: ColumnRoles.timeNames, schema)
    }
    guard times == .days, let time = names.time, let place = schema.index(of: time) else { return }
    if schema.fields[place].type.ticksPerDay == nil { throw .noDays(time, schema.fields[place].type) }
  }

  /// The roles with the names found in `schema`; weight, time and basket may stay nil.
  ///
  /// - Throws: a name given that is not there, a user or item column that cannot be found.
  func resolved(in schema: Schema) throws(Diagnostic) -> ResolvedRoles {
    guard let user = try find(user, ColumnRoles.userNames, in: schema) else {
      throw .noRole("user", names: ColumnRoles.userNames, schema)
    }
    guard let item = try find(item, ColumnRoles.itemNames, in: schema) else {
      throw .noRole("item", names: ColumnRoles.itemNames, schema)
    }
    return ResolvedRoles(
      user: user, item: item, weight: try find(weight, ColumnRoles.weightNames, in: schema),
      time: try find(time, ColumnRoles.timeNames, in: schema), basket: try find(basket, [], in: schema))
  }

  private func find(_ given: String?, _ names: [String], in schema: Schema) throws(Diagnostic) -> String? {
    if let given {
      _ = try schema.requireIndex(of: given)
      return given
    }
    return names.first { schema.index(of: $0) != nil }
  }
}

/// The names of the columns of a table that say who, what, how much, when, and in which basket.
struct ResolvedRoles: Sendable {
  let user: String
  let item: String
  let weight: String?
  let time: String?
  let basket: String?
}
