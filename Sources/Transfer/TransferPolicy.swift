/// Timeouts and retries of transfers.
package struct TransferPolicy: Sendable {
  /// The maximum number of attempts in a row without progress, including the first.
  package var attempts = 5
  /// The pause before the second attempt. It doubles with every further attempt.
  package var firstPause = Duration.milliseconds(250)
  package var longestPause = Duration.seconds(8)
  /// The longest `Retry-After` in seconds that is obeyed. If a server asks for more, the transfer fails.
  package var longestWish = 60
  /// The timeout for connecting.
  package var connectSeconds = 20
  /// The timeout for a whole request in milliseconds; 0 means none.
  package var milliseconds = 0
  /// The timeout for a connection that receives no bytes; 0 means none.
  package var stallSeconds = 60
  /// The number of simultaneous requests.
  package var parallel = 6

  package init() {}

  /// The policy of transfers in the current task.
  @TaskLocal package static var current = TransferPolicy()

  /// Statuses that may be temporary, so that a retry makes sense.
  package static let passingStatuses: Set<Int> = [408, 425, 429, 500, 502, 503, 504]

  /// Returns the pause after a number of failed attempts; nil means to give up.
  package func pause(after attempts: Int, wish: Int? = nil) -> Duration? {
    guard attempts < self.attempts else { return nil }
    if let wish, wish > longestWish { return nil }
    let doubled = firstPause * (1 << min(20, max(0, attempts - 1)))
    let pause = min(doubled, longestPause)
    // With a pause of zero, as in tests, `Retry-After` is ignored too.
    guard let wish, wish > 0, firstPause > .zero else { return pause }
    return max(pause, .seconds(wish))
  }
}
