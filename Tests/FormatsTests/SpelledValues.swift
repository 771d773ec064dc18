import Diagnostics
import Formats
import Tables

/// Values as `Scripts/fixtures/parquet_expectations.py` spells them, to compare with what other programs read.
func spell(_ value: Value) -> String {
  switch value {
  case .null: "null"
  case .bool(let bool): bool ? "true" : "false"
  case .integer(let number): "\(number)"
  case .float(let number): number.isNaN ? "nan" : "f\(number.bitPattern)"
  case .text(let text): "t" + hexadecimal(text)
  case .binary(let bytes): "b" + hexadecimal(bytes)
  case .date(let days): "d\(days)"
  case .time(let nanoseconds): "T\(nanoseconds)"
  case .datetime(let ticks, let unit): "D\(ticks)\(unit.rawValue)"
  case .zoned(let ticks, let unit, _): "D\(ticks)\(unit.rawValue)"
  case .duration(let ticks, let unit): "U\(ticks)\(unit.rawValue)"
  case .decimal(let number, let scale): "dec\(number)/\(scale)"
  case .list(let values): "[" + values.map(spell).joined(separator: ",") + "]"
  case .structure(let names, let values):
    "{" + zip(names, values).map { "\($0):\(spell($1))" }.joined(separator: ",") + "}"
  }
}

private func hexadecimal(_ text: Text) -> String {
  text.bytes.array.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

func spell(_ column: Column) -> [String] { (0..<column.count).map { spell(column[$0]) } }

/// The CRC-32 of zlib.
func checksum(_ text: String) -> UInt32 {
  let table = (0..<256 as Range<UInt32>).map { byte in
    (0..<8).reduce(byte) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
  }
  return ~text.utf8.reduce(~0) { crc, byte in table[Int((crc ^ UInt32(byte)) & 255)] ^ crc >> 8 }
}

/// The whole table of a source.
func read(_ source: any TableSource) throws(Diagnostic) -> Table {
  let columns = try source.columns(Array(0..<source.schema.count))
  return Table(source.schema, columns, rowCount: source.rowCount)
}

func read(_ path: String, options: LoadOptions = LoadOptions()) throws(Diagnostic) -> Table {
  try read(try openTable(path, options: options))
}
