import Diagnostics
import Display
import Foundation
import Generators
import Tables
import TestSupport
import Testing

/// Tables that polars printed, printed again: `Scripts/reference/polars-frames.py` made them.
@Suite struct PolarsTableTests {
  private struct Case {
    let style: TableStyle
    let table: Table
    let expected: String
  }

  @Test func printsWhatPolarsPrints() throws {
    let blocks = try Checkout.text("Tests/DisplayTests/Goldens/polars.txt").components(
      separatedBy: "\n=====\n"
    ).dropLast()
    #expect(blocks.count >= 60)
    for block in blocks {
      let one = try read(block)
      expectText(one.table.styledText(one.style).plain, equals: one.expected)
    }
  }

  private func read(_ block: String) throws -> Case {
    let end = try #require(block.firstIndex(of: "\n"))
    let json = try JSONSerialization.jsonObject(with: Data(block[..<end].utf8))
    let fields = try #require(json as? [String: Any])
    let columns = try #require(fields["columns"] as? [[String: Any]])
    let named = try columns.map { column in
      let name = try #require(column["name"] as? String)
      let type = try #require(column["type"] as? String)
      return (name, try Self.column(type, try #require(column["values"] as? [Any])))
    }
    let rows = named.first?.1.count ?? 0
    let schema = Schema(named.map { Field($0.0, $0.1.type) })
    let page = Page(width: try #require(fields["width"] as? Int), isASCII: fields["ascii"] as? Bool ?? false)
    let style = TableStyle(flavour: .polars, rows: try #require(fields["rows"] as? Int), page: page)
    return Case(
      style: style, table: Table(schema, named.map(\.1), rowCount: rows), expected: String(block[end...].dropFirst()))
  }

  private static func column(_ name: String, _ values: [Any]) throws -> Column {
    let (type, read) = try #require(types[name])
    return try Column(type, values.map { $0 is NSNull ? .null : read($0) })
  }

  private static func integer(_ value: Any) -> Int64 { (value as? NSNumber)?.int64Value ?? 0 }
  private static func float(_ value: Any) -> Value { .float(Double(value as? String ?? "") ?? .nan) }
  private static func text(_ value: Any) -> Value { .text(Text(value as? String ?? "")) }
  private static func items(_ value: Any, _ read: (Any) -> Value) -> Value {
    .list((value as? [Any] ?? []).map { $0 is NSNull ? .null : read($0) })
  }
  private static func whole(_ value: Any) -> Value { .integer(Int128(integer(value))) }

  private static var types: [String: (DataType, (Any) -> Value)] {
    [
      "i32": (.i32, whole), "i64": (.i64, whole), "u32": (.u32, whole), "f64": (.f64, float), "f32": (.f32, float),
      "str": (.string, text), "bool": (.bool, { .bool($0 as? Bool ?? false) }),
      "date": (.date, { .date(Int32(integer($0))) }), "time": (.time, { .time(integer($0)) }),
      "datetime[ms]": (.datetime(.milliseconds), { .datetime(integer($0), .milliseconds) }),
      "datetime[us]": (.datetime(.microseconds), { .datetime(integer($0), .microseconds) }),
      "datetime[ns]": (.datetime(.nanoseconds), { .datetime(integer($0), .nanoseconds) }),
      "duration[us]": (.duration(.microseconds), { .duration(integer($0), .microseconds) }),
      "list[i64]": (.list(.i64), { items($0, whole) }), "list[str]": (.list(.string), { items($0, text) }),
      "list[f64]": (.list(.f64), { items($0, float) }),
      "decimal[10,2]": (.decimal(precision: 10, scale: 2), { .decimal(Int128(integer($0)), scale: 2) }),
      "binary": (
        .binary, { .binary(Text(Buffer((($0 as? [Any]) ?? []).map { UInt8(truncatingIfNeeded: integer($0)) }))) }
      ),
      "struct[2]": (
        .structure([Field("number", .i64), Field("text", .string)]),
        { value in
          let parts = value as? [Any] ?? []
          return .structure(["number", "text"], [whole(parts[0]), text(parts[1])])
        }
      ),
      "null": (.null, { _ in .null }),
    ]
  }
}
