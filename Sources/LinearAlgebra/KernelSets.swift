import CNumerics
public import Diagnostics

/// The sets of numeric kernels: one source that is compiled for several kinds of CPU.
///
/// All sets give results with the same bits. The choice changes the speed only, and may change during a computation.
public enum KernelSets {
  /// The name of the set in use: the fastest that the CPU can run, or the one that LECTERN_KERNELS names.
  public static var current: String { String(cString: kernel_set_name()) }

  /// The names of the sets that this CPU can run, the fastest first.
  public static var available: [String] {
    var names: [String] = []
    while let name = kernel_set_available(Int32(names.count)) { names.append(String(cString: name)) }
    return names
  }

  /// Switches the whole process to a set.
  ///
  /// - Throws: a name that this CPU has no kernels for.
  public static func use(_ name: String) throws(Diagnostic) {
    guard kernel_set_use(name) else { throw .noKernels(name) }
  }

  /// Throws if LECTERN_KERNELS names a set that this CPU cannot run.
  public static func check() throws(Diagnostic) {
    if let name = kernel_set_refused() { throw .noKernels(String(cString: name)) }
  }
}
