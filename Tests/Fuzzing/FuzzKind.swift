import Diagnostics
import Generators
import Notebook
import Parallelism

/// A kind of input for fuzzing.
///
/// Inputs are grouped into lives. A life depends only on the seed and its number; it tries some inputs one after
/// another, and ends. So each life can be repeated by itself, and a process that crashes loses only the current life.
public struct FuzzKind: Sendable {
  public let name: String
  public let summary: String
  /// About how many inputs a life tries.
  public let inputsPerLife: Int
  let live: @Sendable (_ random: inout SplitMix, _ probe: Probe) throws -> Void

  /// All kinds, in the order in which they are tried.
  public static let all: [FuzzKind] = [.statements, .files, .models, .sessions, .keys]

  /// Runs one life.
  ///
  /// - Throws: errors of the fuzzer itself, such as a folder that cannot be written.
  public func live(_ life: Int, seed: UInt64, _ probe: Probe) throws {
    probe.life = life
    let series = name.utf8.reduce(UInt64(0)) { $0 &* 31 &+ UInt64($1) }
    var random = SplitMix(seed: seed, series, UInt64(life))
    try live(&random, probe)
  }
}

/// Runs small work with a limit: it is cancelled at its 4,000th check for cancellation. Unlike a time limit, this does
/// not depend on the speed of the machine.
func bounded<Result>(_ body: () throws(Diagnostic) -> Result) throws(Diagnostic) -> Result {
  try Cancellation.$current.withValue(Cancellation(requestedAtCheck: 4_000)) {
    Swift.Result { () throws(Diagnostic) in try body() }
  }.get()
}
