import Diagnostics
import Foundation
import Notebook
import Query
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
    "train | transpose | filter ",
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

  // MARK: - By what stands there

  private func text(_ session: Session, _ line: String) -> [String] {
    session.completions(in: line, at: line.utf8.count).candidates.map { "\($0.text): \($0.description)" }
  }

  @Test func columnsComeWithTheirTypesAndFunctionsWithALetter() {
    let session = TestSession().session
    let all = candidates(session, "train | group_by ")
    #expect(all.starts(with: ["user_id", "product_id", "date"]) && !all.contains("mean("))
    #expect(text(session, "train | filter da").first?.hasPrefix("date: date") == true)
    #expect(candidates(session, "train | filter me").contains("mean("))
  }

  /// The name of a new column is no option, with and without spaces around its `=`.
  @Test func expressionsOfNewColumnsAreCompleted() {
    let session = TestSession().session
    for line in ["train | with n=us", "train | with n = us", "train | with n = 1, m=us"] {
      #expect(candidates(session, line) == ["user_id"], "\(line)")
    }
    #expect(candidates(session, "train | with n=me").contains("mean("))
  }

  @Test func keysOfAJoinAreThoseOfBothTables() {
    let session = TestSession().session
    #expect(candidates(session, "train | join products on ") == ["product_id"])
    #expect(candidates(session, "train | join test on ") == ["user_id", "product_id", "date"])
    let after = candidates(session, "train | join products ")
    #expect(after.contains("on") && !after.contains("train"))
    #expect(candidates(session, "train | join ").contains("products"))
  }

  @Test func metricsStandInShow() {
    let session = TestSession().session
    for line in ["m | metrics test show=[", "m | metrics test show=[recall, ", "m | metrics test show="] {
      #expect(candidates(session, line).contains("precision"), "\(line)")
    }
    #expect(candidates(session, "m | metrics test show=[rec") == ["recall"])
    #expect(!candidates(session, "m | metrics test show=[recall] ").contains("precision"))
  }

  @Test func parametersOfTheModelComeFirst() {
    let found = candidates(TestSession().session, "train | fit SLIM ")
    #expect(found.first == "strength=" && found.contains("weight=") && !found.contains("features="))
    #expect(candidates(TestSession().session, "train | fit EASE ").contains("features="))
  }

  @Test func commandsOfferWhatTheyTake() throws {
    let test = TestSession()
    #expect(candidates(test.session, ":drop tr") == ["train"])
    #expect(candidates(test.session, ":trace ") == ["on", "off"])
    #expect(candidates(test.session, ":next ").isEmpty && candidates(test.session, ":goto ").isEmpty)
    #expect(candidates(test.session, ":time train | group_by us") == ["user_id"])
    let text = "```lectern\na = 1\n```\n\n```lectern\nb = 2\n```\n"
    try test.session.teach(SessionDocument(parsing: text, name: "a.md"), text: text, at: "missing/a.md")
    #expect(self.text(test.session, ":goto ") == ["1: a = 1", "2: b = 2"])
  }

  /// The verbs of all examples with what stands behind them.
  private static let stagesOfExamples: [String] = {
    let lines = Session.examples.flatMap { $0.code.split(separator: "\n") }
    let stages = lines.flatMap { $0.split(separator: "|").dropFirst() }
    return stages.map { $0.trimmingCharacters(in: .whitespaces) }.filter { (stage: String) -> Bool in
      stage.count(where: { $0 == "(" }) == stage.count(where: { $0 == ")" })
    }
  }()

  /// What a verb says that it takes is offered, and it does take it: `x | assert …` needs a table.
  @Test func verbsAreOfferedAfterWhatTheyTake() throws {
    let test = TestSession()
    test.run("model = train | fit iALS iterations=1 factors=2; tables = train; ids = [1, 2]")
    let stages = CompletionTests.stagesOfExamples
    for value in ["model", "tables", "ids"] {
      let offered = Set(candidates(test.session, "\(value) | "))
      for declaration in Session.declarations where !declaration.isSource && declaration.name != "view" {
        guard let stage = stages.first(where: { $0.split(separator: " ").first == declaration.name[...] }) else {
          continue
        }
        // Those are not run; where they are not offered, they have to refuse.
        let writesOrFits = ["save", "fit", "walk", "tune"].contains(declaration.name)
        if writesOrFits, offered.contains(declaration.name) { continue }
        test.run("\(value) | \(stage)")
        let isRefused = test.diagnostics.contains {
          $0.message.contains(" needs a ") && $0.message.contains("and this is")
        }
        #expect(
          isRefused != offered.contains(declaration.name),
          "`\(value) | \(stage)`: `takes:` of `\(declaration.name)` is not what its body takes")
      }
    }
  }

  @Test func verbsFitWhatStandsBeforeThem() {
    let test = TestSession()
    test.run("m = train | fit TopPopular")
    let ofModel = candidates(test.session, "m | ")
    #expect(ofModel.contains("recommend") && ofModel.contains("similar") && !ofModel.contains("group_by"))
    // A model that has no iterations has nothing to go on with; of one that is not fitted yet, nobody knows.
    #expect(Set(ofModel).isDisjoint(with: ["step", "history", "factors"]))
    #expect(
      Set(candidates(test.session, "train | fit TopPopular | ")) == Set(ofModel + ["step", "history", "factors"]))
    let ofTable = candidates(test.session, "train | ")
    #expect(ofTable.contains("group_by") && ofTable.contains("fit") && !ofTable.contains("similar"))
    #expect(candidates(test.session, "train | head 3 | ") == ofTable)
  }

  /// Every verb that is offered after a model works on one: it does not ask for a table.
  @Test func whatIsOfferedAfterAModelTakesOne() {
    let test = TestSession()
    test.run("m = train | fit TopPopular")
    for verb in candidates(test.session, "m | ") {
      let said = test.run("m | \(verb)")
      #expect(!said.contains("works on a table"), "\(verb): \(said)")
    }
  }

  @Test func loadOffersWhatItReads() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lectern-files-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder.appending(path: "sub"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["run.sh", "orders", "a.csv", "b.parquet", "notes.md", "m.lectern", ".hidden"] {
      try "x".write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
    }
    try "#!/bin/sh\n".write(to: folder.appending(path: "script"), atomically: true, encoding: .utf8)
    try Data([0x7F, 0x45, 0x4C, 0x46, 2, 1]).write(to: folder.appending(path: "program"))
    let session = Session()
    func files(_ line: String) -> [String] {
      candidates(session, line.replacing("DIR", with: folder.path)).map {
        $0.replacing(folder.path + "/", with: "")
      }
    }
    #expect(files("load \"DIR/") == ["a.csv", "b.parquet", "m.lectern", "orders", "sub/"])
    #expect(files("t | save \"DIR/").contains("run.sh"))
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
