public import Diagnostics

/// A listener to whom a fit shows each of its named steps as soon as it is done; the fit waits until it returns.
public struct Walk {
  let show: (StepReport) throws(Diagnostic) -> Void

  public init(_ show: @escaping (StepReport) throws(Diagnostic) -> Void) { self.show = show }
}

/// One step of a fit: what was computed and what came out.
public struct StepReport: Sendable {
  /// The top left corner of a matrix.
  public struct Corner: Sendable {
    /// The letter it has in the formula.
    public var name: String
    public var rowCount: Int
    public var columnCount: Int
    public var rows: [[Double]]

    public init(_ name: String, rowCount: Int, columnCount: Int, size: Int = 5, _ value: (Int, Int) -> Double) {
      self.name = name
      self.rowCount = rowCount
      self.columnCount = columnCount
      rows = (0..<min(size, rowCount)).map { row in (0..<min(size, columnCount)).map { value(row, $0) } }
    }
  }

  /// From 1, of `total`.
  public var number: Int
  public var total: Int
  public var title: String
  /// In Unicode: `G = XᵀX + λI`.
  public var formula: String
  /// What the letters are and how large: `X is 10_218 users × 16_539 items`.
  public var shapes: [String]
  public var seconds: Double
  public var corners: [Corner]
  /// What to look at, a sentence or two.
  public var lookAt: String
}

/// A duration as the number of seconds.
func seconds(_ duration: Duration) -> Double {
  let (seconds, attoseconds) = duration.components
  return Double(seconds) + Double(attoseconds) * 1e-18
}
