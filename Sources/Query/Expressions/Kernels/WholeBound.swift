import Tables

// Comparisons of whole numbers with a constant; also of types stored as whole numbers: unscaled decimals, days, ticks.

extension BinaryOperator {
  /// The operator after a bound is replaced by a neighbouring number: `x < 5.5` becomes `x <= 5`.
  ///
  /// - Parameter side: negative, zero or positive if the neighbour is less than, equal to or greater than the bound.
  func beside(_ side: Int) -> BinaryOperator {
    switch self {
    case .less, .lessOrEqual: side == 0 ? self : side < 0 ? .lessOrEqual : .less
    case .greater, .greaterOrEqual: side == 0 ? self : side < 0 ? .greater : .greaterOrEqual
    default: self
    }
  }
}

extension DataType {
  /// The value of one stored unit: `numerator` / 10^scale, as a number or in nanoseconds.
  var unitOfStorage: (numerator: Int128, scale: Int) {
    switch self {
    case .decimal(_, let scale): (1, scale)
    case .date: (86_400_000_000_000, 0)
    case .datetime(let unit), .zoned(let unit, _), .duration(let unit):
      (Int128(1_000_000_000 / unit.ticksPerSecond), 0)
    default: (1, 0)
    }
  }
}

/// A comparison of whole numbers with a constant, reduced to a whole bound.
enum WholeBound: Equatable {
  case compare(BinaryOperator, Int128)
  /// The same result for every number.
  case always(Bool)

  init(_ operation: BinaryOperator, _ value: Int128) { self = .compare(operation, value) }

  /// Reduces a constant between two whole numbers to the lower one.
  ///
  /// - Parameter unit: the value of one stored unit.
  init(_ operation: BinaryOperator, _ number: ExactNumber, unit: (numerator: Int128, scale: Int)) {
    let isUpwards = [.notEqual, .less, .lessOrEqual].contains(operation)
    let isDownwards = [.notEqual, .greater, .greaterOrEqual].contains(operation)
    guard case .finite(let unscaled, let scale) = number else {
      if case .beyond(isNegative: true) = number { self = .always(isDownwards) } else { self = .always(isUpwards) }
      return
    }
    var (dividend, divisor) = (unscaled, unit.numerator)
    let digits = unit.scale - scale
    let factor = (0..<min(38, abs(digits))).reduce(Int128(1)) { power, _ in power * 10 }
    if digits >= 0 {
      let (scaled, overflow) = dividend.multipliedReportingOverflow(by: factor)
      if overflow {
        self = .always(unscaled < 0 ? isDownwards : isUpwards)
        return
      }
      dividend = scaled
    } else if digits >= -38 {
      divisor *= factor
    } else {
      // Zero, or closer to zero than every stored value except 0.
      (dividend, divisor) = (Int128(dividend.signum()), 2)
    }
    let floor = floorDivided(dividend, divisor)
    if floorRemainder(dividend, divisor) == 0 {
      self = .compare(operation, floor)
    } else {
      switch operation {
      case .equal: self = .always(false)
      case .notEqual: self = .always(true)
      default: self = .compare(operation.beside(-1), floor)
      }
    }
  }

  /// A comparison of whole numbers with a float.
  init(_ operation: BinaryOperator, _ value: Double) {
    let isBelowAll = value < -0x1p126
    if isBelowAll || value > 0x1p126 || value.isNaN {
      switch operation {
      case .equal: self = .always(false)
      case .notEqual: self = .always(true)
      case .less, .lessOrEqual: self = .always(!isBelowAll)
      default: self = .always(isBelowAll)
      }
      return
    }
    let floor = value.rounded(.down)
    if floor == value {
      self = .compare(operation, Int128(value))
      return
    }
    switch operation {
    case .equal: self = .always(false)
    case .notEqual: self = .always(true)
    case .less, .lessOrEqual: self = .compare(.lessOrEqual, Int128(floor))
    default: self = .compare(.greaterOrEqual, Int128(floor) + 1)
    }
  }
}
