import Diagnostics
import Tables

/// Aggregates taken apart into what is computed of runs of rows, how groups of several runs become one, and what
/// follows from that.
struct PartialAggregates {
  /// An aggregate of a group's distinct values, for which the distinct pairs of keys and value are all that counts.
  struct DistinctCall {
    /// The value, over the rows.
    let argument: NamedExpression
    /// The aggregate, over the pairs.
    let ofPairs: NamedExpression
  }

  /// Over the partial table: its first columns.
  private(set) var keys: [NamedExpression] = []
  private(set) var ofRows: [NamedExpression] = []
  private(set) var ofGroups: [NamedExpression] = []
  private(set) var ofDistinct: [DistinctCall] = []
  /// Over the keys, the merged columns and those of the distinct calls.
  private(set) var results: [NamedExpression] = []

  /// nil where an aggregate cannot be taken apart.
  init?(_ keys: [NamedExpression], _ aggregates: [NamedExpression]) throws(Diagnostic) {
    for (index, key) in keys.enumerated() {
      self.keys.append(NamedExpression(key.name, .column(index, Field(key.name, key.expression.type))))
    }
    var calls = AggregateCalls(firstColumn: keys.count)
    let around = aggregates.map { NamedExpression($0.name, calls.extract($0.expression)) }
    var values = calls.calls
    for (index, call) in calls.calls.enumerated() where !call.isOfDistinctValues {
      guard let merged = try merged(call) else { return nil }
      values[index] = merged
    }
    for (index, call) in calls.calls.enumerated() where call.isOfDistinctValues {
      values[index] = addDistinct(call)
    }
    values = self.keys.map(\.expression) + values
    results = self.keys + around.map { NamedExpression($0.name, $0.expression.replacingColumns(by: values)) }
  }

  /// A call over the merged columns.
  private mutating func merged(_ call: BoundExpression) throws(Diagnostic) -> BoundExpression? {
    guard case .aggregate(let function, let arguments) = call.node else { return nil }
    switch function.name {
    case "min", "max", "first", "last", "any", "all": return add(call, merging: function)
    case "len", "count", "sum": return try add(call, summing: call.type)
    case "mean":
      guard call.type == .f64, arguments.count == 1, arguments[0].type.isNumeric else { return nil }
      let number = BoundExpression(.cast(arguments[0], isTry: false), .f64)
      let sum = try add(BoundExpression(.aggregate(.sum, [number]), .f64), summing: .f64)
      let count = try add(BoundExpression(.aggregate(.count, arguments), .u32), summing: .f64)
      let mean = BoundExpression(.binary(.divide, sum, count), .f64)
      let isEmpty = BoundExpression(.binary(.equal, count, .constant(.float(0), .f64)), .bool)
      return BoundExpression(.conditional(isEmpty, then: .constant(.null, .f64), otherwise: mean), .f64)
    default: return nil
    }
  }

  /// Adds a call that is computed of rows and merged by `function`; the merged column.
  private mutating func add(_ call: BoundExpression, merging function: Function) -> BoundExpression {
    let name = "\u{1}\(ofRows.count)"
    let column = BoundExpression.column(keys.count + ofRows.count, Field(name, call.type))
    ofRows.append(NamedExpression(name, call))
    ofGroups.append(NamedExpression(name, BoundExpression(.aggregate(function, [column]), call.type)))
    return column
  }

  /// Adds a call whose groups' values are summed; the sum as another type.
  ///
  /// The sums of whole numbers have the type of the call's own sum from the first run on, so that runs can be joined.
  private mutating func add(_ call: BoundExpression, summing type: DataType) throws(Diagnostic) -> BoundExpression {
    let sumType = try Aggregate.sum.type(of: call.type)
    let wide = sumType == call.type ? call : BoundExpression(.cast(call, isTry: false), sumType)
    let sum = add(wide, merging: .sum)
    return type == sumType ? sum : BoundExpression(.cast(sum, isTry: false), type)
  }

  /// Adds a call over distinct pairs, when all merged columns are there; its column.
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
  /// Whether it is an aggregate that sees no more of a group than which values occur, and in which order first.
  fileprivate var isOfDistinctValues: Bool {
    guard case .aggregate(let function, let arguments) = node, arguments.count == 1 else { return false }
    return ["n_unique", "unique"].contains(function.name) && arguments[0].constantValue == nil
  }
}
