extension OptimizerRule {
  /// Merges two consecutive sorts into one sort by the keys of both, because sorting is stable.
  static let sortMerging = OptimizerRule("sort merging") { step in
    if case .sort(let input, let keys) = step { input.sorted(by: keys) } else { step }
  }
}

extension Plan {
  /// The keys of the later sort are more significant.
  fileprivate func sorted(by keys: [BoundSortKey]) -> Plan {
    guard case .sort(let input, let earlier) = self, !keys.contains(where: \.expression.looksBeyondItsRow) else {
      return .sort(self, keys)
    }
    return .sort(input, keys + earlier)
  }
}
