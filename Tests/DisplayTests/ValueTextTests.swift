import Diagnostics
import Display
import Foundation
import Generators
import Tables
import Testing

@Suite struct ValueTextTests {
  private func texts(_ column: Column) -> [String] {
    let format = ColumnFormat([column])
    return (0..<column.count).map { format.text(column, $0) }
  }

  private func floats(_ values: [Double]) -> [String] { texts(Column(.f64, .f64(Buffer(values)))) }

  @Test(
    arguments: [
      ([1, 2, 30], ["1.0", "2.0", "30.0"]),
      ([0.5, 0.25], ["0.50", "0.25"]),
      ([0.1 + 0.2, 1], ["0.3", "1.0"]),
      ([0.0179123, 0.0290987], ["0.017912", "0.029099"]),
      ([1234.5678, 2], ["1234.57", "2.00"]),
      ([1.0 / 3, -2.0 / 3], ["0.333333", "-0.666667"]),
      ([1e-9, 1], ["1.0e-9", "1.0e0 "]),
      ([1.5e20, 2], ["1.5e20", "2.0e0 "]),
      ([.nan, .infinity, -.infinity, 0], ["NaN", "inf", "-inf", "0.0"]),
      ([], []),
      ([123456789.25], ["123456789.25"]),
      ([0.00012, 0.5], ["0.00012", "0.50000"]),
    ] as [([Double], [String])])
  func floatsShareOnePrecision(_ values: [Double], expected: [String]) {
    #expect(floats(values) == expected)
  }

  @Test func singleFloatsShowTheirOwnDigits() {
    #expect(texts(Column(.f32, .f32(Buffer([0.1, 0.25])))) == ["0.10", "0.25"])
  }

  /// An `f32` has seven digits: those after them are of its binary form.
  @Test(
    arguments: [
      ([8.571665873285967], ["8.57167"]), ([123_456.789], ["123456.8"]), ([1_234_567.9], ["1234568.0"]),
      ([16_777_216], ["16777216.0"]), ([100.1234567, 1e-6], ["100.123500", "0.000001"]),
      ([12_345.678, 0.5], ["12345.68", "0.50"]), ([.nan, 0.1], ["NaN", "0.1"]),
    ] as [([Float], [String])]) func singleFloatsHaveSevenDigits(_ values: [Float], expected: [String])
  {
    #expect(texts(Column(.f32, .f32(Buffer(values)))) == expected)
  }

  @Test func singleFloatsHaveSevenDigitsWhereverTheyAre() throws {
    let value = Value.float(Double(Float(0.1)))
    #expect(ColumnFormat(value, .f32).text(value) == "0.1")
    let list = Value.list([value, .float(Double(Float(123_456.789)))])
    #expect(ColumnFormat(list, .list(.f32)).text(list) == "[0.1, 123456.8]")
    let both = Value.structure(["a", "b"], [value, .float(0.1)])
    let fields = [Field("a", .f32), Field("b", .f64)]
    #expect(ColumnFormat(both, .structure(fields)).text(both) == "{a: 0.1, b: 0.1}")
    #expect(try texts(Column(.list(.f32), [list])) == ["[0.1, 123456.8]"])
    #expect(scoreText(8.571665873285967) == "8.571666")
    #expect(scoreText(16_777_216) == "16777216.0" && scoreText(0.1) == "0.1" && scoreText(-0.0) == "-0.0")
    #expect(scoreText(1e-20) == "1e-20" && scoreText(1.5e20) == "1.5e20")
    #expect(scoreText(.nan) == "NaN" && scoreText(-.infinity) == "-inf")
    let table = Table([("s", Column([Float(0.1), 8.571665873285967])), ("d", Column([0.1, 8.571665873285967]))])
    #expect(table.markdownText(includesHeader: false) == "| 0.1 | 0.1 |\n| 8.571666 | 8.571665873285967 |\n")
  }

  /// No number of single precision shows more digits than it has; whole ones keep theirs.
  @Test func noSingleFloatShowsMore() {
    var generator = SplitMix(state: 5)
    for _ in 0..<2000 {
      let value = Float(generator.double())
      guard value.isFinite, abs(value) < 1e15, abs(value) > 1e-6 else { continue }
      for text in [texts(Column(.f32, .f32(Buffer([value]))))[0], scoreText(value)] where !text.contains("e") {
        let parts = text.drop { $0 == "-" }.split(separator: ".")
        let fraction = parts[1].reversed().drop { $0 == "0" }.count
        let whole = parts[0].drop { $0 == "0" }.count
        let leading = whole == 0 ? parts[1].prefix { $0 == "0" }.count : 0
        #expect(fraction == 0 || whole + fraction - leading <= 7, "\(text)")
      }
    }
  }

