import Experiments
import Foundation
import Generators
import Testing

/// One file a metric or split, each in its registry.
@Suite struct RegistryTests {
  private func files(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: Checkout.path("Sources/Experiments/\(folder)"))
  }

  @Test func everyMetricIsRegisteredOnce() throws {
    #expect(try files(in: "Metrics/Definitions").count == Metrics.all.count)
    let names = Metrics.all.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
    for metric in Metrics.all { #expect(!metric.formula.isEmpty && !metric.edges.isEmpty) }
    // A metric of lists says what an empty list gives, and what a user without held-out items does.
    for metric in Metrics.all where metric.needs != .ratings {
      let isSaid = metric.edges.contains("held-out items") || metric.edges.contains("who took nothing")
      #expect(metric.edges.contains("list") && isSaid, "\(metric.name)")
    }
  }

  @Test func everySplitIsRegisteredOnce() throws {
    #expect(try files(in: "Splits/Definitions").count == Splits.all.count)
    #expect(Set(Splits.all.map(\.name)).count == Splits.all.count)
  }
}
