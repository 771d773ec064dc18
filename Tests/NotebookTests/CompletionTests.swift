import Foundation
import Notebook
import Testing

/// What TAB offers comes from planning: nothing that stands in the line is read, fitted or written for it.
@Suite struct CompletionTests {
  private func candidates(_ session: Session, _ line: String) -> [String] {
    session.completions(in: line, at: line.utf8.count).candidates.map(\.text)
  }

  /// Pipelines in parentheses hold what works on files and models: the line runs it, TAB does not.
  @Test(arguments: [
    "train | join (train | save \"FILE\") on user_id | filter ",
    "train | concat (products | plot bar x=brand save=\"FILE\") | filter ",
    "train | semi_join ((train | save \"FILE\") | head 3) on user_id | filter ",
    "train | join (train | fit Baseline epochs=100000) on user_id | filter ",
    "train | join (train | fit iALS iterations=100000 | recommend top=3) on user_id | filter ",
    "train | join (products | pivot rows=product_id columns=brand) on product_id | filter ",
  ])
  func nothingInTheLineIsRun(_ line: String) {
    let file = FileManager.default.temporaryDirectory.appending(path: "lectern-completion-\(UUID().uuidString).csv")
      .path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let test = TestSession()
    let found = candidates(test.session, line.replacing("FILE", with: file))
    #expect(!found.contains("user_id") && !found.contains("product_id"))
    #expect(found.contains("abs("))
    #expect(!FileManager.default.fileExists(atPath: file))
  }

  @Test func columnsOfJoinedPipelinesAreKnown() {
    let test = TestSession()
    let line = "train | join (products | rename maker = brand | drop type) on product_id | filter "
    let found = candidates(test.session, line)
    #expect(["user_id", "product_id", "date", "name", "maker"].allSatisfy(found.contains))
    #expect(!found.contains("brand") && !found.contains("type"))
  }

  @Test func nothingIsDrawn() {
    func seed(afterCompleting line: String?) -> String {
      let test = TestSession()
      test.session.seed = 7
      if let line { _ = candidates(test.session, line) }
      return test.run("train | sample 3 | agg n = len()")
    }
    let said = seed(afterCompleting: nil)
    #expect(said.contains("drew seed="))
    #expect(seed(afterCompleting: "train | sample 3 | filter ") == said)
    #expect(seed(afterCompleting: "train | join (train | sample 2) on user_id | filter ") == said)
  }
}
