import Foundation
import Testing

/// The program without a terminal.
@Suite(
  .enabled(
    if: FileManager.default.fileExists(atPath: TerminalSession.program), "skipped: no program beside the tests"))
struct ScriptTests {
  private let home = Home()

  private func lectern(_ arguments: String..., input: String = "") -> ChildProcess {
    ChildProcess(TerminalSession.program, arguments, input: input, in: home.path)
  }

  @Test func aScriptOnAPipeHasNoPrompt() {
    let result = lectern(input: "t = table a = [1]\nt | schema\n")
    #expect(result.status == 0)
    #expect(!result.output.contains("In ["))
    #expect(!result.output.contains("\u{1B}"))
    #expect(result.output.contains("i64"))
  }

  @Test func whatOneCellSavesAnotherReads() {
    let saving = lectern(
      "eval", "t = table a = [1, null], b = [\"да\", \"x,y\"]\nt | save \"t.csv\"\nt | save \"t.parquet\"")
    #expect(saving.status == 0, "\(saving.errors)")
    let loading = lectern("eval", "load \"t.csv\" | join (load \"t.parquet\") on b")
    #expect(loading.status == 0, "\(loading.errors)")
    #expect(loading.output.contains("x,y"))
  }

  @Test func aFileInPlaceOfASubcommandIsOpened() {
    #expect(lectern("eval", "table a = [1, 42] | save \"t.csv\"").status == 0)
    let table = lectern("t.csv")
    #expect(table.status == 0, "\(table.errors)")
    #expect(table.output.contains("42"))
    let session = home.folder.appending(path: "lesson.md")
    try? "# A lesson\n\n```lectern\n6 * 7\n```\n".write(to: session, atomically: true, encoding: .utf8)
    let lesson = lectern("lesson.md")
    #expect(lesson.status == 0, "\(lesson.errors)")
    #expect(lesson.output.contains("42"))
    let missing = lectern("chek")
    #expect(missing.status == 64)
    #expect(missing.errors.contains("check"))
    #expect(lectern("missing.csv").errors.contains("no file `missing.csv`"))
  }

  /// The path `-` is standard output: nothing but the table comes there, and a pipe that is closed early ends quietly.
  @Test(arguments: [
    ("csv", "a,b\n1,да\n"), ("tsv", "a\tb\n1\tда\n"), ("ndjson", "{\"a\":1,\"b\":\"да\"}\n"),
    ("json", "[\n{\"a\":1,\"b\":\"да\"}\n]\n"), ("markdown", "| a | b |\n| ---: | --- |\n| 1 | да |\n\n"),
  ])
  func tablesGoToPipes(format: String, expected: String) {
    let result = lectern("eval", "table a = [1], b = [\"да\"] | save \"-\" format=\(format)")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == expected)
    #expect(result.errors.isEmpty)
    let asked = lectern("eval", "table a = [1], b = [\"да\"] # a table\n", "--format", format)
    #expect(asked.status == 0 && asked.output == expected && asked.errors.isEmpty, "\(asked.errors)")
  }

  @Test func aFormatThatThereIsNotIsRefused() {
    let result = lectern("eval", "table a = [1]", "--format", "xml")
    #expect(result.status == 64, "\(result.errors)")
    #expect(result.errors.contains("`xml` is no format; there are parquet, "), "\(result.errors)")
  }

  /// More than a pipe holds, and a reader that takes one line.
  @Test func aPipeThatIsClosedEndsQuietly() {
    let code = """
      t = table a = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
      b = t | rename b = a; c = t | rename c = a; d = t | rename d = a; e = t | rename e = a;
      t | cross_join b | cross_join c | cross_join d | cross_join e | save "-" format=csv
      """
    let command = "{ '\(TerminalSession.program)' eval '\(code)'; echo $? >&2; } | head -n 1"
    let result = ChildProcess("/bin/sh", ["-c", command], in: home.path)
    #expect(result.output == "a,b,c,d,e\n" && result.errors == "0\n", "\(result.errors)")
  }

  @Test func notesAreNotMixedIntoATableOnStandardOutput() {
    let result = lectern("eval", "t = table a = [1, null]\nt | filter a > 0 | save \"-\" format=csv\nt | shape")
    #expect(result.status == 0 && result.output == "a\n1\n", "\(result.output)")
    #expect(result.errors.contains("filter dropped 1 row"), "\(result.errors)")
  }

  @Test func whatGoesToAPipeNeedsAFormat() {
    let result = lectern("eval", "table a = [1] | save \"-\"")
    #expect(result.status == 1)
    #expect(result.errors.contains("format="))
    #expect(!FileManager.default.fileExists(atPath: home.folder.appending(path: "-").path))
  }

  /// A PDF is printed by a browser; where none is installed, that is said.
  @Test func withoutABrowserThereIsNoPDF() throws {
    try home.write("```lectern\n1\n```\n", to: "page.md")
    let result = ChildProcess(
      "/usr/bin/env", ["PATH=/nowhere", TerminalSession.program, "export", "page.md", "--to", "pdf"], in: home.path)
    #expect(result.status == 1, "\(result.output)")
    #expect(result.errors.contains("no Chromium is installed"), "\(result.errors)")
    #expect(result.errors.contains("`--to html` writes a page that any browser prints"), "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: home.folder.appending(path: "page.pdf").path))
  }

  @Test func aWrongCellEndsWithStatusOneAndSaysWhyOnStandardError() {
    let result = lectern("eval", "table a = [1] | filtre a == 1")
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("filter"))
    #expect(lectern("run", "missing.md").status == 1)
  }

  @Test func theSameSeedSimulatesTheSameBytes() throws {
    for folder in ["one", "two"] {
      #expect(lectern("simulate", folder, "--scale", "0.0005", "--seed", "7").status == 0)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: home.folder.appending(path: "one").path)
    #expect(names.count >= 4)
    for name in names {
      let (one, two) = (home.folder.appending(path: "one/\(name)"), home.folder.appending(path: "two/\(name)"))
      #expect(try Data(contentsOf: one) == Data(contentsOf: two), "\(name)")
    }
  }
}
