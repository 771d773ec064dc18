import Diagnostics
import Formats
import Foundation
import Parallelism
import Tables
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Files with bytes changed at random: none may trap, hang or take more memory than it is worth.
///
/// `LECTERN_FUZZ=100000` runs that many rounds instead of the few of a normal test.
@Suite struct MutationTests {
  private static let rounds = ProcessInfo.processInfo.environment["LECTERN_FUZZ"].flatMap { Int($0) } ?? 600
  private static let isLong = rounds > 5000

  /// Steele, Lea and Flood's SplitMix64: the same mutations in every run.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
      return z ^ z >> 31
    }
  }

  private func mutated(_ seed: [UInt8], _ generator: inout Generator) -> [UInt8] {
    var bytes = seed
    for _ in 0...Int.random(in: 0..<4, using: &generator) where bytes.count > 16 {
      let index = Int.random(in: 0..<bytes.count, using: &generator)
      // Half of the changes hit the footer, where all promises are.
      let place = Bool.random(using: &generator) ? index : max(0, bytes.count - 1 - index % min(bytes.count, 3000))
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: bytes[place] = 0xFF
      case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1..<8, using: &generator)))
      default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
      }
    }
    return bytes
  }

  /// The largest the process has been, in bytes.
  private func peakMemory() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) << 10
  }

  private func expectNoTrap(_ seeds: [(name: String, bytes: [UInt8])]) throws {
    let scratch = try ScratchFolder()
    var generator = Generator(state: 20_240_721)
    for round in 0..<MutationTests.rounds {
      let seed = seeds[round % seeds.count]
      let bytes = mutated(seed.bytes, &generator)
      let path = try scratch.write("mutated", bytes)
      // Of a few kilobytes nobody has to work on for long: after so many checks it is interrupted.
      let work = Cancellation(requestedAtCheck: 20_000)
      do throws(Diagnostic) {
        let table = try Cancellation.$current.withValue(work) { Result { () throws(Diagnostic) in try read(path) } }
          .get()
        _ = table.rowCount > 0 ? table.row(table.rowCount - 1) : []
      } catch {
        #expect(error.kind == .error, "round \(round) of \(seed.name): \(error)")
      }
    }
    if MutationTests.isLong {
      let peak = peakMemory()
      print("\(MutationTests.rounds) mutated files of \(seeds.count) kinds; peak RSS of the process \(peak >> 20) MB")
      #expect(peak < 1 << 30)
    }
  }

  @Test func `mutated Parquet files are read or refused`() throws {
    try expectNoTrap(
      try ReferenceFiles.names(in: ReferenceFiles.fixtures, ending: ".parquet").map { name in
        (name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: ReferenceFiles.fixtures + "/" + name))))
      })
  }

  @Test func `mutated text files are read or refused`() throws {
    let texts = [
      "user_id,product_id,date\n1,20,2024-03-01\n22,,2024-03-02\n3,\"4\",\"\"\n",
      "a\tb\n1.5\tx\n\t\"quoted \"\"text\"\"\"\n", "1::2::3\n4::5::6\n", "user_id:token\tage:float\n1\t2\n",
      "{\"a\": 1, \"b\": [1, 2.5, null], \"c\": {\"d\": \"x\\u0041\"}}\n{\"a\": null, \"b\": []}\n",
    ]
    try expectNoTrap(texts.map { ("text", Array($0.utf8)) })
  }

  @Test(arguments: ["gz", "zst"]) func `mutated compressed files are read or refused`(_ ending: String) throws {
    let scratch = try ScratchFolder()
    let rows = 2000
    let table = Table([
      ("id", Column((0..<rows).map { ($0 &* 7919) % 1009 })), ("name", Column((0..<rows).map { "n,\"\($0 % 17)\"" })),
    ])
    try expectNoTrap(
      try ["csv", "tsv", "ndjson"].map { format in
        let path = scratch.file("seed.\(format).\(ending)")
        _ = try saveTable(table, to: path)
        return (format + " in " + ending, [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
      })
  }

  @Test func `nesting that would overflow the stack is refused`() throws {
    let scratch = try ScratchFolder()
    for (opening, closing) in [("[", "]"), ("{\"a\":", "}")] {
      let depth = 200_000
      let value = String(repeating: opening, count: depth) + "1" + String(repeating: closing, count: depth)
      let path = try scratch.write("deep.ndjson", "{\"a\": \(value)}\n")
      #expect(throws: Diagnostic.self) { try read(path) }
    }
  }
}
