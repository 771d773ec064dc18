import Tables

/// A frame by its definition: every row of the group is asked whether it belongs.
enum NaiveFrame: CaseIterable {
  case lastTwo, neighbours, twoBefore, nextOne, running, near, around

  /// How it is written.
  var text: String {
    switch self {
    case .lastTwo: "rows 2"
    case .neighbours: "rows 1 before 1 after"
    case .twoBefore: "rows 2 before"
    case .nextOne: "rows 1 after"
    case .running: "running"
    case .near: "range 1"
    case .around: "range 1 before 2 after"
    }
  }

  var measures: Bool { self == .near || self == .around }

  /// The places of the rows beside the one at `place`, of keys in their order.
  func rows(around place: Int, of keys: [Value], _ isDescending: Bool) throws -> [Int] {
    try keys.indices.filter { other in
      switch self {
      case .lastTwo: other == place || other == place - 1
      case .neighbours: abs(other - place) <= 1
      case .twoBefore: other <= place && other >= place - 2
      case .nextOne: other == place || other == place + 1
      case .running: other <= place
      case .near: try isNear(keys[other], keys[place], isDescending, before: 1, after: 0)
      case .around: try isNear(keys[other], keys[place], isDescending, before: 1, after: 2)
      }
    }
  }

  private func isNear(
    _ other: Value, _ own: Value, _ isDescending: Bool, before: Int128, after: Int128
  ) throws -> Bool {
    if own.isMissing || other.isMissing { return own == other }
    let sign: Int128 = isDescending ? -1 : 1
    switch (own, other) {
    case (.integer(let a), .integer(let b)):
      return sign * b >= sign * a - before && sign * b <= sign * a + after
    case (.date(let a), .date(let b)):
      return sign * Int128(b) >= sign * Int128(a) - before && sign * Int128(b) <= sign * Int128(a) + after
    case (.decimal(let a, let scale), .decimal(let b, _)):
      let unit = (0..<scale).reduce(Int128(1)) { unit, _ in unit * 10 }
      guard unit < 1 << 100, a.magnitude < 1 << 120, b.magnitude < 1 << 120 else {
        throw NaiveFailure.unknown(.frames)
      }
      return sign * b >= sign * a - before * unit && sign * b <= sign * a + after * unit
    case (.float(let a), .float(let b)):
      let direction = isDescending ? -1.0 : 1.0
      return direction * b >= direction * a - Double(before) && direction * b <= direction * a + Double(after)
    default: throw NaiveFailure.types
    }
  }
}
