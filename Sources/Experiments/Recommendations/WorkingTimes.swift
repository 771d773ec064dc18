import Parallelism

/// How long a model worked in this process: its fit, and the last table of users it served.
///
/// It is no part of the model, which is a value: two fits with the same arguments are equal, and their times are not.
public final class WorkingTimes: Sendable {
  /// The seconds of a recommendation and the number of users it was for.
  public struct Lists: Sendable, Equatable {
    public var seconds: Double
    public var users: Int

    public init(seconds: Double, users: Int) {
      self.seconds = seconds
      self.users = users
    }
  }

  /// The seconds of the fit, of all iterations; nil if the model came from a file.
  public let fitSeconds: Double?
  private let last = Mutex<Lists?>(nil)

  public init(fitSeconds: Double?) { self.fitSeconds = fitSeconds }

  /// The last recommendation to a table of users; nil if there was none.
  public var lists: Lists? { last.withLock { $0 } }

  func record(_ lists: Lists) { last.withLock { $0 = lists } }
}
