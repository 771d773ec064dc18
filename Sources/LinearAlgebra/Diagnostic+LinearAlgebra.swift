public import Diagnostics

extension Diagnostic {
  static func noKernels(_ name: String) -> Diagnostic {
    Diagnostic(
      "LECTERN_KERNELS names `\(name)`, which this CPU has no numeric kernels of",
      hint: "it has \(KernelSets.available.joined(separator: ", ")); without the variable the first is used")
  }

  private static let notPositiveDefinite = "the matrix is not positive definite in single precision"

  /// A caller that knows what the matrix stands for replaces this message with a better one.
  static func notPositiveDefinite(row: Int) -> Diagnostic {
    Diagnostic(notPositiveDefinite, notes: ["found in row \(row)"])
  }

  public var isNotPositiveDefinite: Bool { message == Diagnostic.notPositiveDefinite }
}
