import Diagnostics
import Generators
import Notebook
import Parallelism

/// A kind of input that Lectern is tried with.
///
/// Inputs come in lives: one begins from nothing but its number and the seed, tries some inputs one after another, and
/// ends. So each can be tried again by itself, and a process that dies costs no more than the life it died in.
public struct FuzzKind: Sendable {
  public let name: String
  public let summary: String
  /// How many inputs a life tries, about.
  public let inputsPerLife: Int
  let live: @Sendable (_ random: inout SplitMix, _ probe: Probe) throws -> Void

  /// All of them, in the order they are tried.
  public static let all: [FuzzKind] = [.statements, .files, .models, .sessions, .keys]

  /// Lives one life.
  ///
  /// - Throws: what the fuzzer itself could not do: a folder that cannot be written.
  public func live(_ life: Int, seed: UInt64, _ probe: Probe) throws {
    probe.life = life
    let series = name.utf8.reduce(UInt64(0)) { $0 &* 31 &+ UInt64($1) }
    var random = SplitMix(seed: seed, series, UInt64(life))
    try live(&random, probe)
  }
}

/// Runs work as small as what a fuzzer tries: a cancellation at a number of checks stops what goes on for too long,
/// wherever and however fast it runs.
func bounded<Result>(_ body: () throws(Diagnostic) -> Result) throws(Diagnostic) -> Result {
  try Cancellation.$current.withValue(Cancellation(requestedAtCheck: 4_000)) {
    Swift.Result { () throws(Diagnostic) in try body() }
  }.get()
}
