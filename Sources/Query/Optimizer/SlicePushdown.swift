extension OptimizerRule {
  /// Moves `head` and `slice` below projections, so that expressions are computed only for the remaining rows.
  static let slicePushdown = OptimizerRule("slice pushdown") { step in
    if case .slice(let input, let offset, let count) = step { input.sliced(offset: offset, count: count) } else { step }
  }
}

extension Plan {
  fileprivate func sliced(offset: Int, count: Int?) -> Plan {
    switch self {
    case .project(let input, let columns) where !columns.contains(where: \.expression.looksBeyondItsRow):
      return .project(input.sliced(offset: offset, count: count), columns)
    case .concatenate(let inputs):
      guard offset >= 0, let count, count <= Int.max - offset else { break }
      let leading = inputs.map { $0.sliced(offset: 0, count: offset + count) }
      return .slice(.concatenate(leading), offset: offset, count: count)
    default: break
    }
    return .slice(self, offset: offset, count: count)
  }
}
