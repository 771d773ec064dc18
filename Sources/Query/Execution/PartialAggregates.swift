import Diagnostics
import Tables

/// Aggregates divided for streaming: partial aggregates of row ranges, their merging by group, and the final results.
struct PartialAggregates {
  /// An aggregate of the distinct values of a group: it is computed from the distinct pairs of keys and value.
  struct DistinctCall {
    /// The value, as an expression over the rows.
    let argument: NamedExpression
    /// The aggregate, as an expression over the pairs.
    let ofPairs: NamedExpression
  }

  /// An order statistic of all rows: it is computed from the distinct values and their counts.
  struct CountedCall {
    let kind: Aggregate
    /// The type of the result.
    let type: DataType
    /// The value, as an expression over the rows.
    let argument: NamedExpression
    /// The value, as a column of the counts of several row ranges.
    let value: NamedExpression
    let countOfRows: NamedExpression
    let countOfParts: NamedExpression

    init(_ name: String, _ kind: Aggregate, of argument: BoundExpression, _ type: DataType) {
      self.kind = kind
      self.type = type
      self.argument = NamedExpression(name, argument)
      value = NamedExpression(name, .column(0, Field(name, argument.type)))
      let count = Field("\u{1}", DataType.i64)
      countOfRows = NamedExpression(
        count.name,
        BoundExpression(.cast(BoundExpression(.aggregate(.len, []), .u32), .strict), count.type))
      countOfParts = NamedExpression(
        count.name, BoundExpression(.aggregate(.sum, [.column(1, count)]), count.type))
    }
  }

  /// The keys as the first columns of the partial table.
  private(set) var keys: [NamedExpression] = []
  private(set) var ofRows: [NamedExpression] = []
  private(set) var ofGroups: [NamedExpression] = []
  private(set) var ofDistinct: [DistinctCall] = []
  private(set) var ofCounts: [CountedCall] = []
  /// The results, as expressions over the keys, the merged columns, and the columns of the distinct and the counted
  /// calls.
  private(set) var results: [NamedExpression] = []

  /// Nil if an aggregate cannot be divided.
  init?(_ keys: [NamedExpression], _ aggregates: [NamedExpression]) throws(Diagnostic) {
    for (index, key) in keys.enumerated() {
      self.keys.append(NamedExpression(key.name, .column(index, Field(key.name, key.expression.type))))
    }
    var calls = AggregateCalls(firstColumn: keys.count)
    let around = aggregates.map { NamedExpression($0.name, calls.extract($0.expression)) }
    var values = calls.calls
    let isCounted = calls.calls.map { keys.isEmpty && $0.orderStatistic != nil }
    for (index, call) in calls.calls.enumerated() where !call.isOfDistinctValues && !isCounted[index] {
      guard let merged = try merged(call) else { return nil }
      values[index] = merged
    }
    for (index, call) in calls.calls.enumerated() where call.isOfDistinctValues {
      values[index] = addDistinct(call)
    }
    for (index, call) in calls.calls.enumerated() where isCounted[index] { values[index] = addCounted(call) }
    values = self.keys.map(\.expression) + values
    results = self.keys + around.map { NamedExpression($0.name, $0.expression.replacingColumns(by: values)) }
  }

  /// A call as an expression over the merged columns; nil if it cannot be merged.
  private mutating func merged(_ call: BoundExpression) throws(Diagnostic) -> BoundExpression? {
    guard case .aggregate(let function, let arguments) = call.node else { return nil }
    switch function.merging {
    case .byItself: return add(call, merging: function)
    case .bySum: return try add(call, summing: call.type)
    case .byCounts, nil: return nil
    case .byMoments(let moment):
      guard arguments[0].type.isNumeric || arguments[0].type == .bool else { return nil }
      let number = BoundExpression(.cast(arguments[0], .strict), .f64)
      let sum = try add(BoundExpression(.aggregate(.sum, [number]), .f64), summing: .f64)
      let count = try add(BoundExpression(.aggregate(.count, arguments), .u32), summing: .f64)
      if moment == .mean { return sum.divided(by: count, ifAbove: 0).as(call.type) }
      let one = BoundExpression.constant(.float(1), .f64)
      let squares = addSquares(of: number, sum: sum, count: count)
      let variance = squares.divided(by: BoundExpression(.binary(.subtract, count, one), .f64), ifAbove: 0)
      return moment == .variance
        ? variance.as(call.type) : BoundExpression(.call(.sqrt, [variance]), .f64).as(call.type)
    }
  }

