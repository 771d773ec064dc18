/// The tick of a datetime or a duration.
public enum TimeUnit: String, Sendable, Hashable, CaseIterable {
  case milliseconds = "ms"
  case microseconds = "us"
  case nanoseconds = "ns"

  public var ticksPerSecond: Int64 {
    switch self {
    case .milliseconds: 1_000
    case .microseconds: 1_000_000
    case .nanoseconds: 1_000_000_000
    }
  }
}

extension TimeUnit {
  static func finer(_ left: TimeUnit, _ right: TimeUnit) -> TimeUnit {
    left.ticksPerSecond >= right.ticksPerSecond ? left : right
  }
}
