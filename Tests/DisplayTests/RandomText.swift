import Display
import Generators
import Tables

extension SplitMix {
  /// Text made to break boxes: wide, combining, joined and invisible characters, controls, and bytes that are no text.
  mutating func bytes(upTo limit: Int) -> [UInt8] {
    let pieces = [
      "a", "Z", " ", "слово", "й", "и\u{306}", "寿司", "ｶﾅ", "한국", "🙂", "👩‍👩‍👧", "🇷🇺", "❤️", "👍🏽", "1️⃣", "e\u{301}\u{323}",
      "\u{200D}",
      "\t", "\n", "\r", "\u{1B}[31m", "\u{7F}", "\u{85}", "\u{202E}", "\u{2028}", "\u{FEFF}", "\u{AD}", "ﷺ", "क्षि",
      "\u{0}",
      "\u{10FFFF}", "…", "|", "\"", "\\", "*", "$x$", "`", "\u{1F1E6}", "\u{FE0F}",
    ]
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 0...limit, using: &self) {
      if Int.random(in: 0..<20, using: &self) == 0 {
        bytes.append(UInt8.random(in: 0x80...0xFF, using: &self))
      } else {
        bytes += Array((pieces.randomElement(using: &self) ?? "").utf8)
      }
    }
    return bytes
  }

  mutating func text(upTo limit: Int) -> String { String(decoding: bytes(upTo: limit), as: UTF8.self) }

  mutating func double() -> Double {
    switch Int.random(in: 0..<10, using: &self) {
    case 0:
      [0, -0.0, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, 1.7e308, 1e21, 0.1 + 0.2].randomElement(
        using: &self) ?? 0
    case 1: Double(Int.random(in: -1000...1000, using: &self))
    case 2: Double(bitPattern: next())
    default:
      Double.random(in: -1...1, using: &self) * ([1e-6, 1e-3, 1, 1, 10, 1e4, 1e9].randomElement(using: &self) ?? 1)
    }
  }

  /// A table of columns of all kinds.
  mutating func table(columns: Int, rows: Int) throws -> Table {
    var named: [(String, Column)] = []
    for index in 0..<columns {
      let name = String(index) + text(upTo: 3)
      named.append((name, try column(rows)))
    }
    let schema = Schema(named.map { Field($0.0, $0.1.type) })
    return Table(schema, named.map(\.1), rowCount: rows)
  }

  private mutating func column(_ rows: Int) throws -> Column {
    let types: [DataType] = [
      .null, .bool, .i8, .i64, .u64, .f32, .f64, .string, .string, .binary, .date, .time, .datetime(.nanoseconds),
      .duration(.milliseconds), .decimal(precision: 38, scale: 5), .list(.string), .list(.f64),
      .structure([Field("a\n", .i64), Field("б", .string)]),
    ]
    let type = types.randomElement(using: &self) ?? .bool
    var values: [Value] = []
    for _ in 0..<rows { values.append(Int.random(in: 0..<8, using: &self) == 0 ? .null : value(type)) }
    return try Column(type, values)
  }

  private mutating func value(_ type: DataType) -> Value {
    switch type {
    case .bool: return .bool(Bool.random(using: &self))
    case .i8: return .integer(Int128(Int8.random(in: .min ... .max, using: &self)))
    case .i64: return .integer(Int128(Int64(truncatingIfNeeded: next()) >> Int64.random(in: 0..<64, using: &self)))
    case .u64: return .integer(Int128(next()))
    case .f32: return .float(Double(Float(double())))
    case .f64: return .float(double())
    case .string: return .text(Text(Buffer(bytes(upTo: 30))))
    case .binary: return .binary(Text(Buffer(bytes(upTo: 8))))
    case .date: return .date(Int32(truncatingIfNeeded: next()))
    case .time: return .time(Int64.random(in: 0..<86_400_000_000_000, using: &self))
    case .datetime(let unit): return .datetime(Int64(truncatingIfNeeded: next()), unit)
    case .zoned(let unit, let zone): return .zoned(Int64(truncatingIfNeeded: next()), unit, zone)
    case .duration(let unit): return .duration(Int64(truncatingIfNeeded: next()), unit)
    case .decimal(_, let scale): return .decimal(Int128(Int64(truncatingIfNeeded: next())), scale: scale)
    case .list(let element): return .list((0..<Int.random(in: 0...6, using: &self)).map { _ in value(element) })
    case .structure(let fields): return .structure(fields.map(\.name), fields.map { value($0.type) })
    default: return .null
    }
  }
}

/// Whether text holds nothing that could move a cursor, hide or reorder other text.
func isSafe(_ text: String) -> Bool {
  text.unicodeScalars.allSatisfy { scalar in
    switch scalar.properties.generalCategory {
    case .control: scalar == "\n"
    case .lineSeparator, .paragraphSeparator, .unassigned: false
    case .format: scalar.value == 0x200C || scalar.value == 0x200D || (0xE0020...0xE007F).contains(scalar.value)
    default: true
    }
  }
}
