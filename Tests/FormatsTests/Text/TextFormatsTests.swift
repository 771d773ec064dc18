import Diagnostics
import Formats
import Foundation
import Generators
import Tables
import Testing

@Suite struct TextFormatsTests {
  private func table(_ text: String, _ options: LoadOptions = LoadOptions()) throws -> Table {
    let scratch = try ScratchFolder()
    return try read(scratch.write("table", text), options: options)
  }

  @Test func `types are what the values look like`() throws {
    let read = try table(
      "id,share,day,at,flag,name\n1,0.5,2024-03-01,2024-03-01T10:00:00,true,tea\n-22,1e3,1999-12-31,2024-03-01 10:00:00.5,false,\n"
    )
    #expect(
      read.schema.summary == "id i64, share f64, day date, at datetime[us], flag bool, name str")
    #expect(read.row(1).map(spell) == ["-22", spell(.float(1000)), "d10956", "D1709287200500000us", "false", "null"])
  }

  @Test(arguments: [
    "a;b\n1;x\n2;y\n", "a\tb\n1\tx\n2\ty\n", "a|b\n1|x\n2|y\n", "a::b\n1::x\n2::y\n", "\u{FEFF}a,b\r\n1,x\r\n2,y",
  ])
  func `separators, byte order marks and line ends are found out`(_ text: String) throws {
    let read = try table(text)
    #expect(read.schema.summary == "a i64, b str")
    #expect(read.row(1).map(spell) == ["2", "t79"])
  }

  @Test(arguments: ["sep=;\r\n", "\u{FEFF}sep=;\n", "\"sep=;\"\n", "SEP=;\n"])
  func `a first line that declares the separator is passed over`(_ first: String) throws {
    let scratch = try ScratchFolder()
    let source = try openTable(try scratch.write("s.csv", first + "a,x;b\n1,5;x\n2,5;y\n"))
    #expect(source.schema.names == ["a,x", "b"])
    #expect(source.notes.contains("the first line, `sep=;`, is no data: passed over"))
    #expect(try read(source).rowCount == 2)
  }

  @Test(arguments: [(0xFEFF as UInt16?, true), (nil, true), (0xFEFF, false), (nil, false)])
  func `UTF-16 is recognised with and without a mark`(_ mark: UInt16?, _ isLittle: Bool) throws {
    let scratch = try ScratchFolder()
    let units = (mark.map { [$0] } ?? []) + Array("номер,имя\n1,чай\n2,кофе 😀\n".utf16)
    let bytes = units.flatMap { isLittle ? [UInt8($0 & 255), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 255)] }
    let path = scratch.file("u.csv")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let table = try read(path)
    #expect(table.schema.summary == "номер i64, имя str")
    #expect(table.row(1) == [.integer(2), .text("кофе 😀")])
  }

  @Test func `a first line of data is no header`() throws {
    let read = try table("1::1193::5::978300760\n1::661::3::978302109\n")
    #expect(read.schema.names == ["column_1", "column_2", "column_3", "column_4"])
    #expect(read.rowCount == 2)
  }

  @Test func `typed headers say what columns are`() throws {
    let read = try table("item_id:token\tclass:token_seq\tyear:float\n7\tComedy Drama\t1995\n8\t\t1996\n")
    #expect(read.schema.summary == "item_id i64, class list[str], year f64")
    #expect(read.row(0).map(\.description).first == "7")
    #expect(spell(read.columns[1]) == ["[t436f6d656479,t4472616d61]", "null"])
  }

  @Test func `quotes hold separators, line ends and quotes`() throws {
    let read = try table("a,b\n\"x,\"\"y\"\"\",\"two\nlines\"\n\"\",plain\n")
    #expect(read.row(0) == [.text("x,\"y\""), .text("two\nlines")])
    #expect(read.row(1) == [.text(""), .text("plain")])
  }

  @Test func `backslashes before quotes are found out`() throws {
    let read = try table("name,n\n\"say \\\"hi\\\", twice\",3\n\"a\\\\b\",4\n")
    #expect(read.row(0) == [.text("say \"hi\", twice"), .integer(3)])
    #expect(read.row(1) == [.text("a\\b"), .integer(4)])
    // A path that ends with a backslash is no escape.
    let paths = try table("path,n\n\"C:\\dir\\\",3\n")
    #expect(paths.row(0) == [.text("C:\\dir\\"), .integer(3)])
  }

  @Test func `decimal commas are found out where they can be nothing else`() throws {
    let scratch = try ScratchFolder()
    let source = try openTable(try scratch.write("p.csv", "price;name\n1,5;a\n12,25;b\n;c\n"))
    #expect(source.schema.summary == "price f64, name str")
    #expect(source.notes == ["`price`: commas read as decimal marks; `decimal=\".\"` leaves them as they are"])
    #expect(try read(source).row(1) == [.float(12.25), .text("b")])
    // Thousands, lists, and points beside them.
    for text in ["a;b\n1,500;x\n2,250;y\n", "a;b\n1,2,3;x\n", "a;b\n1,5;2.5\n"] {
      #expect(try table(text).schema[0].type == .string, "\(text)")
    }
  }

  @Test func `what is not finite is a number too`() throws {
    let scratch = try ScratchFolder()
    let floats = Table([("f", Column([0.5, .nan, .infinity, -.infinity]))])
    for name in ["f.csv", "f.tsv"] {
      _ = try saveTable(floats, to: scratch.file(name))
      #expect(spell(try read(scratch.file(name)).columns[0]) == spell(floats.columns[0]))
    }
    #expect(try table("a\nNan\nInfo\n").schema[0].type == .string)
  }

  @Test func `lines that end in carriage returns alone are lines`() throws {
    let read = try table("a,b\r1,x\r2,y\r")
    #expect(read.schema.summary == "a i64, b str")
    #expect(read.row(1) == [.integer(2), .text("y")])
  }

  @Test func `an array of objects is as many rows`() throws {
    let rows = try table("[{\"a\": 1},\n {\"a\": 2}]")
    #expect(rows.schema.summary == "a i64")
    #expect(rows.rowCount == 2)
  }

  @Test func `objects of a line are read in parts, and names and types that come late are said`() throws {
    let scratch = try ScratchFolder()
    var lines = (0..<300_000).map { "{\"a\": \($0), \"b\": [\($0 % 3)]}" }
    lines[250_001] = "{\"b\": null, \"a\": 0.5, \"late\": \"x\"}"
    let path = try scratch.write("t.ndjson", lines.joined(separator: "\n") + "\n\n")
    let source = try openTable(path)
    #expect(source.schema.summary == "a i64, b list[i64]")
    #expect(spell(try #require(try source.leadingRows([0], count: 2))[0]) == ["0", "1"])
    #expect(source.rowCount == 300_000 && source.partitions.count > 1)
    #expect(try source.finalizeTypes(of: [0]))
    #expect(source.schema.summary == "a f64, b list[i64], late str")
    #expect(
      source.notes == ["`a` is f64, not i64", "`late` is a column too: the first lines do not have it"])
    #expect(!source.isInMemory(0))
    let last = source.partitions.count - 1
    let rows = source.partitions[last].rows
    let tail = try source.columns([0, 2], partition: last, rows: rows.count - 1..<rows.count, kept: nil)
    #expect(tail[0][0] == .float(299_999) && tail[1][0] == .null)
    let whole = try read(source)
    #expect(whole.row(250_001) == [.float(0.5), .null, .text("x")])
    #expect(whole.row(2) == [.float(2), .list([.integer(2)]), .null])
  }

  @Test func `a ragged line is named`() throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("orders.csv", "a,b,c\n1,2,3\n4,5\n")
    let diagnostic = #expect(throws: Diagnostic.self) { try read(path) }
    #expect(diagnostic?.message == "line 3 has 2 fields where 3 are expected")
    #expect(diagnostic?.place == path + ":3")
  }

  @Test func `types found out later widen the column and say so`() throws {
    let scratch = try ScratchFolder()
    // After 256 kB, and not at one of the places that are looked at.
    var lines = (0..<60_000).map { "\($0),\($0 % 7)" }
    lines.append("2.5,x")
    let path = try scratch.write("late.csv", "a,b\n" + lines.joined(separator: "\n") + "\n")
    let source = try openTable(path)
    #expect(source.schema.summary == "a i64, b i64", "the sample shows no more")
    #expect(try source.finalizeTypes(of: [0, 1]))
    #expect(source.schema.summary == "a f64, b str")
    #expect(try !source.finalizeTypes(of: [0, 1]))
    #expect(
      source.notes == ["`a` is f64, not i64: line 60002 has `2.5`", "`b` is str, not i64: line 60002 has `x`"])
    let columns = try source.columns([0, 1])
    #expect(columns[0][59_999] == .float(59_999))
    #expect(columns[1][60_000] == .text("x"))
  }

  @Test func `options decide what the file leaves open`() throws {
    var options = LoadOptions()
    options.decimal = ","
    options.separator = ";"
    options.nulls = ["NA"]
    options.skip = 1
    options.types = ["id": .i32]
    let read = try table("made by hand\nid;price;name\n1;2,5;NA\n2;3;x\n", options)
    #expect(read.schema.summary == "id i32, price f64, name str")
    #expect(read.row(0) == [.integer(1), .float(2.5), .null])
    // Where a comma is the decimal mark, a point is none.
    let points = try table("made by hand\nid;price\n1;2,5\n2;1.234\n", options)
    #expect(points.schema.summary == "id i32, price str" && points.row(1)[1] == .text("1.234"))
    options.types = ["id": .i32, "price": .f64]
    #expect(throws: Diagnostic.self) { try table("made by hand\nid;price\n1;2,5\n2;1.234\n", options) }
  }

  /// However many lines are passed over, no more are looked for than there are.
  @Test(arguments: [3, 4, 1_000_000, Int.max]) func `skipping all lines leaves nothing`(_ lines: Int) throws {
    var options = LoadOptions()
    options.skip = lines
    let error = #expect(throws: Diagnostic.self) { try table("a,b\n1,2\n3,4\n", options) }
    #expect(error?.message.hasSuffix("has 3 lines, and `skip=` passes over all of them") == true)
    #expect(error?.hint == "`skip=2` leaves the last one")
  }

  @Test func `what is written reads back the same`() throws {
    let scratch = try ScratchFolder()
    let table = Table([
      ("i", Column([1, nil, -9_000_000_000] as [Int?])),
      ("f", Column([0.1, -2.5e-30, nil] as [Double?])),
      ("d", try Column(.date, [.date(19_783), .null, .date(-1)])),
      ("t", Column(["plain", "with, \"all\"\nof it", ""])),
    ])
    for name in ["t.csv", "t.tsv", "t.csv.gz", "t.csv.zst"] {
      let report = try saveTable(table, to: scratch.file(name))
      #expect(report.rowCount == 3)
      let back = try read(scratch.file(name))
      #expect(back.schema == table.schema, "\(name)")
      for row in 0..<3 { #expect(back.row(row) == table.row(row), "\(name)") }
    }
    #expect(
      try ReferenceFiles.contents(scratch.file("t.csv"))
        == "i,f,d,t\n1,0.1,2024-03-01,plain\n,-2.5e-30,,\"with, \"\"all\"\"\nof it\"\n-9000000000,,1969-12-31,\"\"\n")
  }

  /// Every byte below a space, and what else means something in one of the forms.
  @Test func `control characters read back the same, and none stands raw in JSON`() throws {
    let scratch = try ScratchFolder()
    let scalars = (0..<0x20).map { UInt32($0) } + [0x22, 0x27, 0x2C, 0x5C, 0x7F, 0x85, 0x2028, 0xFEFF, 0x1F600]
    let characters = scalars.compactMap(Unicode.Scalar.init).map { String(Character($0)) }
    let texts = characters.flatMap { [$0, "a\($0)b", "\($0)\($0)", "x\($0)"] }
    let table = Table([("n", Column(texts.indices.map { $0 })), ("t", Column(texts))])
    for name in ["t.csv", "t.tsv", "t.ndjson", "t.parquet"] {
      _ = try saveTable(table, to: scratch.file(name))
      var options = LoadOptions()
      // A zero byte is no letter of any text that is found out.
      options.format = String(name.dropFirst(2))
      options.types = name.hasSuffix("sv") ? ["t": .string] : [:]
      let back = try read(scratch.file(name), options: options)
      let differing = texts.indices.filter { back.row($0) != table.row($0) }.map {
        texts[$0].unicodeScalars.map(\.value)
      }
      #expect(back.rowCount == table.rowCount && differing.isEmpty, "\(name) \(differing)")
    }
    let json = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.file("t.ndjson"))))
    #expect(json.allSatisfy { $0 >= 0x20 || $0 == 0x0A })
    #expect(json.count { $0 == 0x0A } == texts.count)
  }

  @Test(arguments: ["gz", "zst"]) func `a compressed file that grows without end is refused`(_ ending: String) throws {
    let scratch = try ScratchFolder()
    let table = Table([("a", Column([String(repeating: "x", count: 4 << 20)]))])
    _ = try saveTable(table, to: scratch.file("one.csv." + ending))
    let member = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.file("one.csv." + ending))))
    // Members and frames may follow one another: forty of 4 MiB each, in less than 200 kB.
    let path = try scratch.write("bomb.csv." + ending, [[UInt8]](repeating: member, count: 40).flatMap { $0 })
    let diagnostic = #expect(throws: Diagnostic.self) { try read(path) }
    #expect(diagnostic?.message.contains("kB to more than 128 MB") == true)
    #expect(diagnostic?.place == path)
    #expect(try read(scratch.write("few.csv." + ending, member + member)).rowCount == 2 + 1)
  }

  @Test(.enabled(if: ReferenceFiles.hasShared("ml-100k"), "needs ../shared"))
  func `MovieLens loads without options`() throws {
    let folder = ReferenceFiles.shared("ml-100k")
    #expect(try read(folder + "/ml-100k.inter").schema.summary == "user_id i64, item_id i64, rating f64, timestamp f64")
    #expect(try read(folder + "/ml-100k.inter").rowCount == 100_000)
    #expect(try read(folder + "/ml-100k.item").rowCount == 1_682)
    #expect(try read(folder + "/ml-100k.user").rowCount == 943)
  }

  @Test func `files like MovieLens load without options`() throws {
    let ratings = try read(ReferenceFiles.sample("ratings.inter"))
    #expect(ratings.schema.summary == "user_id i64, item_id i64, rating f64, timestamp f64")
    #expect(ratings.rowCount == 96)
    let films = try read(ReferenceFiles.sample("films.item"))
    #expect(films.schema.summary == "item_id i64, movie_title list[str], release_year i64, class list[str]")
    #expect(films.rowCount == 20)
    #expect(try read(ReferenceFiles.sample("people.user")).rowCount == 12)
  }

  @Test func `text that is not UTF-8 is said, and read as what it is said to be`() throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("old.csv", Array("n,name\n1,".utf8) + [0xE0, 0xED, 0xFF, 0x0A])
    #expect(try openTable(path).notes.contains { $0.hasPrefix("the text is not valid UTF-8") })
    var options = LoadOptions()
    options.encoding = "windows-1251"
    let source = try openTable(path, options: options)
    #expect(source.notes.isEmpty)
    #expect(try read(source).column("name")?.equals(Column(["аня"])) == true)
  }
}
