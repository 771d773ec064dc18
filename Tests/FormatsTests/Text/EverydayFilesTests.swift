import Diagnostics
import Formats
import Foundation
import Generators
import Tables
import Testing

/// Files as everyday programs write them; `Scripts/fixtures/everyday-fixtures.py` made the fixtures.
@Suite struct EverydayFilesTests {
  private func read(_ name: String, _ change: (inout LoadOptions) -> Void = { _ in }) throws -> Table {
    var options = LoadOptions()
    change(&options)
    return try table(at: ReferenceFiles.fixtures + "/Everyday/" + name, options)
  }

  private func table(at path: String, _ options: LoadOptions) throws -> Table {
    let source = try openTables([path], options: options)
    let columns = try source.columns(Array(source.schema.fields.indices))
    return Table(source.schema, columns, rowCount: source.rowCount)
  }

  private func text(_ text: String, _ change: (inout LoadOptions) -> Void) throws -> Table {
    let scratch = try ScratchFolder()
    try Data(text.utf8).write(to: URL(fileURLWithPath: scratch.file("a.csv")))
    var options = LoadOptions()
    change(&options)
    return try table(at: scratch.file("a.csv"), options)
  }

  @Test func `a workbook's cells have their types`() throws {
    let orders = try read("orders.xlsx")
    #expect(
      orders.schema.summary == "id i64, name str, price f64, day date, at datetime[ms], paid bool")
    #expect(orders.rowCount == 4)
    #expect(orders.row(1)[1] == .text("кофе & <сыр>"))
    #expect(orders.row(2) == [.integer(3), .null, .null, .null, .null, .null])
    #expect(orders.row(0)[3].description == "2024-07-01")
    #expect(orders.row(3)[3].description == "1900-03-01")
    #expect(orders.row(1)[4].description == "2024-02-29 23:59:59")
    let notes = try read("orders.xlsx") { $0.sheet = "notes" }
    #expect(notes.schema.summary == "key str, value duration[ms]")
    #expect(notes.row(0)[1] == .duration(108_000_000, .milliseconds))
    let none = #expect(throws: Diagnostic.self) { try read("orders.xlsx") { $0.sheet = "x" } }
    #expect(none?.hint == "there is `orders`, `notes`")
  }

  /// `Scripts/fixtures/opendocument-fixtures.py` made the spreadsheet.
  @Test func `a spreadsheet of OpenDocument has the types of its cells`() throws {
    let orders = try read("orders.ods")
    #expect(
      orders.schema.summary
        == "id i64, name str, price f64, day date, at datetime[ms], paid bool, opens time, lasts duration[ms]")
    #expect(orders.rowCount == 5)
    #expect(
      orders.row(0).map(\.description)
        == ["1", "чай", "12.5", "2024-07-01", "2024-07-01 08:30:15", "true", "08:30:00", "1d 6h"])
    #expect(orders.row(1)[1] == .text("кофе & <сыр>  \tx\n\nsecond"))
    #expect(
      orders.row(1)[3...].map(\.description) == ["1899-12-31", "1899-12-31 23:59:59", "false", "23:59:59.500", "2d 1h"])
    #expect(orders.row(2) == [Value](repeating: .null, count: 8))
    #expect(orders.row(3)[..<3] == [.integer(7), .text("a"), .float(1)] && orders.row(3) == orders.row(4))
    let notes = try read("orders.ods") { $0.sheet = "2" }
    #expect(notes.schema.summary == "key i64, value i64" && notes.row(0) == [.integer(5), .integer(5)])
    let none = #expect(throws: Diagnostic.self) { try read("orders.ods") { $0.sheet = "x" } }
    #expect(none?.hint == "there is `orders`, `notes`")
  }

  @Test func `an empty text beside numbers is nothing`() throws {
    let holes = try read("pandas.ods")
    #expect(holes.schema.summary == "x f64, b bool, w str")
    #expect(holes.row(1) == [.null, .null, .text("")])
    #expect(holes.row(2) == [.float(2), .bool(false), .text("c")])
  }

  @Test func `a workbook is read as it was written`() throws {
    let scratch = try ScratchFolder()
    let table = Table([
      ("i", Column([1, nil, -9_007_199_254_740_992] as [Int64?])), ("f", Column([0.1, 1e300, nil] as [Double?])),
      ("s", Column(["a & b", " x\u{1}", nil] as [String?])), ("b", Column([true, nil, false] as [Bool?])),
      ("d", try Column(.date, [.date(0), .null, .date(19_905)])),
      (
        "t",
        try Column(
          .datetime(.milliseconds), [.datetime(1_719_792_000_123, .milliseconds), .null, .datetime(1, .milliseconds)])
      ),
    ])
    _ = try saveTable(table, to: scratch.file("a.xlsx"))
    let again = try self.table(at: scratch.file("a.xlsx"), LoadOptions())
    #expect(again.schema == table.schema)
    for row in 0..<3 { #expect(again.row(row) == table.row(row)) }
  }

  @Test func `a database's table is read by its values`() throws {
    let orders = try read("shop.db") { $0.table = "orders" }
    #expect(
      orders.schema.summary
        == "id i64, name str, price f64, day date, at datetime[us], paid bool, mixed str, raw binary")
    #expect(orders.row(1)[3].description == "2024-02-29")
    #expect(orders.row(0)[6] == .text("1"))
    #expect(try read("shop.db") { $0.table = "paid" }.rowCount == 2)
    let several = #expect(throws: Diagnostic.self) { try read("shop.db") }
    #expect(several?.hint == "`table=orders` chooses one of `orders`, `two words`, `paid`")
  }

  @Test(arguments: ["orders.csv.bz2", "orders.csv.xz", "orders.zip"])
  func `packed text is unpacked`(_ name: String) throws {
    let orders = try read(name)
    #expect(orders.schema.summary == "id i64, name str")
    #expect(orders.row(1) == [.integer(2), .text("кофе")])
  }

  @Test func `a zip file of several files asks which`() throws {
    let error = #expect(throws: Diagnostic.self) { try read("two.zip") }
    #expect(error?.hint == "`table=\"a.csv\"` chooses one of `a.csv`, `b.csv`")
    #expect(try read("two.zip") { $0.table = "b.csv" }.rowCount == 2)
  }

  @Test(arguments: [
    ("array.json", nil), ("pretty.json", nil), ("one-after-another.json", nil), ("nested.json", "data.items"),
  ])
  func `objects are rows wherever they stand`(_ name: String, _ path: String?) throws {
    let items = try read(name) { $0.select = path }
    #expect(items.schema.summary == "id i64, tags list[str], of struct[x: i64], late str", "\(name)")
    #expect(items.row(1)[3] == .text("\"}]"))
    #expect(items.row(0)[1] == .list([.text("a"), .text("b c")]))
  }

  @Test func `a path that leads nowhere says what there is`() throws {
    let error = #expect(throws: Diagnostic.self) { try read("nested.json") { $0.select = "data.rows" } }
    #expect(error?.message == "nothing stands at `data.rows`")
    #expect(error?.hint == "there is items, status")
  }

  /// A name may be escaped in the file, and have points.
  @Test(arguments: ["да", "`a.b`.items", "x.`a.b`"]) func `names are compared as they are meant`(_ path: String) throws
  {
    let scratch = try ScratchFolder()
    let text = #"{"\u0434\u0430": [{"n": 1}], "a.b": {"items": [{"n": 1}]}, "x": {"a\u002eb": [{"n": 1}]}}"#
    try scratch.write("t.json", text)
    var options = LoadOptions()
    options.select = path
    #expect(try self.table(at: scratch.file("t.json"), options).row(0) == [.integer(1)])
    options.select = "no"
    let error = #expect(throws: Diagnostic.self) { try self.table(at: scratch.file("t.json"), options) }
    #expect(error?.hint == "there is `a.b`, x, да")
  }

  /// Written by polars: `pl.DataFrame({"a": [1], "big": [1]}, schema={"a": pl.Int64, "big": pl.Int128})`.
  @Test func `integers of 128 bits are decimals without a fraction`() throws {
    let path = ReferenceFiles.fixtures + "/Everyday/int128.arrow"
    let table = try openTable(path)
    #expect(table.schema.summary == "a i64, big decimal[38,0]" && table.notes.isEmpty)
    let columns = try table.columns([0, 1])
    #expect(columns[0][0] == .integer(1) && columns[1][0] == .decimal(1, scale: 0))
    var options = LoadOptions()
    options.columns = ["a"]
    #expect(try openTable(path, options: options).columns([0])[0][0] == .integer(1))
  }

  @Test func `text is tidied as asked`() throws {
    let table = try text(
      "# made by hand\na ; b;c\n 1 ;\"1 234,5\"; yes\n2 ;7\n# end\n3;\"x;y\";no\n"
    ) {
      ($0.comment, $0.trims, $0.padsLines, $0.thousands, $0.decimal) = ("#", true, true, " ", ",")
      ($0.trueValues, $0.falseValues) = (["yes"], ["no"])
    }
    #expect(table.schema.names == ["a", "b", "c"])
    #expect(table.schema[2].type == .bool)
    #expect(table.row(0) == [.integer(1), .text("1 234,5"), .bool(true)])
    #expect(table.row(1) == [.integer(2), .text("7"), .null])
    let numbers = try text("a,b\n\"1,234\",-12\n1,2\n") { $0.thousands = "," }
    #expect(numbers.schema.summary == "a i64, b i64")
    #expect(numbers.row(0) == [.integer(1234), .integer(-12)])
  }

  /// Words for true and thousands separators are those of columns that have nothing else.
  @Test func `tidying leaves texts, ids and names alone`() throws {
    let flags = try text("id,yes,flag\n1,yes,yes\n2,no,no\n3,Yes,\n") {
      ($0.trueValues, $0.falseValues) = (["1", "yes"], ["0", "no"])
    }
    #expect(flags.schema.summary == "id i64, yes str, flag bool")
    #expect(flags.row(2) == [.integer(3), .text("Yes"), .null])
    let names = try text("name;n;code\n10.000;1.234,5;1.23\nfilm;2;1.234\n") { ($0.thousands, $0.decimal) = (".", ",") }
    #expect(names.row(0) == [.text("10.000"), .float(1234.5), .text("1.23")])
    #expect(names.row(1) == [.text("film"), .float(2), .text("1.234")])
    let asked = try text("a,b\n\"1,000\",\"1,000\"\n") { ($0.thousands, $0.types) = (",", ["a": .string]) }
    #expect(asked.row(0) == [.text("1,000"), .integer(1000)])
  }

  @Test(arguments: [
    "a,b\n\"x\\\"y\",1\n", "a\tb\n\"x\t1\nz\t2\n\"x\"\"y\"\t3\n", "a,b\n\"x \"\"y\"\"\",1\n\"\",2\n,3\n",
  ])
  func `tidying reads quotes as without it`(_ written: String) throws {
    let plain = try text(written) { _ in }
    let tidied = try text(written) { $0.trims = true }
    #expect(tidied.rowCount == plain.rowCount && tidied.schema == plain.schema)
    for row in 0..<plain.rowCount { #expect(tidied.row(row) == plain.row(row)) }
  }

  @Test func `mistakes name the lines of the file that was given`() throws {
    let error = #expect(throws: Diagnostic.self) {
      try text("made by hand\n# a comment\na,b\n1,2\n# another\n\n3,4,5\n") { ($0.comment, $0.skip) = ("#", 1) }
    }
    #expect(error?.place?.hasSuffix(":7") == true, "\(String(describing: error))")
    let single = try text("a\n1\n# no row\n2\n") { $0.comment = "#" }
    #expect(single.rowCount == 2)
  }

  /// As `pivot` writes them.
  @Test(arguments: [
    ("product,2022,2023\ntea,5,7\nmilk,1,2\n", ["product", "2022", "2023"], true),
    ("user,1,2,3\nanna,5,,1\nboris,4,4,4\n", ["user", "1", "2", "3"], true),
    ("shop,2024-01-01,2024-02-01\nA,3,4\n", ["shop", "2024-01-01", "2024-02-01"], true),
    ("anna,2020,2024\nboris,2021,2021\n", ["column_1", "column_2", "column_3"], false),
    ("tea,5,7\nmilk,1,2\n", ["column_1", "column_2", "column_3"], false),
    ("product,2022\ntea,5\n", ["column_1", "column_2"], true),
    ("1,2,3\n5,7,1\n", ["column_1", "column_2", "column_3"], false),
  ]) func `years and numbers are names of columns, and it is said`(_ written: String, _ names: [String], _ isSaid: Bool)
    throws
  {
    let scratch = try ScratchFolder()
    let source = try openTable(try scratch.write("p.csv", written))
    #expect(source.schema.names == names)
    #expect(source.notes.contains { $0.contains("the first line") } == isSaid, "\(source.notes)")
  }

  @Test func `encodings have many names`() throws {
    let scratch = try ScratchFolder()
    for name in ["CP866", "ibm866", "Shift_JIS", "latin1", "ISO-8859-1", "gb2312", "Windows 1251"] {
      try Data([0x61, 0x0A, 0x62, 0x0A]).write(to: URL(fileURLWithPath: scratch.file("a.csv")))
      var options = LoadOptions()
      options.encoding = name
      #expect(try table(at: scratch.file("a.csv"), options).schema.names == ["a"], "\(name)")
    }
  }

  @Test(
    arguments: [
      ("cp866", [0xE7, 0xA0, 0xA9], "чай"), ("koi8-r", [0xDE, 0xC1, 0xCA], "чай"),
      ("cp1251", [0xF7, 0xE0, 0xE9], "чай"),
      ("Shift-JIS", [0x93, 0xFA, 0x96, 0x7B], "日本"), ("EUC-JP", [0xC6, 0xFC, 0xCB, 0xDC], "日本"),
      ("GBK", [0xB2, 0xE8, 0xD2, 0xB6], "茶叶"), ("latin1", [0x63, 0x61, 0x66, 0xE9], "café"),
    ] as [(String, [UInt8], String)])
  func `texts are read in the encoding that is named`(_ name: String, _ bytes: [UInt8], _ expected: String) throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("a.csv", Array("a,b\n1,".utf8) + bytes + [0x0A])
    var options = LoadOptions()
    options.encoding = name
    #expect(try table(at: path, options).row(0) == [.integer(1), .text(Text(expected))])
  }

  @Test func `several files are one table, with their names`() throws {
    let scratch = try ScratchFolder()
    try Data("a,b\n1,x\n".utf8).write(to: URL(fileURLWithPath: scratch.file("one.csv")))
    try Data("a,c\n2,0.5\n".utf8).write(to: URL(fileURLWithPath: scratch.file("two.csv")))
    var options = LoadOptions()
    (options.source, options.isUnion) = ("file", true)
    let source = try openTables([scratch.file("one.csv"), scratch.file("two.csv")], options: options)
    #expect(source.schema.summary == "a i64, b str, c f64, file str")
    let columns = try source.columns([0, 1, 2, 3])
    let second: [Value] = (0..<4).map { columns[$0][1] }
    #expect(second == [Value.integer(2), Value.null, Value.float(0.5), Value.text("two.csv")])
  }

  @Test func `days around 1900 are read back, and what a sheet does not hold is said`() throws {
    let scratch = try ScratchFolder()
    let days: [Int32] = [-25_567, -25_510, -25_509, -25_508, 0]
    let table = Table([("day", try Column(.date, days.map { .date($0) } + [.null]))])
    let report = try saveTable(table, to: scratch.file("days.xlsx"))
    #expect(report.notes.contains { $0.contains("1 row of nulls at the end") })
    let again = try self.table(at: scratch.file("days.xlsx"), LoadOptions())
    #expect((0..<again.rowCount).map { again.columns[0][$0] } == days.map { .date($0) })
    let early = try saveTable(Table([("day", try Column(.date, [.date(-25_568)]))]), to: scratch.file("early.xlsx"))
    #expect(early.notes.contains { $0.contains("days before 1900 are written as text") })
    #expect(try self.table(at: scratch.file("early.xlsx"), LoadOptions()).columns[0][0] == .text("1899-12-31"))
  }

  /// A text that looks like an escaped character of a sheet stays as it is.
  @Test func `texts with underscores and control characters are read back from a sheet`() throws {
    let scratch = try ScratchFolder()
    let texts = [
      "_x0041_", "a_x000D_b", "_x005F_x0041_", "_x0041_x0042_", "__x0041_", "_x0041", "_X0041_", "_x004G_", "_x+041_",
      "a\rb", "\u{1}x0041_", "_x0041\u{1}", "_x0041\n", "\u{7F}\u{FFFE}", "_xd800_", "_",
    ]
    let table = Table([("_x0041_", Column(texts))])
    _ = try saveTable(table, to: scratch.file("a.xlsx"))
    let again = try self.table(at: scratch.file("a.xlsx"), LoadOptions())
    #expect(again.schema == table.schema)
    #expect((0..<again.rowCount).map { again.columns[0][$0] } == texts.map { .text(Text($0)) })
  }

  @Test func `what spreadsheets have no day for is text, and no time is 24 hours`() throws {
    let scratch = try ScratchFolder()
    let last: Int32 = 2_932_896
    let days = try saveTable(Table([("d", try Column(.date, [.date(last)]))]), to: scratch.file("last.xlsx"))
    #expect(days.notes.isEmpty)
    #expect(try self.table(at: scratch.file("last.xlsx"), LoadOptions()).columns[0][0] == .date(last))
    let later = Table([
      ("d", try Column(.date, [.date(last + 1)])),
      (
        "t",
        try Column(.datetime(.milliseconds), [.datetime((Int64(last) + 1) * 86_400_000, .milliseconds)])
      ),
    ])
    let report = try saveTable(later, to: scratch.file("later.xlsx"))
    #expect(report.notes.contains { $0.contains("days after 9999-12-31 are written as text") })
    let again = try self.table(at: scratch.file("later.xlsx"), LoadOptions())
    for column in 0..<2 { #expect(again.columns[column][0] == .text(Text(later.columns[column][0].description))) }
    let time = Table([("t", try Column(.time, [.time(86_399_999_999_600), .time(1_000_000_000)]))])
    _ = try saveTable(time, to: scratch.file("time.xlsx"))
    let read = try self.table(at: scratch.file("time.xlsx"), LoadOptions())
    #expect(read.columns[0][0] == .time(86_399_999_000_000) && read.columns[0][1] == .time(1_000_000_000))
  }

  @Test(arguments: [
    ("[1, 2]", "value i64", 2), ("[[1, 2], [3]]", "value list[i64]", 2), ("[null, {\"a\": 1}]", "a i64", 2),
    ("[]", "", 0), ("[true, null]", "value bool", 2), ("[\"x\"]", "value str", 1),
  ])
  func `arrays of JSON are rows, whatever they hold`(_ code: String, _ schema: String, _ rows: Int) throws {
    let found = try text(code) { _ in }
    #expect(found.schema.summary == schema && found.rowCount == rows, "\(found.schema.summary) \(found.rowCount)")
  }

  @Test func `an option that a format does not understand is refused`() throws {
    let error = #expect(throws: Diagnostic.self) { try read("orders.xlsx") { $0.separator = ";" } }
    #expect(error?.message == "`separator` is not an option for files of format xlsx")
    #expect(error?.hint == "leave it out; it is for tsv, csv")
    #expect(throws: Diagnostic.self) { try text("{\"a\": 1}") { $0.nulls = ["1"] } }
    #expect(throws: Diagnostic.self) { try text("a\n1\n") { $0.sheet = "1" } }
  }

  @Test func `prices with a decimal comma are read as decimals`() throws {
    let prices = try text("a;b\n1,50;1\n-2;2\n") {
      $0.decimal = ","
      $0.types = ["a": .decimal(precision: 5, scale: 2)]
    }
    #expect((0..<2).map { prices.columns[0][$0] } == [.decimal(150, scale: 2), .decimal(-200, scale: 2)])
  }

  @Test func `a table becomes a folder of parts, and that a table again`() throws {
    let scratch = try ScratchFolder()
    let table = Table([
      ("k", Column(["a/b", "a/b", nil, "c"] as [String?])), ("n", Column([2024, 2025, 2024, 2024] as [Int64])),
      ("x", Column([1, 2, 3, 4] as [Int64])),
    ])
    let report = try saveFolder(table, to: scratch.file("parts"), by: ["n", "k"])
    #expect(report.rowCount == 4)
    let again = try self.table(at: scratch.file("parts"), LoadOptions())
    #expect(again.schema.names == ["x", "n", "k"])
    let rows = Set((0..<4).map { "\(again.row($0))" })
    #expect(rows.contains("\([Value.integer(1), .integer(2024), .text("a/b")])"))
    #expect(rows.contains("\([Value.integer(3), .integer(2024), .null])"))
    let error = #expect(throws: Diagnostic.self) { try saveFolder(table, to: scratch.file("parts"), by: ["n"]) }
    #expect(error?.message.hasSuffix("exists already") == true)
    #expect(error?.hint?.contains("overwrite") == false)
    let empty = Table([("k", Column(["", "b"])), ("n", Column([1, 2]))])
    let refused = #expect(throws: Diagnostic.self) { try saveFolder(empty, to: scratch.file("other"), by: ["k"]) }
    #expect(refused?.message.contains("it would be read as null") == true)
    #expect(!scratch.names.contains { $0.contains("other") })
    #expect(throws: Diagnostic.self) { try saveFolder(table, to: "-", by: ["n"]) }
  }
}
