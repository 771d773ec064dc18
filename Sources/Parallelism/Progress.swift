/// Progress reports of long work. The code that draws them installs a listener; without one, a report costs nothing.
public struct Progress: Sendable {
  /// How far a piece of work is.
  public struct Snapshot: Sendable, Hashable {
    /// What runs: `EASE: Cholesky`, `iALS`.
    public var title: String
    /// How many of the `total` units are done.
    public var completed: Int
    public var total: Int
    /// More to show: a loss, a file name.
    public var detail: String

    public init(title: String, completed: Int, total: Int, detail: String = "") {
      self.title = title
      self.completed = completed
      self.total = total
      self.detail = detail
    }
  }

  private let listener: @Sendable (Snapshot) -> Void

  /// - Parameter listener: is called on the thread that reports; several threads may call it at the same time.
  public init(_ listener: @escaping @Sendable (Snapshot) -> Void) { self.listener = listener }

  /// The listener to which work started in this task reports.
  @TaskLocal public static var current: Progress?

  /// The title under which the parallel loops of this task report their progress; nil if they do not.
  @TaskLocal static var loopTitle: String?

  /// Runs `work`; its parallel loops report under `title` how many of their chunks are done.
  public static func ofLoops<Result, Failure: Error>(
    _ title: String, _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try $loopTitle.withValue(title) { Swift.Result { () throws(Failure) in try work() } }.get()
  }

  public func report(_ snapshot: Snapshot) { listener(snapshot) }

  /// Reports to the current listener, if there is one.
  public static func report(_ title: String, _ completed: Int, of total: Int, detail: String = "") {
    current?.report(Snapshot(title: title, completed: completed, total: total, detail: detail))
  }
}
