import Foundation
import Generators
import Notebook
import Query
import TestSupport
import Testing

/// Every example of every declaration runs as it stands, and the manual that shows them is the one in `docs`.
@Suite struct ExampleTests {
  /// What only a lesson that is taught understands stands in `LessonTests`.
  private static let ofLessons = [":keep", ":answer", ":skip"]

  @Test(arguments: Session.examples.filter { example in !ofLessons.contains { example.code.hasPrefix($0) } })
  func runs(_ example: Example) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lectern-example-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let lesson = folder.appending(path: "lesson.md").path
    try "```lectern\n1 + 1\n```\n```output\n2\n```\n\n```lectern\n2 + 2\n```\n```output\n4\n```\n".write(
      toFile: lesson, atomically: true, encoding: .utf8)

    // Two cells were run and a session is open, as some commands want it.
    let test = TestSession()
    test.session.host.edit = { $0 }
    test.session.keepsTraces = true
    for line in ["train = train | concat train", "test | head 1", ":open \(lesson)", ":next"] { test.run(line) }
    #expect(test.diagnostics.isEmpty)
    let code = example.code.replacing("save \"", with: "save \"\(folder.path)/")
      .replacing("lesson.md", with: folder.path + (example.code.contains("save") ? "/other.md" : "/lesson.md"))
    let said = test.run(code)
    #expect(test.diagnostics.isEmpty, "\(example.code)\n\(said)")
  }

  /// Names that have to be quoted, Cyrillic ones, no numbers at all, no rows, nothing but a list.
  @Test(arguments: [
    #"table `имя товара` = ["чай", "кофе"], `цена, ₽` = [1.5, 2.5] | with `дата` = date(2024, 1, 2)"#,
    #"table a = ["x", "y"]"#, "table `2024` = [true, false], `in` = [false, null]", "table a = [1, 2] | filter a > 5",
    "table l = [[1, 2], [], null]", "train | head 5", "table ф = [1.5], user_id = [7]",
  ]) func `help on a table shows what runs there`(_ code: String) {
    let test = TestSession()
    test.run("т = \(code)")
    #expect(test.diagnostics.isEmpty)
    let verbs = [
      "filter", "group_by", "agg", "select", "sort", "head", "rename", "drop", "unique", "value_counts", "with",
      "pivot", "unpivot", "describe", "fill_null", "drop_nulls", "split", "join", "left_join", "semi_join", "explode",
      "sample", "row_index", "values", "schema", "shape", "explain",
    ]
    for verb in verbs {
      let page = test.run("т | \(verb) ?")
      #expect(test.diagnostics.isEmpty, "\(page)")
      let examples = page.split(separator: "\n").map { $0.trimmingPrefix(#/ +/#) }.filter { $0.hasPrefix("т | ") }
      #expect(!examples.isEmpty || verb != "group_by", "\(page)")
      // Two rows do not split into three folds.
      for example in examples where verb != "split" || code.hasPrefix("train") {
        let said = test.run("\(example)")
        #expect(test.diagnostics.isEmpty, "\(example)\n\(said)")
      }
    }
  }

  /// On a narrow screen too, words, names and the parts of choices stay whole.
  @Test(arguments: [
    "metrics", "tune", "load", "save", "compare", "fit", "recommend", "ItemKNN", "Baseline",
  ]) func helpIsBrokenBetweenWords(_ topic: String) {
    let test = TestSession()
    func words(_ width: Int) -> [Substring] {
      test.run(":set width \(width)")
      return test.run("help \(topic)").split { $0.isWhitespace || "|,/┌─┬┐╞═╪╡└┴┘".contains($0) }
    }
    let whole = Set(words(1000))
    for width in [60, 80, 100] {
      let broken = words(width).filter { !whole.contains($0) }
      #expect(broken.isEmpty, "at \(width) columns: \(broken)")
    }
  }

  @Test func examplesAreMany() {
    #expect(Session.examples.count > 200)
  }

  @Test func theManualIsCurrent() throws {
    let file = Checkout.root.appending(path: "docs/REFERENCE.md")
    // `make reference` writes it.
    expectText(referenceManual(), equals: try String(contentsOf: file, encoding: .utf8))
  }
}
