import Diagnostics

extension Diagnostic {
  /// A scale that the simulation does not do.
  static func scaleOutOfRange(_ scale: Double, _ range: ClosedRange<Double>) -> Diagnostic {
    Diagnostic(
      "the scale is \(scale), it must be from \(range.lowerBound) to \(range.upperBound)",
      hint: "`--scale 0.01` makes the seminar's slice, `--scale 1` tables of 19M and 8M rows")
  }
}
