public import Diagnostics
public import Recommenders
public import Tables

/// The names of the columns of users, items, weights, times and baskets in a table of interactions.
public struct ColumnRoles: Sendable, Hashable {
  public var user: String?
  public var item: String?
  public var weight: String?
  public var time: String?
  /// If nil, the rows of a user with the same time are a basket.
  public var basket: String?

  /// A name that is nil is looked up by the usual names: `user_id`; `product_id` or `item_id`; `weight` or `rating`;
  /// `date` or `timestamp`.
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

  /// The columns of `schema` that a data set reads.
  ///
  /// - Throws: a given name that the schema does not have; a user or item column that cannot be found.
  public func columns(in schema: Schema) throws(Diagnostic) -> Set<String> {
    let names = try resolved(in: schema)
    return Set([names.user, names.item, names.weight, names.time, names.basket].compactMap { $0 })
  }

  /// The column of weights, or ratings, in `schema`.
  ///
  /// - Throws: a table without one.
  public func weightColumn(in schema: Schema) throws(Diagnostic) -> String {
    guard let name = try find(weight, ColumnRoles.weightNames, in: schema) else {
      throw .noRole("weight", names: ColumnRoles.weightNames, schema)
    }
    return name
  }

  /// Checks that the table has the times or baskets that a model reads.
  ///
  /// - Throws: no column of times or baskets; times without a unit, if the model counts days.
  public func require(_ times: TimeReading, in schema: Schema) throws(Diagnostic) {
    let names = try resolved(in: schema)
    if times >= .baskets, names.time == nil, names.basket == nil || times == .days {
      throw .noRole("time", names: ColumnRoles.timeNames, schema)
    }
    guard times == .days, let time = names.time, let place = schema.index(of: time) else { return }
    if schema.fields[place].type.ticksPerDay == nil { throw .noDays(time, schema.fields[place].type) }
  }

  /// The names that were given or found in `schema`; weight, time and basket may stay nil.
  ///
  /// - Throws: a given name that the schema does not have; a user or item column that cannot be found.
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

/// Column roles whose names exist in a table.
struct ResolvedRoles: Sendable {
  let user: String
  let item: String
  let weight: String?
  let time: String?
  let basket: String?
}
