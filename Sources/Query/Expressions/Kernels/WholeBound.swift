import Tables

// A constant beside whole numbers, and beside what is kept as such: decimals without their point, days, ticks.

extension BinaryOperator {
  /// How a number is to be compared with the one next to what it is meant to be compared with: `x < 5.5` is `x <= 5`.
  ///
  /// - Parameter side: below, at or above zero as the neighbour lies below the wanted number, is it, or lies above it.
  func beside(_ side: Int) -> BinaryOperator {
    switch self {
    case .less, .lessOrEqual: side == 0 ? self : side < 0 ? .lessOrEqual : .less
    case .greater, .greaterOrEqual: side == 0 ? self : side < 0 ? .greater : .greaterOrEqual
    default: self
    }
  }
}

extension DataType {
  /// What one of the whole numbers that values are kept as stands for: `numerator` / 10^scale, in numbers or nanoseconds.
  var unitOfStorage: (numerator: Int128, scale: Int) {
    switch self {
    case .decimal(_, let scale): (1, scale)
    case .date: (86_400_000_000_000, 0)
    case .datetime(let unit), .duration(let unit): (Int128(1_000_000_000 / unit.ticksPerSecond), 0)
    default: (1, 0)
    }
  }
}

/// What comparing whole numbers with a constant comes to.
enum WholeBound: Equatable {
  case compare(BinaryOperator, Int128)
  /// The same for every number.
  case always(Bool)

  init(_ operation: BinaryOperator, _ value: Int128) { self = .compare(operation, value) }

  /// A constant between two whole numbers becomes the one below it.
  ///
  /// - Parameter unit: what the whole numbers count.
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
      // Closer to zero than anything that is kept, or zero.
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

  /// A floating constant beside whole numbers.
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
