import Diagnostics
import Tables
import Testing

@Suite struct CastTests {
  @Test func `numbers convert where nothing is lost`() throws {
    #expect(try cast(Column([1, nil, -3]), to: .i8).equals(Column([Int8(1), nil, -3])))
    #expect(try cast(Column([2.0, -7]), to: .i32).equals(Column([Int32(2), -7])))
    #expect(try cast(Column([true, nil, false]), to: .f64).equals(Column([1.0, nil, 0] as [Double?])))
    #expect(try cast(Column([1, 0]), to: .bool).equals(Column([true, false])))
    #expect(try cast(Column([Int64.max]), to: .f64).equals(Column([9.223372036854775807e18])))
  }

  @Test func `a loss is an error that names the first row`() throws {
    #expect(throws: Diagnostic.lossyCast(.integer(300), to: .u8, row: 2)) { try cast(Column([1, nil, 300]), to: .u8) }
    #expect(throws: Diagnostic.lossyCast(.float(0.5), to: .i64, row: 1)) { try cast(Column([1, 0.5]), to: .i64) }
    #expect(throws: Diagnostic.lossyCast(.float(.nan), to: .i64, row: 0)) { try cast(Column([Double.nan]), to: .i64) }
    #expect(throws: Diagnostic.lossyCast(.text("12x"), to: .i64, row: 1)) { try cast(Column(["1", "12x"]), to: .i64) }
    #expect(throws: Diagnostic.noCast(from: .date, to: .bool)) {
      try cast(Column(.date, [.date(1)]), to: .bool)
    }
    let lists = try Column(listsOf: .i64, [[.integer(1)], [.integer(300)]])
    #expect(throws: Diagnostic.lossyCast(.integer(300), to: .i8, row: 1)) { try cast(lists, to: .list(.i8)) }
  }

  @Test func `a loss is found however deep it lies`() throws {
    let inner = [Value.list([.integer(1), .null]), .list([.integer(300)])]
    let nested = try Column(listsOf: .list(.i64), [[.list([])], nil, inner])
    #expect(throws: Diagnostic.lossyCast(.integer(300), to: .i8, row: 2)) { try cast(nested, to: .list(.list(.i8))) }
    let fields = [Field("a", .i64), Field("b", .list(.string))]
    let records = try Column(
      .structure(fields),
      [
        .structure(["a", "b"], [.integer(1), .list([.text("1")])]),
        .structure(["a", "b"], [.null, .list([.text("x")])]),
      ])
    let wanted = DataType.structure([Field("a", .i8), Field("b", .list(.i64))])
    #expect(throws: Diagnostic.lossyCast(.text("x"), to: .i64, row: 1)) { try cast(records, to: wanted) }
    // What a null list happens to hold is nobody's value.
    let hidden = Column(
      .list(.i64), .list(ListValues(offsets: Buffer([0, 1, 2]), child: Column([300, 1]))),
      validity: Bitmap([false, true]))
    #expect(try cast(hidden, to: .list(.i8))[1] == .list([.integer(1)]))
  }

  @Test func `no finite number becomes an infinity`() throws {
    #expect(throws: Diagnostic.lossyCast(.float(1e39), to: .f32, row: 1)) { try cast(Column([0.1, 1e39]), to: .f32) }
    #expect(try cast(Column([1e300, -Double.infinity]), to: .f32, .lenient)[0] == .null)
    #expect(try cast(Column([-Double.infinity, .nan]), to: .f32).equals(Column([-Float.infinity, .nan])))
    #expect(throws: Diagnostic.lossyCast(.text("1e999"), to: .f64, row: 0)) { try cast(Column(["1e999"]), to: .f64) }
    #expect(throws: Diagnostic.lossyCast(.text("1e39"), to: .f32, row: 0)) { try cast(Column(["1e39"]), to: .f32) }
    #expect(try cast(Column(["-inf", "Infinity"]), to: .f32).equals(Column([-Float.infinity, .infinity])))
  }

  @Test(
    arguments: [
      ("+5", 500), ("1e3", 100_000), ("1.25E+1", 1250), ("-25e-2", -25), ("0e400", 0), ("5.", 500), (".5", 50),
      ("1e-3", nil), ("1e", nil), ("e5", nil), ("1e5.0", nil), ("1e99999999999", nil), ("+", nil), ("--1", nil),
      ("1e2e3", nil), ("", nil),
    ] as [(String, Int128?)])
  func `texts of decimals have signs and exponents`(_ text: String, _ unscaled: Int128?) throws {
    let found = try cast(Column([text]), to: .decimal(precision: 10, scale: 2), .lenient)[0]
    #expect(found == unscaled.map { .decimal($0, scale: 2) } ?? .null)
  }

  @Test(
    arguments: [
      ("0s", 0), ("3d 1us", 259_200_000_001), ("-999ms 997us", -999_997), ("1h30m", 5_400_000_000),
      ("2w", 1_209_600_000_000),
      ("90m 1s 1ms", 5_401_001_000), ("1500us", 1500), ("106751991d 4h 54s 775ms 807us", .max),
      ("-106751991d 4h 54s 775ms 808us", .min), ("106751991d 4h 54s 775ms 808us", nil), ("1ns", nil), ("1000ns", 1),
      ("", nil),
      ("-", nil), ("5", nil), ("1.5h", nil), ("1h -5m", nil), ("1u", nil), ("999999999999999999999999999w", nil),
      ("1h x", nil),
    ] as [(String, Int64?)])
  func `texts of lengths of time are read back`(_ text: String, _ microseconds: Int64?) throws {
    let found = try cast(Column([text]), to: .duration(.microseconds), .lenient)[0]
    #expect(found == microseconds.map { .duration($0, .microseconds) } ?? .null)
  }

  @Test func `single floats are written in their own digits`() throws {
    let texts = try cast(Column([Float(0.1), 3.4028235e38, -0.0, .infinity, .nan]), to: .string)
    #expect(texts.equals(Column(["0.1", "3.4028235e+38", "-0.0", "inf", "NaN"])))
    #expect(try cast(texts, to: .f32).equals(Column([Float(0.1), 3.4028235e38, -0.0, .infinity, .nan])))
  }

  @Test func `times of day lie within a day, and texts are UTF-8`() throws {
    let ticks = Column([0, 86_399_999_999_999, 86_400_000_000_000, -1])
    #expect(
      try cast(ticks, to: .time, .lenient).equals(Column(.time, [.time(0), .time(86_399_999_999_999), .null, .null])))
    let bytes = try Column(.binary, [.binary(Text("чай")), .binary(Text(Buffer([0xff]))), .null])
    #expect(try cast(bytes, to: .string, .lenient).equals(Column(["чай", nil, nil] as [String?])))
    let decimals = try Column(.decimal(precision: 38, scale: 20), [.decimal(100_000_000_000_000_000_001, scale: 20)])
    #expect(try cast(decimals, to: .bool, .lenient).equals(Column([nil] as [Bool?])))
  }

  @Test func `the lenient way gives null instead`() throws {
    #expect(try cast(Column([1, 300, -1]), to: .u8, .lenient).equals(Column([UInt8(1), nil, nil])))
    #expect(try cast(Column(["1.5", "", "x"]), to: .f64, .lenient).equals(Column([1.5, nil, nil] as [Double?])))
    let lists = try Column(listsOf: .i64, [[.integer(1), .integer(300)], nil])
    #expect(try cast(lists, to: .list(.i8), .lenient).all == [.list([.integer(1), .null]), .null])
  }

  @Test(arguments: SampleColumns.types) func `what is written as text is read back`(_ type: DataType) throws {
    if type.isNested { return }
    let column = try SampleColumns.column(type, count: 400, seed: 8)
    let text = try cast(column, to: .string)
    let back = try cast(text, to: type)
    for row in 0..<400 { #expect(back[row] == column[row]) }
  }

  /// Many rows are written value by value: equal texts stand once, whole numbers never meet another's.
  @Test func `many values are written as text, each once`() throws {
    let count = 70_000
    var numbers: [Int64?] = []
    var floats: [Double] = []
    let few: [Double] = [0, -0.0, .nan, 1.5]
    for row in 0..<count {
      numbers.append(row % 1000 == 7 ? nil : Int64(row % 40_000 - 20_000))
      floats.append(row % 5 == 4 ? Double(row) : few[row % 5])
    }
    let ends = (0..<count).map { $0 % 3 == 0 ? nil : Int64.min + Int64($0 % 500) }
    let tops = (0..<count).map { UInt64.max - UInt64($0 % 500) }
    for column in [
      Column(numbers), Column(floats), Column(ends), Column(tops), Column([Int8?](repeating: nil, count: count)),
    ] {
      let text = try cast(column, to: .string)
      for row in 0..<count {
        #expect(text[row] == (column[row].isNull ? .null : .text(Text(column[row].description))))
      }
      guard let dictionary = text.values.text?.dictionary else { return }
      #expect(Set((0..<dictionary.count).map { dictionary[$0] }).count == dictionary.count && dictionary.isUnique)
      #expect(try cast(text, to: column.type)[count - 1] == column[count - 1])
    }
  }

  @Test func `texts that are no numbers are null wherever they stand`() throws {
    let texts = (0..<20_000).map { $0 % 3 == 0 ? "x\($0)" : "\($0)" }
    let numbers = try cast(Column(texts), to: .i32, .lenient)
    #expect((0..<20_000).allSatisfy { numbers[$0] == ($0 % 3 == 0 ? .null : .integer(Int128($0))) })
  }

  @Test func `dates and moments`() throws {
    let days = try cast(Column(["2024-07-01", "1969-12-31"]), to: .date)
    #expect(days.all == [.date(19_905), .date(-1)])
    let moments = try cast(days, to: .datetime(.milliseconds))
    #expect(moments.all == [.datetime(1_719_792_000_000, .milliseconds), .datetime(-86_400_000, .milliseconds)])
    #expect(try cast(moments, to: .date).equals(days))
    #expect(try cast(days, to: .i32).equals(Column([Int32(19_905), -1])))
    let nanoseconds = try Column(.datetime(.nanoseconds), [.datetime(1_500, .nanoseconds)])
    #expect(throws: Diagnostic.lossyCast(.datetime(1_500, .nanoseconds), to: .datetime(.microseconds), row: 0)) {
      try cast(nanoseconds, to: .datetime(.microseconds))
    }
    #expect(throws: Diagnostic.self) { try cast(Column(["2024-02-30"]), to: .date) }
  }

  /// −0 and 0 are equal, and each is written as it is, whichever comes first.
  @Test(arguments: [100, 70_000]) func `zeros are written with their signs`(_ count: Int) throws {
    let signs = (0..<count).map { $0 % 3 == 0 ? -0.0 : 0.0 }
    let expected = (0..<count).map { $0 % 3 == 0 ? "-0.0" : "0.0" }
    #expect(try cast(Column(signs), to: .string).equals(Column(expected)))
    #expect(try cast(Column(signs.map { Float($0) }), to: .string).equals(Column(expected)))
  }

  @Test(arguments: ["+12345-01-01", "-0044-03-15", "-12345-12-31", "9999-12-31"])
  func `years of more than four digits are read as they are written`(_ text: String) throws {
    let days = try cast(Column([text]), to: .date)
    #expect(try cast(days, to: .string).equals(Column([text])))
    let moments = try cast(Column([text + " 00:00:01"]), to: .datetime(.milliseconds))
    #expect(try cast(moments, to: .string).equals(Column([text + " 00:00:01"])))
    #expect(throws: Diagnostic.self) { try cast(Column(["12345-01-01"]), to: .date) }
  }

  @Test func `decimals keep their digits`() throws {
    let type = DataType.decimal(precision: 10, scale: 2)
    let prices = try cast(Column(["12.50", "-0.05", "7"]), to: type)
    #expect(prices.all == [.decimal(1250, scale: 2), .decimal(-5, scale: 2), .decimal(700, scale: 2)])
    #expect(try cast(prices, to: .string).equals(Column(["12.50", "-0.05", "7.00"])))
    #expect(try cast(prices, to: .f64).equals(Column([12.5, -0.05, 7])))
    #expect(try cast(prices, to: .i64, .lenient).equals(Column([nil, nil, 7])))
    #expect(try cast(Column([0.1, 0.125]), to: type, .lenient).all == [.decimal(10, scale: 2), .null])
  }

  @Test func `numbers are read whole or not at all`() {
    func integer(_ text: String) -> Int8? { NumberText.integer(Text(text).bytes.span) }
    #expect(integer("-128") == -128 && integer("127") == 127 && integer("+5") == 5)
    for wrong in ["128", "-129", "", "-", "1 ", "0x1", "٣"] { #expect(integer(wrong) == nil) }
    func float(_ text: String) -> Double? { NumberText.float(Text(text).bytes.span) }
    #expect(
      float("0.1") == 0.1 && float("1e3") == 1000 && float("-.5") == -0.5
        && float("123456789012345678") == 123456789012345680)
    #expect(float("nan")?.isNaN == true && float("-inf") == -.infinity)
    for wrong in ["", ".", "1.2.3", "1,5", " 1", "0x10", "e5"] { #expect(float(wrong) == nil) }
  }
}
