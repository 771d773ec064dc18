import Diagnostics
import Formats
import Foundation
import Generators
import Parallelism
import Tables
import Testing

/// Numbers whose digits matter: none is lost without a word.
@Suite struct DigitsTests {
  private func open(_ text: String, _ name: String = "t.csv", types: [String: DataType] = [:]) throws -> Opened {
    let scratch = try ScratchFolder()
    var options = LoadOptions()
    options.types = types
    return Opened(try openTable(try scratch.write(name, text), options: options), scratch)
  }

  /// A source with the folder that its file lies in.
  private struct Opened {
    let source: any TableSource
    private let scratch: ScratchFolder

    init(_ source: any TableSource, _ scratch: ScratchFolder) { (self.source, self.scratch) = (source, scratch) }

    func column(_ index: Int = 0) throws -> [String] { spell(try source.columns([index])[0]) }
  }

  struct Case: Sendable {
    let text: String
    let type: DataType
    let values: [Value]
    let note: String?
  }

  @Test(arguments: [
    Case(
      text: "zip,n\n00123,1\n45678,2\n", type: .string, values: [.text("00123"), .text("45678")],
      note: "`zip` is str: `00123` begins with a zero; `types=[\"zip i64\"]` makes numbers of it"),
    Case(
      text: "zip,n\n\"12\",1\n\"012\",2\n", type: .string, values: [.text("12"), .text("012")],
      note: "`zip` is str: `012` begins with a zero; `types=[\"zip i64\"]` makes numbers of it"),
    Case(
      text: "zip,n\n0.5,1\n007,2\n", type: .string, values: [.text("0.5"), .text("007")],
      note: "`zip` is str: `007` begins with a zero; `types=[\"zip f64\"]` makes numbers of it"),
    Case(text: "zip,n\n0,1\n-0,2\n10,3\n", type: .i64, values: [.integer(0), .integer(0), .integer(10)], note: nil),
    Case(
      text: "zip,n\n0.5,1\n00.5,2\n", type: .string, values: [.text("0.5"), .text("00.5")],
      note: "`zip` is str: `00.5` begins with a zero; `types=[\"zip f64\"]` makes numbers of it"),
    Case(
      text: "zip,n\n01.10,1\n12.20,2\n", type: .string, values: [.text("01.10"), .text("12.20")],
      note: "`zip` is str: `01.10` begins with a zero; `types=[\"zip f64\"]` makes numbers of it"),
    Case(
      text: "zip;n\n01,10;1\n12,20;2\n", type: .string, values: [.text("01,10"), .text("12,20")],
      note: "`zip` is str: `01,10` begins with a zero; `types=[\"zip f64\"] decimal=\",\"` makes numbers of it"),
    Case(text: "zip,n\n1.10,1\n0.20,2\n", type: .f64, values: [.float(1.1), .float(0.2)], note: nil),
    Case(text: "zip,n\n010.0.0.1,1\n12,2\n", type: .string, values: [.text("010.0.0.1"), .text("12")], note: nil),
    Case(
      text: "zip,n\n0.5,1\n1e400,2\n", type: .string, values: [.text("0.5"), .text("1e400")],
      note: "`zip` is str: `1e400` is beyond all number types"),
    Case(text: "zip,n\nx,1\n007,2\n", type: .string, values: [.text("x"), .text("007")], note: nil),
    Case(
      text: "zip,n\n9007199254740993,1\n2,2\n", type: .i64, values: [.integer(9_007_199_254_740_993), .integer(2)],
      note: nil),
    Case(
      text: "zip,n\n9007199254740993,1\n0.5,2\n", type: .string, values: [.text("9007199254740993"), .text("0.5")],
      note: "`zip` is str: `9007199254740993` would lose digits beside floating numbers; "
        + "`types=[\"zip f64\"]` makes numbers of it"),
    Case(
      text: "zip,n\n9007199254740992,1\n0.5,2\n", type: .f64, values: [.float(9_007_199_254_740_992), .float(0.5)],
      note: nil),
    Case(
      text: "zip,n\n18446744073709551615,1\n2,2\n", type: .string, values: [.text("18446744073709551615"), .text("2")],
      note: "`zip` is str: `18446744073709551615` is beyond i64; `types=[\"zip u64\"]` makes numbers of it"),
    Case(
      text: "zip,n\n18446744073709551615,1\n-1,2\n", type: .string,
      values: [.text("18446744073709551615"), .text("-1")],
      note: "`zip` is str: `18446744073709551615` is beyond i64; `types=[\"zip decimal[38,0]\"]` makes numbers of it"),
    Case(
      text: "zip,n\n1234567890123456789012345678901234567890,1\n2,2\n", type: .string,
      values: [.text("1234567890123456789012345678901234567890"), .text("2")],
      note: "`zip` is str: `1234567890123456789012345678901234567890` is beyond all number types"),
  ])
  func `separated texts keep their digits`(_ example: Case) throws {
    let opened = try open(example.text)
    #expect(opened.source.schema[0].type == example.type)
    #expect(try opened.column() == example.values.map(spell))
    #expect(opened.source.notes == (example.note.map { [$0] } ?? []))
  }

