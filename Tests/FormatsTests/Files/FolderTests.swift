import Diagnostics
import Formats
import Foundation
import Generators
import Parallelism
import Tables
import Testing

/// Which files a folder or a pattern means.
@Suite struct FolderTests {
  private func hive(_ scratch: ScratchFolder) throws {
    try scratch.write("hive/day=2024-03-01/a.csv", "id\n1\n2\n")
    try scratch.write("hive/day=2024-03-02/b.csv", "id\n3\n")
    try scratch.write("hive/_SUCCESS", "")
  }

  @Test(arguments: ["hive", "hive/*/*.csv", "hive/*", "hive/day=*/*", "hive/day=2024-03-0?/?.csv"])
  func `a pattern gives the columns that its folder gives`(_ pattern: String) throws {
    let scratch = try ScratchFolder()
    try hive(scratch)
    let table = try read(scratch.file(pattern))
    #expect(table.schema.summary == "id i64, day date")
    #expect(table.rowCount == 3)
    #expect(table.row(2) == [.integer(3), .date(19_784)])
  }

  /// Files with types of their own, whose types have no common one: the hint is a pipeline that reads them.
  @Test func `types that do not meet are made one type`() throws {
    let scratch = try ScratchFolder()
    let moment = try Column(.datetime(.microseconds), [.datetime(0, .microseconds)])
    let zoned = try Column(.zoned(.milliseconds, .utc), [.zoned(0, .milliseconds, .utc)])
    let tokyo = try Zone.named("Asia/Tokyo")
    let lists = [try Column(.list(.i64), [.list([.integer(1)])]), try Column(.list(.string), [.list([.text("a")])])]
    let cases: [(name: String, columns: [Column], hint: (String, String) -> String)] = [
      (
        "k", [Column([1]), Column(["a"])],
        { "make them one type: `load \"\($0)\" | with k = cast(k, str) | concat (load \"\($1)\")`" }
      ),
      (
        "my k", [moment, zoned],
        {
          "make them one type: `load \"\($0)\" | with `my k` = with_zone(`my k`, \"UTC\") | "
            + "concat (load \"\($1)\" | with `my k` = cast(`my k`, datetime[us, UTC]))`"
        }
      ),
      (
        "z", [zoned, try Column(.zoned(.microseconds, tokyo), [.zoned(0, .microseconds, tokyo)])],
        {
          "make them one type: `load \"\($0)\" | with z = cast(z, datetime[us, UTC]) | "
            + "concat (load \"\($1)\" | with z = cast(z, datetime[us, UTC]))`"
        }
      ),
      (
        "c", [zoned, try Column(.datetime(.milliseconds), [.datetime(0, .milliseconds)])],
        { "make them one type: `load \"\($0)\" | concat (load \"\($1)\" | with c = with_zone(c, \"UTC\"))`" }
      ),
      (
        "l", lists,
        { "make them one type: `load \"\($0)\" | with l = cast(l, list[str]) | concat (load \"\($1)\")`" }
      ),
      ("m", [Column([1]), lists[0]], { _, _ in "`columns=` without it reads the others" }),
    ]
    for (number, (name, columns, hint)) in cases.enumerated() {
      let paths = ["a", "b"].map { scratch.file("p\(number)\($0).parquet") }
      for (path, column) in zip(paths, columns) { _ = try saveTable(Table([(name, column)]), to: path) }
      let error = #expect(throws: Diagnostic.self) { try openTables(paths) }
      #expect(error?.hint == hint(paths[0], paths[1]))
    }
  }

