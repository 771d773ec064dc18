package import Diagnostics
package import Experiments
package import Query
package import Recommenders
import Tables

// How a remote table is counted: plans that run on its engine.

extension CountedRows {
  /// The plan that counts rows by user and item.
  package func pairs(over plan: Plan) throws(Diagnostic) -> Plan {
    let groups = try groups(of: plan)
    // Sorted as vocabularies are, so that what comes is the same in every run.
    return .sort(
      groups,
      try [userColumn, itemColumn].map { (name) throws(Diagnostic) in
        BoundSortKey(try .column(named: name, of: groups.schema), isDescending: false)
      })
  }

  private func groups(of plan: Plan) throws(Diagnostic) -> Plan {
    let schema = plan.schema
    var values = [NamedExpression(CountedRows.rows, try .call("len"))]
    if let name = weightColumn {
      var weight = try BoundExpression.column(named: name, of: schema)
      if weight.type.isFloat {
        // NaN is no weight.
        let none = BoundExpression.constant(.null, weight.type)
        weight = BoundExpression(
          .conditional(try .call("is_nan", weight), then: none, otherwise: weight), weight.type)
      }
      values.append(NamedExpression(CountedRows.known, try .call("count", weight)))
      if duplicates != .binary {
        values.append(
          NamedExpression(CountedRows.weight, try .call(duplicates == .max ? "max" : "sum", weight)))
      }
    }
    let keys = try [userColumn, itemColumn].map { (name) throws(Diagnostic) in try schema.named(name) }
    return .aggregate(plan, keys: keys, aggregates: values)
  }

  /// The plan of the pairs from which a model learns, with their value: those that have a user, an item and a weight.
  ///
  /// The columns are those of users and items, the value, and the number of rows that have a weight.
  package func cells(
    over plan: Plan, _ value: (BoundExpression) throws(Diagnostic) -> BoundExpression = { $0 }
  ) throws(Diagnostic) -> Plan {
    var cells = try groups(of: plan)
    let known = isWeighted ? CountedRows.known : CountedRows.rows
    let isThere = BoundExpression(
      .binary(
        .greater, try .column(named: known, of: cells.schema), .constant(.integer(0), cells.schema.fields[2].type)),
      .bool)
    cells = .filter(cells, isThere)
    for name in [userColumn, itemColumn] {
      let column = try BoundExpression.column(named: name, of: cells.schema)
      cells = .filter(cells, BoundExpression(.nullTest(column, isNegated: true), .bool))
    }
    var weight = BoundExpression.constant(.float(1), .f64)
    if duplicates == .sum || isWeighted, duplicates != .binary {
      let column = try BoundExpression.column(
        named: isWeighted ? CountedRows.weight : CountedRows.rows, of: cells.schema)
      weight = BoundExpression(.cast(column, .strict), .f64)
    }
    let schema = cells.schema
    return .project(
      cells,
      [
        try schema.named(userColumn), try schema.named(itemColumn),
        NamedExpression(CountedRows.weight, try value(weight)), try schema.named(known),
      ])
  }

  /// The plan of what popularity needs of each item: the number of its rows, the number of its users, the sum of its
  /// weights, and how many of them are negative.
  package func itemTotals(over plan: Plan) throws(Diagnostic) -> Plan {
    let cells = try cells(over: plan)
    func column(_ place: Int) -> BoundExpression { .column(place, cells.schema[place]) }
    let isNegative = BoundExpression(.binary(.less, column(2), .constant(.float(0), .f64)), .bool)
    let negative = BoundExpression(
      .conditional(isNegative, then: .constant(.integer(1), .i64), otherwise: .constant(.integer(0), .i64)), .i64)
    return .aggregate(
      cells, keys: [NamedExpression(itemColumn, column(1))],
      aggregates: [
        NamedExpression(CountedRows.rows, try .call("sum", column(3))),
        NamedExpression("·users", try .call("len")),
        NamedExpression(CountedRows.weight, try .call("sum", column(2))),
        NamedExpression("·negative", try .call("sum", negative)),
      ])
  }

  /// The plan of user numbers, item numbers and weights. Numbers are places in the ascending order of ids, as in a
  /// `Vocabulary`.
  func numbered(over plan: Plan) throws(Diagnostic) -> Plan {
    var cells = try cells(over: plan)
    for (place, name) in [userColumn, itemColumn].enumerated() {
      let ids = Plan.aggregate(cells, keys: [try cells.schema.named(name)], aggregates: [])
      let sorted = Plan.sort(ids, [BoundSortKey(try .column(named: name, of: ids.schema), isDescending: false)])
      let numbers = Plan.operation(sorted, NumberRows(input: ids.schema, column: "·number \(place)"))
      cells = .join(cells, numbers, JoinDescription(.inner, keys: [.init(left: place, right: 1)]))
    }
    return .project(
      cells,
      try ["·number 0", "·number 1", CountedRows.weight].map { (name) throws(Diagnostic) in
        try cells.schema.named(name)
      })
  }

  /// The plan of XᵀX: two items and the sum of the products of their weights, for pairs of items that a user has both.
  ///
  /// Each pair is there once, and an item with itself too.
  package func itemProducts(over plan: Plan, _ weights: InteractionWeights) throws(Diagnostic) -> Plan {
    let cells = try cells(over: plan) { (weight) throws(Diagnostic) in try weights.value(of: weight) }
    let schema = cells.schema
    let left = Plan.project(
      cells, [try schema.named(userColumn), try schema.named(itemColumn), try schema.named(CountedRows.weight)])
    let right = Plan.project(
      cells,
      [
        try schema.named(userColumn), try schema.named(itemColumn, as: "·other"),
        try schema.named(CountedRows.weight, as: "·other weight"),
      ])
    var pairs = Plan.join(left, right, JoinDescription(.inner, keys: [.init(left: 0, right: 0)]))
    func column(_ name: String) throws(Diagnostic) -> BoundExpression { try .column(named: name, of: pairs.schema) }
    pairs = .filter(
      pairs, BoundExpression(.binary(.lessOrEqual, try column(itemColumn), try column("·other")), .bool))
    let product = BoundExpression(
      .binary(.multiply, try column(CountedRows.weight), try column("·other weight")), .f64)
    return .aggregate(
      pairs,
      keys: [NamedExpression(itemColumn, try column(itemColumn)), NamedExpression("·other", try column("·other"))],
      aggregates: [NamedExpression("·sum", try .call("sum", product))])
  }
}

extension InteractionWeights {
  /// The value of an interaction in X, as an expression of its weight.
  fileprivate func value(of weight: BoundExpression) throws(Diagnostic) -> BoundExpression {
    switch self {
    case .counts: return weight
    case .binary: return .constant(.float(1), .f64)
    case .log:
      let isBelow = BoundExpression(.binary(.less, weight, .constant(.float(0), .f64)), .bool)
      let size = try BoundExpression.call("log1p", .call("abs", weight))
      return BoundExpression(.conditional(isBelow, then: BoundExpression(.negate(size), .f64), otherwise: size), .f64)
    }
  }
}

extension Schema {
  /// A column under its name, or under another one.
  fileprivate func named(_ name: String, as other: String? = nil) throws(Diagnostic) -> NamedExpression {
    NamedExpression(other ?? name, try .column(named: name, of: self))
  }
}