  /// Adds a call that is computed for rows and merged by `function`; returns the merged column.
  private mutating func add(_ call: BoundExpression, merging function: Function) -> BoundExpression {
    let name = "\u{1}\(ofRows.count)"
    let column = BoundExpression.column(keys.count + ofRows.count, Field(name, call.type))
    ofRows.append(NamedExpression(name, call))
    ofGroups.append(NamedExpression(name, BoundExpression(.aggregate(function, [column]), call.type)))
    return column
  }

  /// Adds a call whose partial results are summed; returns the sum, converted to `type`.
  ///
  /// The partial results have the type of their sum from the first row range on, so that all partial tables have the
  /// same types.
  private mutating func add(_ call: BoundExpression, summing type: DataType) throws(Diagnostic) -> BoundExpression {
    let sumType = try Aggregate.sum.type(of: call.type)
    let wide = sumType == call.type ? call : BoundExpression(.cast(call, .strict), sumType)
    let sum = add(wide, merging: .sum)
    return type == sumType ? sum : BoundExpression(.cast(sum, .strict), type)
  }

  /// Adds Σ(x − mean)² of a number whose sum and count are already merged; returns the merged column.
  private mutating func addSquares(
    of number: BoundExpression, sum: BoundExpression, count: BoundExpression
  ) -> BoundExpression {
    let name = "\u{1}\(ofRows.count)"
    let column = BoundExpression.column(keys.count + ofRows.count, Field(name, .f64))
    ofRows.append(NamedExpression(name, BoundExpression(.aggregate(.squares, [number]), .f64)))
    ofGroups.append(
      NamedExpression(name, BoundExpression(.aggregate(.mergedSquares, [count, sum, column]), .f64)))
    return column
  }

  /// Adds an order statistic of all rows, after all merged and distinct columns; returns its column.
  private mutating func addCounted(_ call: BoundExpression) -> BoundExpression {
    guard case .aggregate(_, let arguments) = call.node, let kind = call.orderStatistic else { return call }
    let name = "\u{1}counted \(ofCounts.count)"
    ofCounts.append(CountedCall(name, kind, of: arguments[0], call.type))
    return .column(ofRows.count + ofDistinct.count + ofCounts.count - 1, Field(name, call.type))
  }

  /// Adds a call over distinct pairs, after all merged columns; returns its column.
  private mutating func addDistinct(_ call: BoundExpression) -> BoundExpression {
    guard case .aggregate(let function, let arguments) = call.node else { return call }
    let name = "\u{1}distinct \(ofDistinct.count)"
    let value = BoundExpression.column(keys.count, Field(name, arguments[0].type))
    ofDistinct.append(
      DistinctCall(
        argument: NamedExpression(name, arguments[0]),
        ofPairs: NamedExpression(name, BoundExpression(.aggregate(function, [value]), call.type))))
    return .column(keys.count + ofRows.count + ofDistinct.count - 1, Field(name, call.type))
  }
}

extension BoundExpression {
  /// Whether it is an aggregate that depends only on the distinct values of a group and their first-occurrence order.
  fileprivate var isOfDistinctValues: Bool {
    guard case .aggregate(let function, let arguments) = node, arguments.count == 1 else { return false }
    return function.traits.contains(.seesDistinctValues) && arguments[0].constantValue == nil
  }

  /// The order statistic that it computes; nil if it is none.
  fileprivate var orderStatistic: Aggregate? {
    guard case .aggregate(let function, let arguments) = node, let argument = arguments.first,
      argument.constantValue == nil, !argument.type.isNested
    else { return nil }
    guard case .byCounts(let statistic) = function.merging else { return nil }
    return statistic(arguments)
  }

  /// The quotient; null if the divisor is not greater than `least`.
  fileprivate func divided(by divisor: BoundExpression, ifAbove least: Double) -> BoundExpression {
    let quotient = BoundExpression(.binary(.divide, self, divisor), .f64)
    let isAbove = BoundExpression(.binary(.greater, divisor, .constant(.float(least), .f64)), .bool)
    return BoundExpression(.conditional(isAbove, then: quotient, otherwise: .constant(.null, .f64)), .f64)
  }

  fileprivate func `as`(_ type: DataType) -> BoundExpression {
    type == self.type ? self : BoundExpression(.cast(self, .strict), type)
  }
}