  @Test func `types cannot be chosen for files that have them`() throws {
    let scratch = try ScratchFolder()
    _ = try saveTable(Table([("k", Column([1])), ("n n", Column([1]))]), to: scratch.file("t.parquet"))
    var options = LoadOptions()
    options.types = ["n n": .string, "k": .f64]
    let error = #expect(throws: Diagnostic.self) { try openTable(scratch.file("t.parquet"), options: options) }
    #expect(
      error?.hint == "the file has types; cast instead: `| with k = cast(k, f64), `n n` = cast(`n n`, str)`")
  }

  @Test func `texts that do not meet numbers are read as they are written`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("parts/a.csv", "id\n1\n")
    try scratch.write("parts/b.csv", "id\nx\n")
    let error = #expect(throws: Diagnostic.self) { try openTable(scratch.file("parts")) }
    #expect(error?.hint == "`types=[\"id str\"]` reads it as it is written")
  }

  @Test func `keys with zeros before other digits stay text`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("hive/shop=007/a.csv", "id\n1\n")
    try scratch.write("hive/shop=12/b.csv", "id\n2\n")
    let source = try openTable(scratch.file("hive"))
    #expect(source.schema.summary == "id i64, shop str")
    #expect(source.notes == ["`shop` is str: `007` begins with a zero"])
    #expect(try read(source).row(0) == [.integer(1), .text("007")])
  }

  /// Keys are of a type only where a folder of each value has just this name.
  @Test(arguments: [
    (["1", "-2"], "i64"), (["+5", "6"], "str"), (["-0", "6"], "str"), (["0.5", "1.0"], "f64"), (["0.5", "1"], "str"),
    (["NaN", "inf"], "str"), (["true", "false"], "bool"), (["True", "False"], "str"),
    (["2024-01-01", "2024-01-02"], "date"),
    (["2024-01-01 10%3A00%3A00", "2024-01-01 10%3A00%3A00.500"], "datetime[us]"),
    (["2024-01-01 10%3A00%3A00", "x"], "str"), (["2024-01-01T10%3A00%3A00"], "str"),
    (["2024-10-27 02%3A30%3A00+02%3A00", "2024-10-27 02%3A30%3A00+01%3A00"], "datetime[us, UTC]"),
  ]) func `keys have the type that they are written in`(_ names: [String], _ type: String) throws {
    let scratch = try ScratchFolder()
    for name in names { try scratch.write("t/k=\(name)/a.csv", "id\n1\n") }
    let source = try openTable(scratch.file("t"))
    #expect(source.schema.summary == "id i64, k \(type)")
    #expect(source.notes.count == (type.contains("UTC") ? 1 : 0))
  }

  @Test func `a table with keys of several types is read as it was saved`() throws {
    let scratch = try ScratchFolder()
    let hour: Int64 = 3_600_000_000
    let table = Table([
      ("id", Column([1, 2])), ("f", Column([0.1, 1e300])), ("b", Column([true, false])),
      ("t", try Column(.datetime(.microseconds), [.datetime(hour, .microseconds), .datetime(-1, .microseconds)])),
      (
        "z",
        try Column(
          .zoned(.microseconds, .utc), [.zoned(hour, .microseconds, .utc), .zoned(hour + 500_000, .microseconds, .utc)])
      ),
    ])
    _ = try saveFolder(table, to: scratch.file("t"), by: ["f", "b", "t", "z"])
    let again = try read(scratch.file("t"))
    #expect(again.schema == table.schema)
    let rows = (0..<2).map { again.row($0) }.sorted { $0[0].description < $1[0].description }
    #expect(rows == (0..<2).map { table.row($0) })
  }

  /// Hive writes what a file's name cannot hold as a percent sign and two digits, wherever it stands in a value.
  @Test(arguments: [
    ("a%20b", "a b"), ("%2Fa", "/a"), ("a%20", "a "), ("%25", "%"), ("%D1%8F", "я"), ("a%2", "a%2"), ("50%", "50%"),
    ("%zz", "%zz"), ("a%3Db", "a=b"),
  ])
  func `values in the names of folders are decoded`(_ written: String, _ value: String) throws {
    let scratch = try ScratchFolder()
    try scratch.write("t/kind=\(written)/a.csv", "id\n1\n")
    #expect(try read(scratch.file("t")).row(0) == [.integer(1), .text(Text(value))])
  }

  @Test func `links to what is read already give no row twice`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("data/b.csv", "id\n1\n2\n")
    try scratch.write("data/sub/c.csv", "id\n3\n")
    try scratch.write("elsewhere/d.csv", "id\n4\n")
    let manager = FileManager.default
    for (link, target) in [
      ("data/a.csv", "b.csv"), ("data/loop", "."), ("data/sub/up", ".."), ("data/more", "../elsewhere"),
      ("data/gone", "nowhere"),
    ] {
      try manager.createSymbolicLink(atPath: scratch.file(link), withDestinationPath: target)
    }
    let source = try openTable(scratch.file("data"))
    #expect(try read(source).columns[0].equals(Column([1, 2, 4, 3])))
    #expect(
      source.notes
        == ["a.csv", "loop", "sub/up"].map {
          "link `\(scratch.file("data/" + $0))` skipped: its target is already part of the table"
        })
  }

  @Test(arguments: ["/", "//", "/.", "/.."]) func `the root of all files is no table`(_ path: String) throws {
    let diagnostic = #expect(throws: Diagnostic.self) { try openTable(path) }
    #expect(diagnostic?.message == "`\(path)` is the root of all files, not a folder of part files")
  }

  @Test func `a pattern reads neither devices nor what the system shows of itself`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("t/a.csv", "id\n1\n")
    let links = [("zero", "/dev/zero"), ("processes", "/proc")]
    for (link, target) in links {
      try FileManager.default.createSymbolicLink(atPath: scratch.file("t/" + link), withDestinationPath: target)
    }
    for path in ["t", "t/*", "t/{zero,a.csv,processes}"] {
      #expect(try read(scratch.file(path)).rowCount == 1, "\(path)")
    }
    #expect(throws: Diagnostic.self) { try openTable("/dev/z*") }
    #expect(throws: Diagnostic.self) { try openTable("/proc/*/*/*") }
  }

  @Test func `a pattern that looks at many files can be interrupted`() throws {
    let cancellation = Cancellation()
    cancellation.request()
    let diagnostic = #expect(throws: Diagnostic.self) {
      try Cancellation.$current.withValue(cancellation) { try openTable("/*/*/*") }
    }
    #expect(diagnostic?.kind == .interruption)
  }

  @Test func `an empty path is said`() throws {
    let diagnostic = #expect(throws: Diagnostic.self) { try openTable("") }
    #expect(diagnostic?.message == "the path is empty")
  }

  @Test func `a folder whose log says which files count is refused, and the hint works`() throws {
    let scratch = try ScratchFolder()
    let table = Table([("id", Column([1, 2]))])
    for (owner, marker, file) in [
      ("Hudi", ".hoodie/hoodie.properties", "part-0.parquet"),
      ("Iceberg", "metadata/v1.metadata.json", "data/part-0.parquet"),
    ] {
      try scratch.write("\(owner)/\(marker)", "{}")
      try scratch.write("\(owner)/\(file)", "")
      var options = SaveOptions()
      options.overwrite = true
      _ = try saveTable(table, to: scratch.file("\(owner)/\(file)"), options: options)
      let path = scratch.file(owner)
      let diagnostic = #expect(throws: Diagnostic.self) { try openTable(path) }
      #expect(
        diagnostic?.message
          == "`\(path)` is a table of \(owner); its log, which lists the valid files, is not read here"
      )
      let hint = try #require(diagnostic?.hint)
      let pattern = String(hint.split(separator: "\"")[1])
      let source = try openTable(pattern)
      #expect(source.rowCount == 2)
      #expect(source.notes == ["`\(path)` is a table of \(owner): files that its log has deleted are read too"])
    }
  }

  @Test func `a pattern reads deleted files of Delta Lake too, and says so`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("t/_delta_log/00000000000000000000.json", "{}")
    try scratch.write("t/day=1/a.csv", "id\n1\n")
    let source = try openTable(scratch.file("t/*/*.csv"))
    #expect(
      source.notes == ["`\(scratch.file("t"))` is a table of Delta Lake: files that its log has deleted are read too"])
    let above = #expect(throws: Diagnostic.self) { try openTable(scratch.file("")) }
    #expect(above?.hint?.hasSuffix("reads it by its log") == true)
  }

  @Test func `a column is named once`() throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("t.csv", "a,b\n1,2\n")
    var options = LoadOptions()
    options.columns = ["a", "b", "a"]
    let diagnostic = #expect(throws: Diagnostic.self) { try openTable(path, options: options) }
    #expect(diagnostic?.message == "`columns=` names `a` twice")
  }
}
