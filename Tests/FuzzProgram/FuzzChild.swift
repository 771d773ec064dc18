import Foundation
import Fuzzing
import Generators

/// Tries the inputs of some lives in a process of its own, with little memory and without a terminal.
struct FuzzChild {
  let kind: FuzzKind
  let lives: Range<Int>
  let trace: String
  let seed: UInt64
  let showsRefusals: Bool

  init(_ child: (kind: FuzzKind, lives: Range<Int>, trace: String), _ options: FuzzOptions) {
    (kind, lives, trace) = child
    seed = options.seed
    showsRefusals = options.showsRefusals
  }

  /// The bytes that a child may write to: enough for any input, too little for what grows without end.
  private static let memory: rlim_t = 3 << 30

  /// Its exit status: 1 where something was wrong, which it has said.
  func run() throws -> Int32 {
    var limit = rlimit(rlim_cur: Self.memory, rlim_max: Self.memory)
    setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit)
    var core = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
    let probe = Probe(scratch: try ScratchFolder(), trace: FuzzTrace.Writer(path: trace))
    chdir(probe.scratch.path)
    for life in lives {
      try kind.live(life, seed: seed, probe)
      for fault in probe.takeFaults() { say("\(kind.name), life \(fault.life): \(fault.what)\n\(fault.input)\n") }
    }
    probe.finish()
    if showsRefusals {
      for (message, count) in probe.refusals.sorted(by: { $0.value > $1.value }).prefix(40) {
        say("\(count)  \(message)")
      }
    }
    return probe.hasFound ? 1 : 0
  }
}
