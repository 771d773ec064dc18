import Diagnostics
import Formats
import Foundation
import Generators
import Parallelism
import Tables
import Testing

/// Files with bytes changed at random: none may trap or hang. `make fuzz` goes on for longer, with more seeds.
@Suite struct MutationTests {
  private static let rounds = 600

  private func expectNoTrap(_ seeds: [(name: String, bytes: [UInt8])]) throws {
    let scratch = try ScratchFolder()
    var generator = SplitMix(state: 20_240_721)
    for round in 0..<MutationTests.rounds {
      let seed = seeds[round % seeds.count]
      let bytes = generator.mutated(seed.bytes)
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
  }

  @Test func `mutated Parquet files are read or refused`() throws {
    try expectNoTrap(
      try ReferenceFiles.names(in: ReferenceFiles.fixtures, ending: ".parquet").map { name in
        (name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: ReferenceFiles.fixtures + "/" + name))))
      })
  }

  @Test func `mutated Arrow files are read or refused`() throws {
    try expectNoTrap(
      try ArrowReadingTests.names.map { name in
        (name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: ArrowReadingTests.folder + "/" + name))))
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
