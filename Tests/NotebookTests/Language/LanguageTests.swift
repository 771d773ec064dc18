import Diagnostics
import Foundation
import Generators
import Notebook
import Query
import Recommenders
import TestSupport
import Testing

/// The language, line by line: the sessions in `examples` print to the letter what is recorded in them, and the
/// language's own description runs as it stands.
@Suite(.serialized) struct LanguageTests {
  @Test(arguments: ["language.md", "mistakes.md", "everyday.md"])
  func printsWhatIsRecorded(_ name: String) throws {
    let data = try #require(SeminarTests.data)
    let path = Checkout.root.appending(path: "examples/\(name)").path
    let document = try SessionDocument(parsing: readTextFile(at: path), name: name)
    let runner = SessionRunner(document: document, path: path, dataFolder: data.path)
    let report = try runner.record(in: Session())
    #expect(report.outputs.count == document.cells.count && report.outputs.count >= 40)
    #expect(report.failedCells == 0)
    for (cell, output) in zip(document.cells, report.outputs) where cell.options.tolerance == nil {
      // Times are not the same twice, and empty lines part statements in newer recordings alone.
      func timeless(_ text: String?) -> String {
        (text ?? "").split(separator: "\n", omittingEmptySubsequences: false)
          .filter { !$0.isEmpty && $0.wholeMatch(of: /[0-9.]+ m?s/) == nil }.joined(separator: "\n")
          .replacing(data.path, with: "examples/seminar").trimmingCharacters(in: .newlines)
      }
      expectText(cell.code + "\n" + timeless(output), equals: cell.code + "\n" + timeless(cell.recorded))
    }
  }

  /// The short sessions: one for each family of verbs and of models, and forty everyday questions.
  private static let families = [
    "evaluation", "everyday", "files", "models-baskets", "models-factors", "models-items", "models-linear",
    "models-neighbours", "models-popularity", "plots",
    "verbs-columns", "verbs-groups", "verbs-joins", "verbs-rows", "verbs-shapes",
  ]

  @Test(arguments: families) func aFamilyPrintsWhatIsRecorded(_ name: String) throws {
    let data = try #require(SeminarTests.data)
    let path = Checkout.root.appending(path: "examples/\(name).md").path
    let document = try SessionDocument(parsing: readTextFile(at: path), name: name)
    #expect(document.cells.count >= 3 && document.cells.allSatisfy { $0.recorded != nil })
    let result = SessionRunner(document: document, path: path, dataFolder: data.path).compare(settings: Settings())
    #expect(result.status == .asRecorded, "\(result.pieces)")
  }

  @Test func everyExampleIsTested() throws {
    let files = try sessionFiles(in: [Checkout.root.appending(path: "examples").path]).map { fileName($0) }
    #expect(files.sorted() == (["language", "mistakes"] + Self.families).map { $0 + ".md" }.sorted())
  }

  @Test func everyVerbAndModelIsShown() throws {
    let folders = ["examples", "sessions"].map { Checkout.root.appending(path: $0).path }
    var (stages, words): (Set<Substring>, Set<Substring>) = ([], [])
    func isOfName(_ character: Character) -> Bool { character.isLetter || character.isNumber || character == "_" }
    for path in try sessionFiles(in: folders) {
      for cell in try SessionDocument(parsing: readTextFile(at: path), name: path).cells {
        for stage in cell.code.split(whereSeparator: { "|(;=\n".contains($0) }) {
          stages.insert(stage.drop { $0 == " " }.prefix(while: isOfName))
        }
        words.formUnion(cell.code.split { !isOfName($0) })
      }
    }
    for name in relationalVerbs.map(\.declaration.name) {
      #expect(stages.contains(name[...]), "no session shows `\(name)`: it belongs in one of examples/verbs-*.md")
    }
    for name in Models.all.map({ $0.name }) {
      #expect(words.contains(name[...]), "no session shows `\(name)`: it belongs in one of examples/models-*.md")
    }
  }

  private static let description = URL(filePath: Checkout.shared("LANGUAGE.md"))

  /// Without it, `examples/language.md` above has every verb.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: description.path), "needs ../shared"))
  func itsDescriptionRunsAsWritten() throws {
    let text = try String(contentsOf: Self.description, encoding: .utf8)
    let models = try #require(text.firstRange(of: "ease  = train")).lowerBound
    let end = try #require(text[models...].firstRange(of: "```")).lowerBound
    let test = TestSession()
    test.run(
      """
      train = train | concat (table user_id = [4115173, 4115173], product_id = [11, 12], date = ["2024-01-01", "2024-01-02"] \
      | select user_id = cast(user_id, i32), product_id, date = cast(date, date))
      """)
    let said = test.run(String(text[models..<end]))
    #expect(test.diagnostics.isEmpty, "\(said)")
    let first = try #require(text.firstRange(of: "train = load")).lowerBound
    let firstEnd = try #require(text[first...].firstRange(of: "```")).lowerBound
    let opening = TestSession()
    let result = opening.run(String(text[first..<firstEnd]))
    #expect(opening.diagnostics.isEmpty, "\(result)")
  }
}