  @Test func decimalsAreRoundedAsTheLibraryRounds() {
    var generator = SplitMix(state: 3)
    for _ in 0..<3000 {
      let value = generator.double()
      guard value.isFinite, abs(value) < 1e15, abs(value) > 1e-4 else { continue }
      let text = floats([value])[0]
      let decimals = text.split(separator: ".").last?.count ?? 0
      #expect(text == String(format: "%.\(decimals)f", value))
      #expect(Double(numberText(value, significant: 17)) == value)
    }
  }

  @Test func otherValues() throws {
    func text(_ value: Value) -> String { ColumnFormat(value).text(value) }
    #expect(text(.integer(519_413_018)) == "519413018")
    #expect(text(.date(19905)) == "2024-07-01")
    #expect(text(.datetime(1_719_837_045_500, .milliseconds)) == "2024-07-01 12:30:45.500")
    #expect(text(.duration(93_784_000, .milliseconds)) == "1d 2h 3m 4s")
    #expect(text(.decimal(-1250, scale: 2)) == "-12.50")
    #expect(text(.null) == "null")
    #expect(text(.binary(Text(Buffer([0x61, 0x22, 0x00])))) == "b\"a\\\"\\x00\"")
    #expect(text(.list([.integer(1), .integer(2), .integer(3)])) == "[1, 2, 3]")
    #expect(text(.list((1...57).map { .integer(Int128($0)) })) == "[1, 2, … 57] (57)")
    #expect(text(.list([])) == "[]")
    #expect(text(.list([.text("a\"b"), .null])) == "[\"a\\\"b\", null]")
    #expect(text(.structure(["a", "b"], [.integer(1), .text("x")])) == "{a: 1, b: \"x\"}")
    #expect(text(.text(Text(String(repeating: "x", count: 10_000)))).count == 4096)
  }

  @Test func momentsOfAColumnShareTheirFraction() throws {
    let column = try Column(
      .datetime(.microseconds), [.datetime(0, .microseconds), .datetime(1_500_000, .microseconds)])
    #expect(texts(column) == ["1970-01-01 00:00:00.000", "1970-01-01 00:00:01.500"])
  }
}

@Suite struct QuantityTests {
  @Test func smallNumbersArePlainDownToTheFifthDecimal() {
    #expect(numberText(0.00001234) == "0.00001234")
    #expect(numberText(0.000001234) == "1.234e-6")
  }

  @Test func markupHasNoMeaning() {
    #expect(markupEscaped("<a href=\"x\"> & more") == "&lt;a href=&quot;x&quot;&gt; &amp; more")
  }

  @Test func counts() {
    #expect(grouped(189_622) == "189_622")
    #expect(grouped(Int.min) == "-9_223_372_036_854_775_808")
    #expect(counted(1, "row") == "1 row")
    #expect(counted(0, "row") == "0 rows")
    #expect(counted(2, "entry", plural: "entries") == "2 entries")
  }

  @Test(
    arguments: [
      (0, "0 s"), (85e-6, "85 µs"), (0.00123, "1.2 ms"), (0.34, "340 ms"), (0.9999, "1.0 s"), (1.234, "1.2 s"),
      (12.4, "12 s"), (59.9, "1 min"), (83, "1 min 23 s"), (8000, "2 h 13 min"), (.nan, "?"), (-1, "?"),
    ] as [(Double, String)])
  func times(_ seconds: Double, expected: String) {
    #expect(durationText(seconds: seconds) == expected)
  }

  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (18_400, "18 kB"), (999_600, "1.0 MB"), (1_100_000_000, "1.1 GB"),
    (Int.max, "9.2 EB"),
  ])
  func sizes(_ bytes: Int, expected: String) {
    #expect(sizeText(bytes: bytes) == expected)
  }

  @Test(
    arguments: [
      (0, "0"), (0.017941, "0.01794"), (1.2345e-9, "1.235e-9"), (1500, "1500"), (123456, "123500"), (.nan, "NaN"),
      (-0.5, "-0.5"),
    ] as [(Double, String)])
  func numbers(_ value: Double, expected: String) {
    #expect(numberText(value) == expected)
  }
}
