package import Tables

/// Arrow's units of time.
package enum ArrowTimeUnit: Int, Sendable {
  case seconds = 0
  case milliseconds = 1
  case microseconds = 2
  case nanoseconds = 3

  package init(_ unit: TimeUnit) {
    switch unit {
    case .milliseconds: self = .milliseconds
    case .microseconds: self = .microseconds
    case .nanoseconds: self = .nanoseconds
    }
  }

  /// The unit of the table's column. Seconds become milliseconds.
  package var timeUnit: TimeUnit {
    switch self {
    case .seconds, .milliseconds: .milliseconds
    case .microseconds: .microseconds
    case .nanoseconds: .nanoseconds
    }
  }

  /// The number of the table's ticks in one tick of this unit.
  var factor: Int64 { self == .seconds ? 1_000 : 1 }

  /// The number of nanoseconds in one tick.
  var nanoseconds: Int64 {
    switch self {
    case .seconds: 1_000_000_000
    case .milliseconds: 1_000_000
    case .microseconds: 1_000
    case .nanoseconds: 1
    }
  }
}
