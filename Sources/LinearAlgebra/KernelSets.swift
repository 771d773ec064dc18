import CNumerics
public import Diagnostics

/// The sets of numeric kernels: one source, compiled for several kinds of CPU.
///
/// All sets give the same bits, so which of them runs changes the speed alone, even in the middle of a computation.
public enum KernelSets {
  /// The set in use: the fastest that the CPU can run, or the one that LECTERN_KERNELS names.
  public static var current: String { String(cString: kernel_set_name()) }

  /// Those that this CPU can run, the fastest first.
  public static var available: [String] {
    var names: [String] = []
    while let name = kernel_set_available(Int32(names.count)) { names.append(String(cString: name)) }
    return names
  }

  /// Uses a set from now on, in the whole process.
  public static func use(_ name: String) throws(Diagnostic) {
    guard kernel_set_use(name) else { throw .noKernels(name) }
  }

  /// Complains of a name in LECTERN_KERNELS that this CPU cannot run.
  public static func check() throws(Diagnostic) {
    if let name = kernel_set_refused() { throw .noKernels(String(cString: name)) }
  }
}
