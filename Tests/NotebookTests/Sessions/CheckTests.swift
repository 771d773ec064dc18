import Display
import Foundation
import Generators
import Notebook
import Testing

/// What `check` says of sessions whose numbers, data, version or files are others.
@Suite struct CheckTests {
  private struct Folder {
    let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    var path: String { scratch.path }

    func write(_ text: String, to name: String) throws { try scratch.write(name, text) }

    func read(_ name: String) throws -> String { try scratch.text(name) }

    func document(_ name: String) throws -> SessionDocument { try SessionDocument(parsing: read(name), name: name) }

    func compare(_ name: String, anyway: Bool = false) throws -> CheckResult {
      SessionRunner(document: try document(name), path: path + "/" + name).compare(
        settings: Settings(), anyway: anyway)
    }

    /// Records a session as `promote` does.
    func promote(_ name: String, version: String = "1.0") throws {
      let runner = SessionRunner(document: try document(name), path: path + "/" + name)
      let report = try runner.recordWithTables(in: Session())
      try write(runner.document.recording(report, version: version).text, to: name)
    }
  }

  private func text(_ result: CheckResult, version: String? = nil) -> String {
    result.pieces(version: version).compactMap { Presentation.recording(Settings()).styledText($0)?.plain }
      .joined(separator: "\n")
  }

  private static let session = """
    ---
    title: Sales
    ---

    ```lectern
    load "orders.csv" | group_by item agg total = sum(price), n = len() | sort item
    ```
    """

  @Test func aChangedNumberIsShownInItsRow() throws {
    let folder = try Folder()
    try folder.write("item,price\na,1.5\na,2\nb,4\n", to: "orders.csv")
    try folder.write(Self.session + "\n\n```lectern\n\"so many: 12 of 30\"\n```\n", to: "s.md")
    try folder.promote("s.md")
    #expect(try folder.compare("s.md").status == .asRecorded)
    let recorded = try folder.read("s.md")
    #expect(recorded.contains("3.5") && recorded.contains("12 of 30"))
    try folder.write(
      recorded.replacingOccurrences(of: "3.5", with: "9.5").replacingOccurrences(
        of: "\nso many: 12 of", with: "\nso many: 15 of"), to: "s.md")
    let result = try folder.compare("s.md")
    #expect(result.status == .differs && result.status.exitStatus == 1)
    let said = text(result)
    #expect(said.contains("cell 1 prints 1 line not as recorded (s.md:"), "\(said)")
    #expect(said.contains("  a: total 9.5 → 3.5\n"), "\(said)")
    #expect(said.contains("  so many: 15 → 12 of 30\n"), "\(said)")
    #expect(said.contains("s.md: 2 cells, 2 not as recorded (1, 2); `lectern promote s.md` accepts"), "\(said)")
    #expect(result.differences[0].lines[0].changes == [.init(column: "total", expected: "9.5", found: "3.5")])
  }

  @Test func otherDataAreToldFromOtherNumbers() throws {
    let folder = try Folder()
    try folder.write("item,price\na,1.5\nb,4\n", to: "orders.csv")
    try folder.write(Self.session, to: "s.md")
    try folder.promote("s.md")
    #expect(try folder.read("s.md").contains("lectern: 1.0\ntables:\n  \"orders.csv\": 2 rows, 2 columns, schema "))
    for (data, sentence) in [
      ("item,price\na,1.5\nb,5\n", "holds other values than the one that was recorded; both are 2 rows × 2 columns"),
      ("item,price\na,1.5\n", "is 1 row × 2 columns, and the session was recorded on 2 rows × 2 columns"),
      ("item,price\na,1\nb,4\n", "has other columns or types"),
    ] {
      try folder.write(data, to: "orders.csv")
      let result = try folder.compare("s.md")
      #expect(result.status == .otherData && result.status.exitStatus == 2)
      #expect(text(result).contains("`orders.csv` \(sentence)"), "\(text(result))")
      #expect(text(result).contains("`--anyway` compares all the same"))
      let anyway = try folder.compare("s.md", anyway: true)
      #expect(anyway.status == .differs && text(anyway).contains(sentence), "\(text(anyway))")
    }
    try FileManager.default.removeItem(atPath: folder.path + "/orders.csv")
    let missing = try folder.compare("s.md")
    #expect(missing.status == .otherData && text(missing).contains("`orders.csv` cannot be loaded"))
    #expect(try folder.compare("s.md", anyway: true).status == .otherData)
  }

