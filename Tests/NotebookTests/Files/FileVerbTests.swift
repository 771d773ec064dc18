import Diagnostics
import Foundation
import Generators
import Notebook
import Tables
import Testing

/// `load` and `save` as they are typed: options, what is said, and hints that work.
@Suite struct FileVerbTests {
  private let folder: ScratchFolder
  private let test = TestSession()

  init() throws {
    folder = try ScratchFolder()
    test.session.dataFolder = folder.path
  }

  private func write(_ name: String, _ text: String) throws { try folder.write(name, text) }

  private func contents(_ name: String) throws -> String { try folder.text(name) }

  @Test func `quotes are letters where that is asked for`() throws {
    try write("cities.csv", "id,city\n7,Nice\n1,\"Rome\n2,Paris\"\n")
    #expect(test.run("load \"cities.csv\" quote=none | shape").contains("3"))
    #expect(test.run("c = load \"cities.csv\"").contains("the quote on line 3 is not closed there"))
    #expect(test.run("c = load \"cities.csv\" quote=double").contains("2 rows × 2 columns"))
    test.run("c = load \"cities.csv\" quote=many")
    #expect(test.diagnostics.count == 1)
  }

  @Test func `digits with zeros before them are text, and the note says how they are numbers`() throws {
    try write("shops.csv", "zip,n\n00123,1\n45,2\n")
    let said = test.run("s = load \"shops.csv\"")
    #expect(said.contains("`zip` is str: `00123` begins with a zero; `types=[\"zip i64\"]` makes numbers of it"))
    #expect(test.run("load \"shops.csv\" types=[\"zip i64\"] | agg n = sum(zip)").contains("168"))
  }

  @Test func `names that stand twice are pointed at`() throws {
    try write("t.csv", "a,b\n1,2\n")
    test.run("load \"t.csv\" columns=[a, b, a]")
    #expect(test.diagnostics.map(\.message) == ["`columns=` names `a` twice"])
    test.run("load \"t.csv\" types=[\"a i32\", \"a str\"]")
    #expect(test.diagnostics.map(\.message) == ["`types=` names `a` twice"])
  }

  @Test(arguments: [
    ("thousands=\"ab\"", "`ab` cannot stand between thousands"),
    ("thousands=\"1\"", "`1` cannot stand between thousands"),
    ("thousands=\".\" decimal=\".\"", "`.` is the decimal mark already"),
    ("thousands=\".\"", "`.` is the decimal mark already"), ("decimal=\"x\"", "`x` is no decimal mark"),
  ])
  func `marks in numbers are one character each`(_ options: String, _ message: String) throws {
    try write("t.csv", "a,b\n1,2\n")
    test.run("load \"t.csv\" \(options)")
    #expect(test.diagnostics.map(\.message) == [message])
    #expect(test.diagnostics.first?.span.map { options.contains($0.text) } == true)
  }

  /// What is wrong with an option is marked there, not at the path.
  @Test(arguments: [
    ("encoding=\"klingon\"", "\"klingon\""), ("separator=\"\"", "\"\""), ("types=[\"x i64\"]", "[\"x i64\"]"),
    ("columns=[x]", "[x]"), ("sheet=9", "9"), ("format=nope", "nope"), ("version=1", "1"),
  ])
  func `a wrong option is marked`(_ option: String, _ place: String) throws {
    try write("t.csv", "a,b\n1,2\n")
    test.run("load \"t.csv\" \(option)")
    #expect(test.diagnostics.map { $0.span?.text } == [place], "\(test.text)")
  }

  @Test(arguments: ["", "/"]) func `paths that lead everywhere are refused`(_ path: String) throws {
    test.run("load \"\(path)\"")
    #expect(test.diagnostics.count == 1 && test.diagnostics[0].span?.text == "\"\(path)\"")
  }

  @Test func `lines above a table are passed over as the hint says`() throws {
    try write("report.csv", "Report of March\n\nid;name\n1;a\n2;b\n")
    test.run("load \"report.csv\"")
    #expect(test.diagnostics.first?.hint == "add `skip=2`")
    #expect(test.run("r = load \"report.csv\" skip=2").contains("2 rows × 2 columns"))
  }

  /// What statistics say of a file skips no row that a condition keeps: NaN lies beyond all bounds, and nulls count for
  /// nothing.
  @Test(arguments: ["==", "!=", "<", "<=", ">", ">="]) func `files are filtered as tables are`(_ comparison: String)
    throws
  {
    test.run(
      """
      t = table f = [5.0, 5.0, null, 5.0], n = [5, null, 5, 5], s = ["b", "b", "b", null]
      n = t | with f = if n is null then (f - f) / (f - f) else f
      """)
    for name in ["t", "n"] {
      test.run("\(name) | save \"\(folder.path)/\(name).parquet\"")
      for (column, values) in [
        ("f", ["4.9", "5.0", "5.1", "-0.0"]), ("n", ["4", "5", "6"]), ("s", ["\"a\"", "\"b\"", "\"bb\""]),
      ] {
        for value in values {
          let condition = "filter \(column) \(comparison) \(value) | agg rows = len()"
          #expect(
            test.run("load \"\(name).parquet\" | \(condition)") == test.run("\(name) | \(condition)"), "\(condition)")
        }
      }
    }
  }

  @Test func `formulas are escaped where that is asked for`() throws {
    let path = folder.path + "/f.csv"
    let said = test.run("table a = [\"=1+1\", \"x\"] | save \"\(path)\" formulas=escape")
    #expect(said.contains("1 text would be a formula in a spreadsheet: an apostrophe stands before it"))
    #expect(try contents("f.csv") == "a\n'=1+1\nx\n")
    test.run("table a = [\"=1+1\", \"x\"] | save \"\(path)\" overwrite=true")
    #expect(try contents("f.csv") == "a\n=1+1\nx\n")
  }

  @Test func `a time zone goes with its column`() throws {
    let fixture = Checkout.path("Tests/FormatsTests/Fixtures/pyarrow_arrow_schema.parquet")
    test.run("t = load \"\(fixture)\"")
    test.run("u = t | filter at is not null | select kind, when = at, later = at + (at - at) | sort kind | collect")
    for format in ["parquet", "arrow"] {
      test.run("u | save \"\(folder.path)/u.\(format)\"")
      let types = test.run("load \"u.\(format)\" | schema")
      #expect(types.matches(of: /datetime\[us, Europe\/Moscow\]/).count == 2, "\(types)")
    }
    test.run("u | save \"\(folder.path)/u.csv\"")
    #expect(
      test.run("load \"u.csv\" types=[\"when datetime[us, Europe/Moscow]\"] | schema").contains(
        "datetime[us, Europe/Moscow]"))
    #expect(
      test.run("load \"u.csv\" types=[\"when datetime[us, Europe/Moscov]\"]").contains("did you mean `Europe/Moscow`?"))
  }
}
