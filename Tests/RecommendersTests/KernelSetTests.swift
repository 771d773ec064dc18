import Diagnostics
import Foundation
import LinearAlgebra
import Parallelism
import Recommenders
import TestSupport
import Testing

/// Every model with every set of kernels: one file and one set of lists, on any CPU.
@Suite(.serialized) struct KernelSetTests {
  /// What `bytes` come to, FNV-1a.
  private func checksum(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0100_0000_01b3 }
  }

  /// The model's file and everybody's lists.
  private func bytes(_ candidate: Candidate) throws -> [UInt8] {
    let model = try candidate.fit(MadeUp.orders())
    var bytes: [UInt8] = []
    try ModelArchive(model).write { bytes += $0 }
    let lists = try model.recommend((0..<50).map { $0 }, RecommendationRequest(top: 20))
    for item in lists.items { withUnsafeBytes(of: item.littleEndian) { bytes += $0 } }
    for score in lists.scores { withUnsafeBytes(of: score.bitPattern.littleEndian) { bytes += $0 } }
    return bytes
  }

  @Test func everyModelIsTheSameOnEveryCPU() throws {
    let before = KernelSets.current
    defer { try? KernelSets.use(before) }
    var lines: [String] = []
    for candidate in candidates {
      var first: [UInt8]?
      for set in KernelSets.available {
        try KernelSets.use(set)
        let bytes = try bytes(candidate)
        #expect(first == nil || first == bytes, "\(candidate.testDescription) with \(set)")
        first = first ?? bytes
      }
      let hexadecimal = String(checksum(first ?? []), radix: 16)
      lines.append(
        "\(String(repeating: "0", count: 16 - hexadecimal.count))\(hexadecimal)  \(candidate.testDescription)")
    }
    try RecordedText("Tests/RecommendersTests/Fixtures/checksums.txt").expect(lines.joined(separator: "\n") + "\n")
  }
}