  @Test func `a first line of codes is no header`() throws {
    let opened = try open("00123,00456\n00124,00457\n")
    #expect(opened.source.schema.names == ["column_1", "column_2"])
    #expect(opened.source.rowCount == 2)
  }

  @Test func `a code that comes late makes text of its column, and it is said`() throws {
    let scratch = try ScratchFolder()
    var lines = (0..<30_000).map { "\($0),\(Double($0) + 0.5)" }
    lines.append("00123,9007199254740993")
    let source = try openTable(try scratch.write("late.csv", "a,b\n" + lines.joined(separator: "\n") + "\n"))
    #expect(try source.finalizeTypes(of: [0, 1]))
    #expect(source.schema.summary == "a str, b str")
    let columns = try source.columns([0, 1])
    #expect(columns[0][30_000] == .text("00123") && columns[1][30_000] == .text("9007199254740993"))
    #expect(
      source.notes == [
        "`a` is str, not i64: line 30002 has `00123`", "`b` is str, not f64: line 30002 has `9007199254740993`",
      ])
  }

  @Test func `types that are asked for make numbers of digits`() throws {
    #expect(try open("zip\n00123\n45\n", types: ["zip": .i64]).column() == ["123", "45"])
    #expect(try open("zip\n00123\n0.5\n", types: ["zip": .f64]).column() == [spell(.float(123)), spell(.float(0.5))])
    #expect(try open("n\n18446744073709551615\n", types: ["n": .u64]).column() == ["18446744073709551615"])
    let decimal = DataType.decimal(precision: 20, scale: 2)
    #expect(try open("n\n123456789012345678.25\n", types: ["n": decimal]).column() == ["dec12345678901234567825/2"])
  }

  /// Nanoseconds hold the years 1677 to 2262 alone: a date of a century to come, or of the year 1, makes text of them.
  @Test(arguments: [
    ["2024-01-01 10:00:00.123456789", "9999-12-31 23:59:59", "2024-01-02 00:00:00"],
    ["9999-12-31 23:59:59", "2024-01-01 10:00:00.123456789"],
    ["0001-01-01T00:00:00.0000000", "2024-01-02T10:00:00.1234567"], ["9999-12-31", "2024-01-01 10:00:00.123456789"],
    ["2024-01-01 10:00:00.123456789Z", "9999-12-31 23:59:59Z"],
  ])
  func `datetimes that no unit holds together stay text`(_ texts: [String]) throws {
    for padding in [0, 40_000] {
      let usual = [String](repeating: "2024-01-03 00:00:00" + (texts[0].hasSuffix("Z") ? "Z" : ""), count: padding)
      let lines = padding == 0 ? texts : [texts[1]] + usual + texts
      let opened = try open(lines.reduce("t\n") { $0 + $1 + "\n" })
      let source = opened.source
      _ = try source.finalizeTypes(of: [0])
      #expect(source.schema[0].type == .string)
      let column = try source.columns([0])[0]
      #expect(column.count == lines.count)
      for row in [0, lines.count - 2, lines.count - 1] { #expect(column[row] == .text(Text(lines[row]))) }
    }
    #expect(throws: Diagnostic.self) {
      try open("t\n" + texts.joined(separator: "\n") + "\n", types: ["t": .datetime(.nanoseconds)]).source.columns([0])
    }
  }

  @Test func `a plus sign makes no number of digits`() throws {
    let phones = try open("phone,n\n+79161234567,1\n+79161234568,+2\n")
    #expect(phones.source.schema.summary == "phone str, n str")
    #expect(
      phones.source.notes == [
        "`phone` is str: `+79161234567` begins with a plus sign; `types=[\"phone i64\"]` makes numbers of it",
        "`n` is str: `+2` begins with a plus sign; `types=[\"n i64\"]` makes numbers of it",
      ])
    #expect(try open("n\n+2\n-3\n", types: ["n": .i64]).column() == ["2", "-3"])
    #expect(try open("n\n+2.5\n-3e+2\n").source.schema.summary == "n f64")
  }

  /// Years beyond those of microseconds are read in milliseconds; a finer fraction beside them makes text, and a note.
  @Test func `datetimes beyond the years of microseconds are read`() throws {
    let (far, near) = ("+293970-07-10T00:00:00", "2024-01-01 10:00:00.001")
    let last = "+292278994-08-17T07:12:55.807"
    for (texts, type) in [
      ([last, near], DataType.datetime(.milliseconds)), ([near, far, last], .datetime(.milliseconds)),
      (["-292275055-05-16T16:47:04.192"], .datetime(.milliseconds)), ([near, far], .datetime(.microseconds)),
      ([last + "Z", near + "Z"], .zoned(.milliseconds, .utc)), ([last, "2024-01-01 10:00:00.000001"], .string),
      ([last, "2024-01-01 10:00:00.000000001"], .string),
    ] {
      for padding in [0, 40_000] {
        let usual = [String](repeating: "2024-01-03 00:00:00" + (texts[0].hasSuffix("Z") ? "Z" : ""), count: padding)
        let lines = padding == 0 ? texts : [texts[1 % texts.count]] + usual + texts
        let opened = try open(lines.reduce("t,b\n") { $0 + $1 + ",1\n" })
        let source = opened.source
        _ = try source.finalizeTypes(of: [0])
        #expect(source.schema[0].type == type, "\(texts)")
        #expect((type == .string) == source.notes.contains { $0.hasPrefix("`t` is str, not ") }, "\(source.notes)")
        #expect(try source.columns([0])[0].nullCount == 0)
      }
    }
    let opened = try open("t,b\n\(last),1\n-292275055-05-16T16:47:04.192,1\n")
    let ends = try opened.source.columns([0])[0]
    #expect(ends[0] == .datetime(.max, .milliseconds) && ends[1] == .datetime(.min, .milliseconds))
  }

  /// Microseconds end in the year 294,246; milliseconds do not.
  @Test func `datetimes are read in the unit that was asked for`() throws {
    let text = "t\n+291538364-04-06T11:33:20\n1970-01-01T00:00:00.001\n"
    let opened = try open(text, types: ["t": .datetime(.milliseconds)])
    let column = try opened.source.columns([0])[0]
    #expect(column[0] == .datetime(9_200_000_000_000_000_000, .milliseconds))
    #expect(column[1] == .datetime(1, .milliseconds))
    #expect(throws: Diagnostic.self) {
      try open("t\n1970-01-01T00:00:00.000001\n", types: ["t": .datetime(.milliseconds)]).source.columns([0])
    }
  }

  @Test(arguments: [
    Case(text: "{\"a\": 9223372036854775808}", type: .u64, values: [.integer(9_223_372_036_854_775_808)], note: nil),
    Case(
      text: "{\"a\": 18446744073709551615}\n{\"a\": 1}", type: .u64,
      values: [.integer(18_446_744_073_709_551_615), .integer(1)], note: nil),
    Case(
      text: "{\"a\": 18446744073709551615}\n{\"a\": -1}", type: .decimal(precision: 38, scale: 0),
      values: [.decimal(18_446_744_073_709_551_615, scale: 0), .decimal(-1, scale: 0)], note: nil),
    Case(
      text: "{\"a\": 9007199254740993}\n{\"a\": 0.5}", type: .string,
      values: [.text("9007199254740993"), .text("0.5")],
      note: "`a` is str: its whole numbers would lose digits beside floating ones; `types=[\"a f64\"]` rounds them"),
    Case(
      text: "{\"a\": 0.5}\n{\"a\": 12}\n{\"a\": 9007199254740993}", type: .string,
      values: [.text("0.5"), .text("12"), .text("9007199254740993")],
      note: "`a` is str: its whole numbers would lose digits beside floating ones; `types=[\"a f64\"]` rounds them"),
    Case(
      text: "{\"a\": -9007199254740993}\n{\"a\": 5}\n{\"a\": 0.5}", type: .string,
      values: [.text("-9007199254740993"), .text("5"), .text("0.5")],
      note: "`a` is str: its whole numbers would lose digits beside floating ones; `types=[\"a f64\"]` rounds them"),
    Case(
      text: "{\"a\": -9007199254740992}\n{\"a\": 0.5}", type: .f64,
      values: [.float(-9_007_199_254_740_992), .float(0.5)], note: nil),
    Case(
      text: "{\"a\": 9007199254740992}\n{\"a\": 0.5}", type: .f64,
      values: [.float(9_007_199_254_740_992), .float(0.5)], note: nil),
    Case(
      text: "{\"a\": 1234567890123456789012345678901234567890}", type: .string,
      values: [.text("1234567890123456789012345678901234567890")],
      note: "`a` is str: it has numbers beyond all number types"),
    Case(
      text: "{\"a\": 1}\n{\"a\": -1e400}", type: .string, values: [.text("1"), .text("-1e400")],
      note: "`a` is str: it has numbers beyond all number types"),
    Case(
      text: "{\"a\": 1}\n{\"a\": \"-1e400\"}", type: .string, values: [.text("1"), .text("-1e400")],
      note: "`a` is str: its values are of several kinds"),
    Case(
      text: "{\"a\": [1]}\n{\"a\": true}\n{\"a\": null}", type: .string,
      values: [.text("[1]"), .text("true"), .null],
      note: "`a` is str: its values are of several kinds"),
    Case(
      text: "{\"a\": [1, \"x\", null]}", type: .list(.string),
      values: [.list([.text("1"), .text("x"), .null])],
      note: "`a` is list[str]: its values are of several kinds"),
    Case(text: "{\"a\": \"x\"}\n{\"a\": null}", type: .string, values: [.text("x"), .null], note: nil),
    Case(
      text: "{\"a\": [9007199254740993, 1.5]}\n{\"a\": [2]}", type: .list(.string),
      values: [.list([.text("9007199254740993"), .text("1.5")]), .list([.text("2")])],
      note: "`a` is list[str]: its whole numbers would lose digits beside floating ones; "
        + "`types=[\"a list[f64]\"]` rounds them"),
    Case(
      text: "{\"a\": {\"b\": 9007199254740993}}\n{\"a\": {\"b\": 0.5}}",
      type: .structure([Field("b", .string)]),
      values: [.structure(["b"], [.text("9007199254740993")]), .structure(["b"], [.text("0.5")])],
      note: "`a.b` is str: its whole numbers would lose digits beside floating ones"),
    Case(
      text: "{\"a\": [{\"b\": 1e400}, {\"c\": 2}, null]}",
      type: .list(.structure([Field("b", .string), Field("c", .i64)])),
      values: [
        .list([
          .structure(["b", "c"], [.text("1e400"), .null]), .structure(["b", "c"], [.null, .integer(2)]), .null,
        ])
      ],
      note: "`a.b` is str: it has numbers beyond all number types"),
    Case(
      text: "{\"a\": [1, 18446744073709551615]}", type: .list(.u64),
      values: [.list([.integer(1), .integer(18_446_744_073_709_551_615)])], note: nil),
  ])
  func `numbers of JSON keep their digits`(_ example: Case) throws {
    let opened = try open(example.text + "\n", "t.ndjson")
    #expect(opened.source.schema[0].type == example.type)
    #expect(try opened.column() == example.values.map(spell))
    #expect(opened.source.notes == (example.note.map { [$0] } ?? []))
  }

  @Test func `numbers beyond all floats are no infinity`() throws {
    #expect(try open("a\n0.5\n1e999\n").column() == ["0.5", "1e999"].map { spell(.text(Text($0))) })
    let lines = "{\"a\": 0.5}\n{\"a\": -1e999}\n"
    #expect(try open(lines, "t.ndjson").column() == ["0.5", "-1e999"].map { spell(.text(Text($0))) })
    #expect(throws: Diagnostic.self) { try open("a\n0.5\n1e999\n", types: ["a": .f64]).column() }
  }

  @Test func `types that are asked for read exponents exactly`() throws {
    let decimal = DataType.decimal(precision: 20, scale: 3)
    let text = "{\"a\": 1.25e2}\n{\"a\": 9007199254740993e-3}\n{\"a\": 1E3}\n"
    #expect(
      try open(text, "t.ndjson", types: ["a": decimal]).column()
        == ["dec125000/3", "dec9007199254740993/3", "dec1000000/3"])
    #expect(try open("a\n1.25e2\n+3\n", types: ["a": decimal]).column() == ["dec125000/3", "dec3000/3"])
  }

  @Test func `types that are asked for lose no digits of JSON`() throws {
    let mixed = "{\"a\": 9007199254740993}\n{\"a\": 123456789012345678.25}\n{\"a\": null}\n"
    let decimal = DataType.decimal(precision: 30, scale: 2)
    #expect(
      try open(mixed, "t.ndjson", types: ["a": decimal]).column()
        == ["dec900719925474099300/2", "dec12345678901234567825/2", "null"])
    #expect(
      try open(mixed, "t.ndjson", types: ["a": .string]).column()
        == ["9007199254740993", "123456789012345678.25", nil].map { $0.map { spell(.text(Text($0))) } ?? "null" })
    #expect(
      try open("{\"a\": 18446744073709551615}\n", "t.ndjson", types: ["a": .u64]).column() == ["18446744073709551615"])
  }

  @Test(arguments: [
    "{\"a\": 00123}", "{\"a\": +1}", "{\"a\": .5}", "{\"a\": 1.}", "{\"a\": -}", "{\"a\": 1e}", "{\"a\": 0x1}",
  ])
  func `what JSON does not call a number is none`(_ text: String) throws {
    let diagnostic = #expect(throws: Diagnostic.self) { try open(text + "\n", "t.ndjson") }
    #expect(diagnostic?.message == "line 1 is not a JSON object")
  }

  @Test func `a type that was asked for is not explained`() throws {
    let mixed = "{\"a\": 9007199254740993}\n{\"a\": 1.5}\n"
    let opened = try open(mixed, "t.ndjson", types: ["a": .f64])
    #expect(opened.source.schema[0].type == .f64 && opened.source.notes.isEmpty)
    #expect(try opened.column() == [.float(9_007_199_254_740_992), .float(1.5)].map(spell))
    let lists = try open("{\"a\": [9007199254740993, 1.5]}\n", "t.ndjson", types: ["a": .list(.f64)])
    #expect(lists.source.notes.isEmpty)
    #expect(try lists.column() == [spell(.list([.float(9_007_199_254_740_992), .float(1.5)]))])
  }

  @Test func `notes on many columns are shortened`() throws {
    let lines = ["9007199254740993", "0.5"].map { value in
      "{" + (0..<100).map { "\"k\($0)\": \(value)" }.joined(separator: ", ") + "}\n"
    }
    let notes = try open(lines.joined(), "t.ndjson").source.notes
    #expect(notes.count == 21 && notes[19].hasPrefix("`k19` is str: its whole numbers would lose digits"))
    #expect(notes[20] == "80 more notes of this kind are left out")
  }

  @Test func `parts of one table lose no digits to each other`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("parts/a.csv", "id\n9007199254740993\n")
    try scratch.write("parts/b.csv", "id\n0.5\n")
    let source = try openTable(scratch.file("parts"))
    let diagnostic = #expect(throws: Diagnostic.self) { try read(source) }
    #expect(diagnostic?.message == "9007199254740993 would lose digits as f64, which other files have `id` as")
    var options = LoadOptions()
    options.types = ["id": .string]
    #expect(try read(scratch.file("parts"), options: options).row(0) == [.text("9007199254740993")])
  }

  @Test func `many names in as many lines are refused before a column is made`() throws {
    let scratch = try ScratchFolder()
    let count = 40_000
    let path = try scratch.write("keys.ndjson", (0..<count).map { "{\"k\($0)\": 1}\n" }.joined())
    let source = try openTable(path)
    let leading = try #require(try source.leadingRows([0, 1], count: 3))
    #expect(leading.map(spell) == [["1", "null", "null"], ["null", "1", "null"]])
    #expect(try source.columns([0])[0].nullCount == count - 1)
    #expect(source.schema.count == count && source.rowCount == count)
    // One after the other: what lists all columns for each of them would not end here.
    #expect((0..<count).allSatisfy { source.pages($0, partition: 0).count == 1 })
    let all = Set(0..<count)
    #expect(source.fitsMemory([0, 1, 2]))
    // 40,000 × 39,999 values of 8 bytes: one column is in memory already.
    #expect(source.rowsThatFit(all) < count || source.fitsMemory(all))
    if !source.fitsMemory(all) {
      let diagnostic = #expect(throws: Diagnostic.self) { try source.columns(Array(0..<count)) }
      #expect(
        diagnostic?.message.hasPrefix("40_000 rows of 39_999 columns in `\(path)` take ") == true,
        "\(diagnostic?.message ?? "")")
    }
  }

  private static func members(_ column: Column) -> [Column] {
    if case .structure(let columns, _) = column.values { columns } else { [] }
  }

  /// The text has a value a line; the struct has as many fields as there are lines.
  @Test func `objects with other names in every line become a struct`() throws {
    let opened = try open((0..<1000).map { "{\"a\": {\"k\($0)\": \($0)}}\n" }.joined(), "t.ndjson")
    #expect(opened.source.schema[0].type == .structure((0..<1000).map { Field("k\($0)", .i64) }))
    let column = try opened.source.columns([0])[0]
    let members = Self.members(column)
    #expect(column.nullCount == 0 && members.count == 1000)
    #expect(members.indices.allSatisfy { members[$0].nullCount == 999 && members[$0][$0] == .integer(Int128($0)) })
  }

  @Test func `objects nest in lists, and both may be missing`() throws {
    let text = """
      {"a": [{"x": 1}, {"y": [1, 2], "x": 2}, null], "b": {"c": {"d": "t"}}}
      {"b": {}}
      {"a": null, "b": {"c": null, "e": true}}
      {"a": [], "b": null}
      """
    let opened = try open(text, "t.ndjson")
    #expect(
      opened.source.schema.summary == "a list[struct[x: i64, y: list[i64]]], b struct[c: struct[d: str], e: bool]")
    let names = ["x", "y"]
    let lists: [Value] = [
      .list([
        .structure(names, [.integer(1), .null]), .structure(names, [.integer(2), .list([.integer(1), .integer(2)])]),
        .null,
      ]), .null, .null, .list([]),
    ]
    #expect(try opened.column(0) == lists.map(spell))
    let objects: [Value] = [
      .structure(["c", "e"], [.structure(["d"], [.text("t")]), .null]), .structure(["c", "e"], [.null, .null]),
      .structure(["c", "e"], [.null, .bool(true)]), .null,
    ]
    #expect(try opened.column(1) == objects.map(spell))
  }

  @Test func `reading objects can be interrupted within a chunk`() throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("keys.ndjson", (0..<20_000).map { "{\"a\": {\"k\($0)\": 1}}\n" }.joined())
    let diagnostic = #expect(throws: Diagnostic.self) {
      try Cancellation.$current.withValue(Cancellation(requestedAtCheck: 4)) { try openTable(path) }
    }
    #expect(diagnostic?.kind == .interruption)
  }

  @Test func `structs of more fields than memory holds are refused before they are made`() throws {
    let scratch = try ScratchFolder()
    let count = 20_000
    let source = try openTable(
      try scratch.write("keys.ndjson", (0..<count).map { "{\"a\": {\"k\($0)\": 1}}\n" }.joined()))
    #expect(try source.leadingRows([0], count: 2).map { Self.members($0[0]).count } == count)
    #expect(source.rowCount == count)
    if !source.fitsMemory([0]) {
      let diagnostic = #expect(throws: Diagnostic.self) { try source.columns([0]) }
      #expect(diagnostic?.message.contains("is given for") == true, "\(diagnostic?.message ?? "")")
    }
  }
}
