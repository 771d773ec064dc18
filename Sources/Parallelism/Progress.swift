/// Where long work says how far it is. Whoever draws it installs a listener; without one, saying costs nothing.
public struct Progress: Sendable {
  /// A snapshot of some long work.
  public struct Snapshot: Sendable, Hashable {
    /// What runs: `EASE: Cholesky`, `iALS`.
    public var title: String
    /// Done so far, in `total` units.
    public var completed: Int
    public var total: Int
    /// What else is worth showing: a loss, a file name.
    public var detail: String

    public init(title: String, completed: Int, total: Int, detail: String = "") {
      self.title = title
      self.completed = completed
      self.total = total
      self.detail = detail
    }
  }

  private let listener: @Sendable (Snapshot) -> Void

  public init(_ listener: @escaping @Sendable (Snapshot) -> Void) { self.listener = listener }

  /// The listener that work started here reports to.
  @TaskLocal public static var current: Progress?

  /// What the loops started here are called, when they are to report themselves.
  @TaskLocal static var loopTitle: String?

  /// Runs work whose parallel loops report how many of their chunks are done, as `title`.
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
