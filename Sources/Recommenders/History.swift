/// What each iteration of a fit measured.
public struct History: Sendable {
  public struct Iteration: Sendable {
    /// From 1, over all steps taken.
    public var number: Int
    public var loss: Double?
    public var seconds: Double
    /// One for each of `History.columns`.
    public var measured: [Double]

    public init(number: Int, loss: Double?, seconds: Double, measured: [Double] = []) {
      self.number = number
      self.loss = loss
      self.seconds = seconds
      self.measured = measured
    }
  }

  /// What the loss is, in words.
  public var lossMeaning: String
  /// The names of what else is measured.
  public var columns: [String]
  public var iterations: [Iteration]

  public init(lossMeaning: String = "", columns: [String] = [], iterations: [Iteration] = []) {
    self.lossMeaning = lossMeaning
    self.columns = columns
    self.iterations = iterations
  }
}
