import Diagnostics
import Formats
import Foundation
import Generators
import Tables
import Testing

/// Moments far away, and moments of time zones.
@Suite struct MomentTests {
  private static let folder = ReferenceFiles.fixtures + "/Moments/"

  @Test func `moments of 96 bits beyond nanoseconds are read in microseconds, and it is said`() throws {
    let source = try openTable(Self.folder + "int96.parquet")
    #expect(source.schema.summary == "id i32, at datetime[us], list list[datetime[us]]")
    #expect(
      source.notes == [
        "timestamps of `\(Self.folder)int96.parquet` are read as datetime[us]: some lie outside of 1677 to 2262, "
          + "the range of nanoseconds; finer digits are cut off"
      ])
    let table = try read(source)
    let moments: [Value] = [
      .datetime(1_719_837_296_789_012, .microseconds), .null, .datetime(-1, .microseconds),
      .datetime(253_402_214_400_000_000, .microseconds), .datetime(-11_676_096_000_000_000 + 1, .microseconds),
    ]
    #expect((0..<5).map { table.row($0)[1] } == moments)
    #expect((0..<5).map { table.row($0)[2] } == moments.map { .list([$0]) })
    #expect(moments[3].description == "9999-12-31 00:00:00")
  }

  @Test(.enabled(if: ReferenceFiles.hasShared("parquet-testing/data"), "needs ../shared"))
  func `a moment at which Spark overflowed is read as Spark reads it`() throws {
    let path = ReferenceFiles.shared("parquet-testing/data/int96_from_spark.parquet")
    let ticks: [Int64?] = [
      1_704_141_296_123_456, 1_704_070_800_000_000, 253_402_225_200_000_000, 1_735_599_600_000_000, nil,
      9_089_380_393_200_000_000,
    ]
    let expected = ticks.map { $0.map { Value.datetime($0, .microseconds) } ?? .null }
    #expect(spell(try read(path).columns[0]) == expected.map(spell))
  }

  @Test func `moments of 96 bits are nanoseconds where all of them are`() throws {
    let source = try openTable(Self.folder + "int96_near.parquet")
    #expect(source.schema.summary == "id i32, at datetime[ns], list list[datetime[ns]]")
    #expect(source.notes.isEmpty)
    #expect(
      spell(try source.columns([1])[0])
        == [.datetime(1_719_837_296_789_012_000, .nanoseconds), .null, .datetime(-1000, .nanoseconds)].map(spell))
  }

  @Test func `parts of both kinds are one table in microseconds`() throws {
    let scratch = try ScratchFolder()
    for (index, name) in ["int96_near", "int96"].enumerated() {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.folder + name + ".parquet")))
      try scratch.write("parts/\(index).parquet", bytes)
    }
    let source = try openTable(scratch.file("parts"))
    #expect(source.schema[1].type == .datetime(.microseconds))
    #expect(try read(source).row(6)[1].description == "9999-12-31 00:00:00")
    #expect(source.notes.contains { $0.hasPrefix("timestamps of ") })
  }

  @Test func `the first and last ticks of all units are read, and a duration that has none is refused`() throws {
    let source = try openTable(Self.folder + "extremes.parquet")
    for (index, field) in source.schema.fields.enumerated() where field.name != "took_s" {
      let column = try source.columns([index])[0]
      switch field.type {
      case .datetime(let unit): #expect(column[0] == .datetime(.min, unit) && column[1] == .datetime(.max, unit))
      case .duration(let unit): #expect(column[0] == .duration(.min, unit) && column[1] == .duration(.max, unit))
      case .date: #expect(column[0] == .date(.min) && column[1] == .date(.max))
      default: #expect(column[1] == .time(86_399_999_999_000))
      }
      #expect(column[3] == .null)
    }
    // Milliseconds are the coarsest unit: seconds near the end of 64 bits have none.
    let index = try #require(source.schema.index(of: "took_s"))
    #expect(throws: Diagnostic.self) { try source.columns([index]) }
  }

  @Test(arguments: ["csv", "tsv", "ndjson", "parquet"])
  func `the first and last ticks are written, and read back where the format has types`(_ format: String) throws {
    let scratch = try ScratchFolder()
    let source = try openTable(Self.folder + "extremes.parquet")
    let indices = source.schema.fields.indices.filter { source.schema[$0].name != "took_s" }
    let table = Table(Schema(indices.map { source.schema[$0] }), try source.columns(Array(indices)), rowCount: 4)
    _ = try saveTable(table, to: scratch.file("t.\(format)"))
    let again = try read(scratch.file("t.\(format)"))
    #expect(again.rowCount == 4)
    if format == "parquet" { for row in 0..<4 { #expect(again.row(row) == table.row(row)) } }
  }

  @Test(arguments: ["parquet", "arrow", "arrows"]) func `a time zone is kept`(_ format: String) throws {
    let scratch = try ScratchFolder()
    let (moscow, chatham) = (try Zone.named("Europe/Moscow"), try Zone.named("Pacific/Chatham"))
    let ticks: [Int64] = [1_288_479_600_000_000, -5_000_000_000_000_000, 4_000_000_000_000_000]
    let table = Table([
      ("at", try Column(.zoned(.microseconds, moscow), ticks.map { .zoned($0, .microseconds, moscow) })),
      ("local", try Column(.datetime(.microseconds), ticks.map { .datetime($0, .microseconds) })),
      ("utc", try Column(.zoned(.nanoseconds, .utc), ticks.map { .zoned($0, .nanoseconds, .utc) })),
      (
        "inside",
        try Column(
          .list(.zoned(.milliseconds, chatham)),
          ticks.map { .list([.zoned($0 / 1000, .milliseconds, chatham), .null]) })
      ),
    ])
    #expect(try saveTable(table, to: scratch.file("t.\(format)")).notes == [])
    let again = try openTable(scratch.file("t.\(format)"))
    #expect(again.schema == table.schema && again.notes == [])
    for index in 0..<4 { #expect(try again.columns([index])[0][0] == table.columns[index][0]) }
  }

  @Test(arguments: ["csv", "tsv", "ndjson"]) func `texts of moments have their offsets`(_ format: String) throws {
    let scratch = try ScratchFolder()
    let moscow = try Zone.named("Europe/Moscow")
    // The hour before and the hour after the clocks were put back, and the time of the sun.
    let ticks: [Int64] = [1_288_477_800_000_000, 1_288_481_400_000_000, -5_000_000_000_000_001]
    let table = Table([
      ("at", try Column(.zoned(.microseconds, moscow), ticks.map { .zoned($0, .microseconds, moscow) }))
    ])
    #expect(try saveTable(table, to: scratch.file("t.\(format)")).notes.count == 1)
    let text = try String(contentsOfFile: scratch.file("t.\(format)"), encoding: .utf8)
    for written in [
      "2010-10-31T02:30:00+04:00", "2010-10-31T02:30:00+03:00", "1811-07-23T17:36:56.999999+02:30:17",
    ] {
      #expect(text.contains(written), "\(text)")
    }
    let found = try read(scratch.file("t.\(format)"))
    // JSON has texts alone: moments are read from them where that is asked for.
    let isFound = format != "ndjson"
    #expect(found.schema[0].type == (isFound ? .zoned(.microseconds, .utc) : .string))
    var options = LoadOptions()
    options.types = ["at": .zoned(.microseconds, moscow)]
    let asked = try read(scratch.file("t.\(format)"), options: options)
    for row in 0..<3 {
      if isFound { #expect(found.columns[0][row] == .zoned(ticks[row], .microseconds, .utc)) }
      #expect(asked.columns[0][row] == table.columns[0][row])
    }
  }

  /// Where some texts do not say which moment they are, no type holds the column unchanged.
  @Test func `offsets in some rows alone leave a column text`() throws {
    let scratch = try ScratchFolder()
    for lines in [
      ["2024-07-01T12:00:00+03:00", "2024-07-01T12:00:00"], ["2024-07-01T12:00:00", "2024-07-01T12:00:00Z"],
      ["2024-07-01", "2024-07-01T12:00:00Z"],
    ] {
      try (["at"] + lines).joined(separator: "\n").write(
        toFile: scratch.file("m.csv"), atomically: true, encoding: .utf8)
      let found = try openTable(scratch.file("m.csv"))
      #expect(found.schema[0].type == .string)
      #expect(found.notes.first == "`at` is str: only some of its datetimes have an offset")
    }
  }

  /// A type that is asked for must not lose offsets.
  @Test(arguments: ["csv", "tsv", "ndjson"]) func `asked for without a zone, offsets are an error`(
    _ format: String
  ) throws {
    let scratch = try ScratchFolder()
    let text = "2024-07-01T12:00:00+02:00"
    let lines = format == "ndjson" ? "{\"at\": \"\(text)\"}\n" : "at\n\(text)\n"
    try lines.write(toFile: scratch.file("m.\(format)"), atomically: true, encoding: .utf8)
    var options = LoadOptions()
    options.types = ["at": .datetime(.microseconds)]
    let error = #expect(throws: Diagnostic.self) { try read(scratch.file("m.\(format)"), options: options) }
    #expect(error?.hint?.contains("datetime[us, UTC]") == true, "\(error?.message ?? "")")
  }
}
