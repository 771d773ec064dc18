import LinearAlgebra
import Parallelism

/// The version that `--version` prints.
let version = "0.1.0"

/// What `--version --verbose` prints: also what the program makes of this machine. The numbers do not depend on it.
func verboseVersion() -> String {
  """
  lectern \(version)
  numeric kernels: \(KernelSets.current) (this CPU can run \(KernelSets.available.joined(separator: ", ")))
  cores: \(Cores.available)
  """
}
