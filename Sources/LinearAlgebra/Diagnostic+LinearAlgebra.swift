public import Diagnostics

extension Diagnostic {
  static func noBLAS(_ reason: String) -> Diagnostic {
    Diagnostic(
      "OpenBLAS cannot be loaded, and this model needs it", hint: "sudo apt-get install libopenblas0-pthread",
      notes: [reason])
  }

  private static let notPositiveDefinite = "the matrix is not positive definite in single precision"

  /// For whoever knows what the matrix stands for to replace by better words.
  static func notPositiveDefinite(row: Int) -> Diagnostic {
    Diagnostic(notPositiveDefinite, notes: ["found in row \(row)"])
  }

  public var isNotPositiveDefinite: Bool { message == Diagnostic.notPositiveDefinite }
}
