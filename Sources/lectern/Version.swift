import LinearAlgebra
import Parallelism

/// The version that `--version` prints.
let version = "0.1.0"

/// The text of `--version --verbose`: also the kernels and cores in use. Results do not depend on them.
func verboseVersion() -> String {
  """
  lectern \(version)
  numeric kernels: \(KernelSets.current) (this CPU can run \(KernelSets.available.joined(separator: ", ")))
  cores: \(Cores.available)
  """
}
