import Diagnostics
import Tables

/// A column of every type, with its extremes, ordinary values and nulls: the lines of the grid.
struct GridColumn: Sendable {
  let name: String
  let values: Column

  var type: DataType { values.type }

  private init(_ name: String, _ type: DataType, _ values: [Value]) throws(Diagnostic) {
    self.name = name
    self.values = try Column(type, values)
  }

  /// How many rows each has.
  static let rowCount = 6

  static let all: [GridColumn] = {
    do throws(Diagnostic) { return try made() } catch { fatalError("the grid's own values: \(error.message)") }
  }()

  private static func made() throws(Diagnostic) -> [GridColumn] {
    let wholes: [(DataType, Int128, Int128)] = [
      (.i8, Int128(Int8.min), Int128(Int8.max)), (.i16, Int128(Int16.min), Int128(Int16.max)),
      (.i32, Int128(Int32.min), Int128(Int32.max)), (.i64, Int128(Int64.min), Int128(Int64.max)),
      (.u8, 0, Int128(UInt8.max)), (.u16, 0, Int128(UInt16.max)), (.u32, 0, Int128(UInt32.max)),
      (.u64, 0, Int128(UInt64.max)),
    ]
    var columns: [GridColumn] = []
    for (type, least, greatest) in wholes {
      columns.append(
        try GridColumn(
          "\(type)", type,
          [.integer(least), .integer(greatest), .integer(3), .null, .integer(1), .integer(greatest - 1)]))
    }
    columns.append(
      try GridColumn("f32", .f32, [.float(-.infinity), .float(3.4028234e38), .float(0.1), .null, .float(.nan), -0.0]))
    columns.append(
      try GridColumn(
        "f64", .f64,
        [
          .float(.infinity), .float(-.greatestFiniteMagnitude), .float(2.5), .null, .float(.nan),
          .float(.leastNonzeroMagnitude),
        ]))
    for (precision, scale) in [(38, 0), (38, 38), (10, 2), (1, 1)] {
      let limit = (0..<precision).reduce(Int128(1)) { power, _ in power * 10 } - 1
      let values: [Int128?] = [-limit, limit, 3, nil, 0, limit - 1]
      columns.append(
        try GridColumn(
          "dec\(precision)_\(scale)", .decimal(precision: precision, scale: scale),
          values.map { $0.map { .decimal($0, scale: scale) } ?? .null }))
    }
    columns.append(
      try GridColumn(
        "day", .date, [.date(.min), .date(.max), .date(19_905), .null, .date(0), .date(-719_528)]))
    columns.append(
      try GridColumn(
        "clock", .time,
        [.time(0), .time(86_399_999_999_999), .time(43_200_000_000_000), .null, .time(1), .time(3_600_000_000_000)]))
    for unit in TimeUnit.allCases {
      let ticks: [Int64?] = [.min, .max, 1_719_792_000 * unit.ticksPerSecond, nil, -1, .max - 1]
      columns.append(
        try GridColumn(
          "moment_\(unit.rawValue)", .datetime(unit), ticks.map { $0.map { .datetime($0, unit) } ?? .null }))
      columns.append(
        try GridColumn("span_\(unit.rawValue)", .duration(unit), ticks.map { $0.map { .duration($0, unit) } ?? .null }))
    }
    let zone = try Zone.named("+05:30")
    let shown: [Int64?] = [.min, .max, 1_719_792_000_000_000, nil, -1, -19_800_000_000]
    columns.append(
      try GridColumn(
        "zoned", .zoned(.microseconds, zone), shown.map { $0.map { .zoned($0, .microseconds, zone) } ?? .null }))
    columns.append(try GridColumn("flag", .bool, [.bool(true), .bool(false), .bool(true), .null, .bool(false), true]))
    columns.append(
      try GridColumn(
        "word", .string, ["", "2024-07-01", "Чай №1 e\u{301}\u{1F468}\u{200D}\u{1F33E}", .null, "-12", "a\0b"]))
    columns.append(
      try GridColumn(
        "bytes", .binary,
        [
          .binary(Text("")), .binary(Text(Buffer([0xFF, 0xFE]))), .binary(Text("abc")), .null,
          .binary(Text(Buffer([0]))), .binary(Text("7")),
        ]))
    columns.append(
      try GridColumn(
        "ids", .list(.i64),
        [[], [.integer(Int128(Int64.max)), .integer(Int128(Int64.min))], [3, nil, 3], nil, [nil], [1]]))
    columns.append(
      try GridColumn(
        "reals", .list(.f64), [[], [.float(.nan), .float(.infinity)], [0.5, nil], nil, [nil], [-0.0, 0.0]]))
    columns.append(try GridColumn("words", .list(.string), [[], ["", "a"], ["б", nil, "б"], nil, [nil], ["a"]]))
    columns.append(
      try GridColumn(
        "days", .list(.date), [[], [.date(.min), .date(.max)], [.date(1), nil], nil, [nil], [.date(0)]]))
    columns.append(
      try GridColumn("nested", .list(.list(.i32)), [[], [[1], []], [[nil, 2], nil], nil, [nil], [[3]]]))
    let fields = [Field("a", .i32), Field("b", .list(.string))]
    func record(_ a: Value, _ b: Value) -> Value { .structure(["a", "b"], [a, b]) }
    columns.append(
      try GridColumn(
        "record", .structure(fields),
        [
          record(1, ["x"]), record(.integer(Int128(Int32.min)), []), record(nil, nil), nil, record(2, [nil]),
          record(1, ["x"]),
        ]))
    columns.append(try GridColumn("nothing", .null, [Value](repeating: .null, count: rowCount)))
    return columns
  }

  /// The value of a row as the session would hold it.
  func constant(_ row: Int) -> Column { values[row..<row + 1] }
}
