import Diagnostics
import Parallelism
import Tables

extension Executor {
  /// The groups of a source whose columns do not fit memory: run after run of its rows is grouped on its own, and what
  /// that gives is grouped again. nil where memory suffices, or an aggregate needs all rows of its group at once.
  ///
  /// - Complexity: memory for one run of rows and for the groups.
  mutating func streamedGroups(_ step: Step) throws(Diagnostic) -> Table? {
    guard case .aggregate(let input, let keys, let aggregates) = step, let scan = input.passedScan, scan.slice == nil,
      !scan.source.fitsMemory(scan.allColumns), let partial = try PartialAggregates(keys, aggregates)
    else { return nil }
    let start = ContinuousClock.now
    let stretches = scan.matchingStretches
    var groups: Table?
    var nullCount = 0
    var pages = PageCount()
    for batch in batches(of: stretches) {
      let pieces = try mapIndices(of: batch.count) { (index) throws(Diagnostic) in
        try scan.filtered(stretches[batch.lowerBound + index])
      }
      for piece in pieces {
        nullCount += piece.nullCount
        pages.add(piece.pages)
      }
      let rows = try scan.joined(pieces.map(\.columns), rowCount: pieces.reduce(0) { $0 + $1.rowCount })
      let own = try aggregate(passed(rows, through: input), keys: keys, partial.ofRows)
      if let before = groups {
        groups = try aggregate(concat([before, own]), keys: partial.keys, partial.ofGroups)
      } else {
        groups = own
      }
    }
    guard let groups else { return nil }
    for text in scan.source.notes { note(text) }
    noteRead(scan.read(stretches, pages))
    noteNullConditions(nullCount + scan.nullsSkipped)
    let table = try project(groups, partial.results)
    noteStage(step.summary + ", one run of rows after another", rows: table.rowCount, since: start)
    return table
  }

  /// The table that a scan's rows become on their way to the groups.
  private func passed(_ rows: Table, through step: Step) throws(Diagnostic) -> Table {
    guard case .project(let input, let columns) = step else { return rows }
    return try project(passed(rows, through: input), columns)
  }

  /// Neighbouring stretches with a few million rows together: work for all cores, and little memory.
  private func batches(of stretches: [Stretch]) -> [Range<Int>] {
    var batches: [Range<Int>] = []
    var rows = 0
    for (index, stretch) in stretches.enumerated() {
      if let last = batches.last, last.count < 64, rows < 1 << 22 {
        batches[batches.count - 1] = last.lowerBound..<index + 1
      } else {
        batches.append(index..<index + 1)
        rows = 0
      }
      rows += stretch.rows.count
    }
    return batches
  }
}

extension Step {
  /// The scan below steps that look at one row at a time.
  fileprivate var passedScan: Scan? {
    switch self {
    case .read(let scan): scan
    case .project(let input, let columns) where !columns.contains(where: \.expression.looksBeyondItsRow):
      input.passedScan
    default: nil
    }
  }
}

/// Aggregates taken apart into what is computed of runs of rows, how groups of several runs become one, and what
/// follows from that.
private struct PartialAggregates {
  /// Over the partial table: its first columns.
  private(set) var keys: [NamedExpression] = []
  private(set) var ofRows: [NamedExpression] = []
  private(set) var ofGroups: [NamedExpression] = []
  private(set) var results: [NamedExpression] = []

  /// nil where an aggregate cannot be taken apart.
  init?(_ keys: [NamedExpression], _ aggregates: [NamedExpression]) throws(Diagnostic) {
    for (index, key) in keys.enumerated() {
      self.keys.append(NamedExpression(key.name, .column(index, Field(key.name, key.expression.type))))
    }
    var calls = AggregateCalls(firstColumn: keys.count)
    let around = aggregates.map { NamedExpression($0.name, calls.extract($0.expression)) }
    var values = self.keys.map(\.expression)
    for call in calls.calls {
      guard case .aggregate(let function, let arguments) = call.node else { return nil }
      switch function.name {
      case "min", "max", "first", "last", "any", "all": values.append(add(call, merging: function))
      case "len", "count", "sum": values.append(try add(call, summing: call.type))
      case "mean":
        guard call.type == .f64, arguments.count == 1, arguments[0].type.isNumeric else { return nil }
        let number = BoundExpression(.cast(arguments[0], isTry: false), .f64)
        let sum = try add(BoundExpression(.aggregate(.sum, [number]), .f64), summing: .f64)
        let count = try add(BoundExpression(.aggregate(.count, arguments), .u32), summing: .f64)
        let mean = BoundExpression(.binary(.divide, sum, count), .f64)
        let isEmpty = BoundExpression(.binary(.equal, count, .constant(.float(0), .f64)), .bool)
        values.append(
          BoundExpression(.conditional(isEmpty, then: .constant(.null, .f64), otherwise: mean), .f64))
      default: return nil
      }
    }
    results = self.keys + around.map { NamedExpression($0.name, $0.expression.replacingColumns(by: values)) }
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
}
