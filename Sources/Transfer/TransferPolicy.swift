/// How patient transfers are.
package struct TransferPolicy: Sendable {
  /// How often a request is made that brings nothing, the first time included.
  package var attempts = 5
  /// The pause before the second attempt; each further one is twice as long.
  package var firstPause = Duration.milliseconds(250)
  package var longestPause = Duration.seconds(8)
  /// A server that asks for a longer pause is not waited for.
  package var longestWish = 60
  /// How long a connection may take.
  package var connectSeconds = 20
  /// How long a connection may stay without a byte.
  package var stallSeconds = 60
  /// How many requests run at once.
  package var parallel = 6

  package init() {}

  /// The policy of transfers started here.
  @TaskLocal package static var current = TransferPolicy()

  /// An answer that may be another one when it is asked for again.
  package static let passingStatuses: Set<Int> = [408, 425, 429, 500, 502, 503, 504]

  /// The pause after some attempts that failed; nil where it is time to give up.
  package func pause(after attempts: Int, wish: Int? = nil) -> Duration? {
    guard attempts < self.attempts else { return nil }
    if let wish, wish > longestWish { return nil }
    let doubled = firstPause * (1 << min(20, max(0, attempts - 1)))
    let pause = min(doubled, longestPause)
    // Who waits for nothing, as tests do, does not wait for a server either.
    guard let wish, wish > 0, firstPause > .zero else { return pause }
    return max(pause, .seconds(wish))
  }
}
