import Parallelism

/// A clock for `WallClock.current` that moves by a tick whenever it is read, or when it is told to.
final class ManualClock: Sendable {
  private let time = Mutex(Duration.zero)
  private let tick: Duration

  init(tick: Duration = .zero) { self.tick = tick }

  var now: @Sendable () -> Duration {
    {
      self.time.withLock { time in
        time += self.tick
        return time
      }
    }
  }

  func advance(by duration: Duration) { time.withLock { $0 += duration } }
}
