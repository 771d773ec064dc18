import Foundation
import Fuzzing
import Generators
import Testing

/// A few lives of every kind of input, the same in every run: nothing traps, hangs, blames us or prints what a terminal
/// acts on. `make fuzz` goes on for as long as one likes.
@Suite struct FuzzingTests {
  /// Lives that take a second or two in a release build.
  private static let lives: [String: Int] = ["statements": 12, "files": 12, "models": 6, "sessions": 6, "keys": 3]

  @Test(arguments: FuzzKind.all.map(\.name)) func nothingBreaksIt(_ name: String) throws {
    let kind = try #require(FuzzKind.all.first { $0.name == name })
    let probe = Probe(scratch: try ScratchFolder())
    #if DEBUG
    let lives = 1
    #else
    let lives = try #require(Self.lives[name])
    #endif
    for life in 0..<lives { try kind.live(life, seed: 20_240_721, probe) }
    let shown = probe.faults.prefix(5).map { "\($0.what)\n\($0.input.prefix(500))" }.joined(separator: "\n\n")
    #expect(probe.faults.isEmpty, "\(probe.faults.count) faults:\n\(shown)")
    // What is only ever refused tries little.
    #expect(probe.values * 8 > probe.inputs, "\(probe.values) of \(probe.inputs) gave a value")
  }
}