  /// The fingerprint is of values: the same table in another format is the same table.
  @Test func theSameTableInAnotherFormatIsTheSame() throws {
    let folder = try Folder()
    let code = "t = table a = [1, null, 3], s = [\"x\", \"ы\", null], f = [1.5, 2.5, null], l = [[1], [], null]"
    Session().run("\(code)\nt | save \"\(folder.path)/t\" format=parquet")
    try folder.write("---\ntitle: T\n---\n\n```lectern\nload \"t\" | shape\n```\n", to: "s.md")
    try folder.promote("s.md")
    let tables = try folder.document("s.md").frontMatter.entries.filter { $0.key.hasPrefix("tables.") }
    #expect(tables.map(\.key) == ["tables.t"])
    Session().run("\(code)\nt | save \"\(folder.path)/t\" format=ndjson overwrite=true")
    #expect(try folder.compare("s.md").status == .asRecorded)
    Session().run("\(code)\nt | sort s desc | save \"\(folder.path)/t\" format=parquet overwrite=true")
    #expect(try folder.compare("s.md").status != .asRecorded)
  }

  @Test func anotherVersionIsSaidWhereSomethingDiffers() throws {
    let folder = try Folder()
    try folder.write("---\ntitle: T\n---\n\n```lectern\n1 + 1\n```\n", to: "s.md")
    try folder.promote("s.md", version: "0.9")
    #expect(!text(try folder.compare("s.md"), version: "1.0").contains("0.9"))
    try folder.write(try folder.read("s.md").replacingOccurrences(of: "\n2\n", with: "\n3\n"), to: "s.md")
    let said = text(try folder.compare("s.md"), version: "1.0")
    #expect(said.contains("  3 → 2\n"), "\(said)")
    #expect(said.contains("it was recorded by Lectern 0.9, and this is 1.0"), "\(said)")
  }

  @Test func promotingKeepsEverythingElse() throws {
    let folder = try Folder()
    let top = "---\ntitle: \"A: b\"\nauthor:\n  name: me\n  data: none\ndata: .\n---\n"
    try folder.write("a,b\n1,2\n", to: "x \"y\": z.csv")
    try folder.write(top + "\n```lectern\nload 'x \"y\": z.csv' | shape\n```\n", to: "s.md")
    try folder.promote("s.md")
    let document = try folder.document("s.md")
    #expect(document.frontMatter["title"] == "A: b" && document.frontMatter["data"] == ".")
    #expect(document.frontMatter["author.name"] == "me")
    let once = try folder.read("s.md")
    #expect(
      once.hasPrefix(String(top.dropLast(4)) + "lectern: 1.0\ntables:\n  \"x \\\"y\\\": z.csv\": 1 rows"), "\(once)")
    try folder.promote("s.md")
    #expect(try folder.read("s.md") == once)
    #expect(try folder.compare("s.md").status == .asRecorded)
    // A page without lines at its top, as a README, gets none.
    try folder.write("# Readme\n\n```lectern\n1\n```\n", to: "README.md")
    try folder.promote("README.md")
    #expect(try folder.read("README.md").hasPrefix("# Readme"))
  }

  @Test func foldersAreCheckedWhole() throws {
    let folder = try Folder()
    try folder.write("```lectern\n1 + 1\n```\n```output\n2\n```\n", to: "b.md")
    try folder.write("```lectern\n1 + 1\n```\n```output\n3\n```\n", to: "deep/a.md")
    try folder.write("```lectern\noops\n```\n", to: "deep/z.md")
    try folder.write("only prose", to: "README.md")
    try folder.write("```lectern\n1\n```\n", to: ".hidden/h.md")
    let files = try sessionFiles(in: [folder.path, folder.path + "/missing.md"])
    #expect(
      files.map { $0.replacingOccurrences(of: folder.path, with: "") } == [
        "/b.md", "/deep/a.md", "/deep/z.md", "/missing.md",
      ])
    let checks = files.map { SessionCheck(path: $0, access: .everywhere) }
    let results = try check(checks, dataFolder: nil, settings: Settings(), anyway: false).map(\.result)
    #expect(results.map(\.status) == [.asRecorded, .differs, .failed, .failed])
    #expect(
      checkSummary(of: results)
        == "4 sessions: 1 as recorded, 1 not as recorded (a.md), 2 failed (z.md, missing.md)")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(try checkJSON(of: results).utf8)) as? [[String: Any]])
    #expect(json.compactMap { $0["status"] as? String } == ["as recorded", "differs", "failed", "failed"])
    #expect(json.allSatisfy { $0["file"] is String && $0["differences"] is [Any] && $0["failures"] is [Any] })
    try folder.write("nothing", to: "empty/x.txt")
    #expect(throws: (any Error).self) { try sessionFiles(in: [folder.path + "/empty"]) }
  }

  @Test func rowsThatAreOthersAreShownWhole() {
    let recorded = "│ item ┆ n │\n╞══════╪═══╡\n│ a    ┆ 1 │\n│ b    ┆ 2 │"
    let found = "│ item ┆ n │\n╞══════╪═══╡\n│ a    ┆ 7 │\n│ c    ┆ 2 │"
    let differences = RecordingComparison().differences(recorded: recorded, found: found)
    #expect(differences.map(\.row) == ["a", nil])
    #expect(differences[0].changes == [.init(column: "n", expected: "1", found: "7")])
    #expect(differences[1].changes.isEmpty)
  }
}
