import Diagnostics
import Foundation
import Generators
import Spark
import Tables
import Testing

/// Requests byte for byte as protobuf's own library writes them, and answers that a server sent; both are recorded by
/// `Scripts/fixtures/spark-fixtures.py`.
@Suite struct MessageTests {
  private static let session = "00000000-0000-4000-8000-000000000001"
  private static let operation = "00000000-0000-4000-8000-000000000002"
  private static let orders = SparkRelation.files(format: "parquet", ["/data/orders"], options: [:])

  private static func recorded(_ file: String) throws -> [(name: String, bytes: [UInt8])] {
    try Checkout.text("Tests/SparkTests/Fixtures/\(file)").split(separator: "\n").map { line in
      let parts = line.split(separator: " ")
      let digits = Array(parts.count > 1 ? String(parts[1]).utf8 : "".utf8)
      let bytes = stride(from: 0, to: digits.count - 1, by: 2).map {
        UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16) ?? 0
      }
      return (String(parts[0]), bytes)
    }
  }

  private static let relations: [String: SparkRelation] = [
    "files": orders,
    "csv": .files(format: "csv", ["a.csv"], options: ["sep": ";", "header": "true"]),
    "table": .table("db.orders"),
    "filter": .filter(orders, .call("==", [.column("a`b"), .literal(.long(-7))])),
    "project": .project(orders, [.alias(.column("user_id"), "c1"), .cast(.column("x"), .long), .star]),
    "aggregate": .aggregate(
      orders, by: [.column("k")], [.alias(.call("count", [.literal(.integer(1))]), "n")]),
    "sort": .sort(orders, [SparkSortKey(.column("n"), isDescending: true), SparkSortKey(.column("k"))]),
    "limit": .limit(.offset(orders, 3), 10),
    "join": .join(
      orders, .files(format: "parquet", ["/data/products"], options: [:]), .left,
      on: .call("==", [.column("a"), .column("b")]), using: []),
    "union": .union(orders, orders),
    "distinct": .distinct(orders, by: ["a"]),
    "factors": .ofModel("m1", method: "userFactors"),
    "local": .named(.local([1, 2], schema: nil), ["c1"]),
    "window": .project(
      orders,
      [
        .window(
          .call("sum", [.column("x")]), partitionedBy: [.column("k")], orderedBy: [SparkSortKey(.column("d"))],
          SparkFrame(.rows(-6), .current))
      ]),
    "literals": .project(
      orders,
      [
        .null(.text), .bool(true), .byte(-1), .short(300), .float(0.5), .double(-1.25),
        .decimal("-0.29", precision: 10, scale: 2), .text("сок"), .binary([0, 255]), .date(19905), .moment(-1),
        .duration(3_600_000_000),
      ].map { .literal($0) }),
  ]

  private static let calls: [String: SparkRequest.Call] = [
    "execute": .execute(.rows(orders), operation: operation), "reattach": .reattach(operation: operation, after: "r7"),
    "release": .release(operation: operation), "schema": .schema(orders), "version": .version,
    "config": .set(["b": "2", "a": "1"]), "interrupt": .interrupt(operation: operation), "end": .end,
  ]

  private static let plans: [String: SparkPlan] = [
    "fit": .fit(SparkEstimator("ALS", id: "a", parameters: ["rank": .integer(8), "userCol": .text("user")]), orders),
    "forget": .forget(model: "m1"),
    "write": .command(
      SparkWrite(orders, to: .files(format: "parquet", path: "/out"), overwrites: false, partitionedBy: ["k"])),
  ]

  /// Every field of a message with its bytes, in any order: two libraries write fields in orders of their own.
  private static func fields(_ bytes: ArraySlice<UInt8>) -> [String] {
    var reader = ProtobufReader(bytes)
    var fields: [String] = []
    while let field = try? reader.next() {
      if let content = try? reader.content() {
        let inner = MessageTests.fields(content)
        let isMessage = isWhole(content) && !content.isEmpty
        fields.append("\(field): " + (isMessage ? "{\(inner.joined(separator: " "))}" : "\(Array(content))"))
      } else if let number = try? reader.integer() {
        fields.append("\(field)=\(number)")
      } else if let number = try? reader.double() {
        fields.append("\(field)=\(number)")
      } else if let number = try? reader.float() {
        fields.append("\(field)=\(number)")
      }
    }
    // What stands several times keeps its order.
    return fields.enumerated().sorted { a, b in
      let (first, second) = (a.element.prefix { $0.isNumber }, b.element.prefix { $0.isNumber })
      return first == second ? a.offset < b.offset : first < second
    }.map(\.element)
  }

  private static func isWhole(_ bytes: ArraySlice<UInt8>) -> Bool {
    var reader = ProtobufReader(bytes)
    do {
      while try reader.next() != nil {}
      return true
    } catch { return false }
  }

  @Test func `requests have the bytes that they are to have`() throws {
    let recorded = try MessageTests.recorded("requests.txt")
    #expect(recorded.count == MessageTests.relations.count + MessageTests.calls.count + MessageTests.plans.count)
    for (name, bytes) in recorded {
      let found: [UInt8]
      if let relation = MessageTests.relations[name] {
        found = SparkPlan.rows(relation).bytes
      } else if let call = MessageTests.calls[name] {
        let request = SparkRequest(session: MessageTests.session, user: "lectern", call)
        found = request.bytes
      } else {
        found = try #require(MessageTests.plans[name]).bytes
      }
      #expect(MessageTests.fields(found[...]) == MessageTests.fields(bytes[...]), "\(name)")
    }
  }

  @Test func `answers of a server are read`() throws {
    let recorded = try MessageTests.recorded("answers.txt")
    var rows = ReceivedRows(
      [
        .i64, .string, .date, .f64, .list(.i32), .structure([Field("a", .bool)]), .decimal(precision: 10, scale: 2),
        .datetime(.microseconds), .string,
      ])
    var isComplete = false
    for (name, bytes) in recorded {
      switch name {
      case "version": #expect(try sparkVersion(ofAnswer: bytes[...]) == "4.1.1")
      case "schema":
        guard case .structure(let fields)? = try SparkType.schema(ofAnswer: bytes[...]) else {
          Issue.record("no schema")
          continue
        }
        #expect(fields.map(\.name) == ["id", "name", "day", "x", "xs", "s", "price", "ts", "none"])
        #expect(
          fields.map(\.type) == [
            .long, .text, .date, .double, .list(.integer),
            .structure([SparkField("a", .bool)]),
            .decimal(precision: 10, scale: 2), .moment, .text,
          ])
      case "fitted": #expect(try SparkAnswer(bytes[...]).model == "m1")
      case "progress":
        let progress = try SparkAnswer(bytes[...]).progress
        #expect(progress?.completed == 4)
        #expect(progress?.total == 8)
      default:
        let answer = try SparkAnswer(bytes[...])
        if let batch = answer.rows { try rows.add(batch) }
        isComplete = isComplete || answer.isLast
      }
    }
    #expect(isComplete)
    #expect(rows.rowCount == 1)
    let schema = Schema([
      Field("id", .u32), Field("name", .string), Field("day", .date), Field("x", .f64), Field("xs", .list(.i32)),
      Field("s", .structure([Field("a", .bool)])), Field("price", .decimal(precision: 10, scale: 2)),
      Field("ts", .datetime(.nanoseconds)), Field("none", .string),
    ])
    let table = try rows.table(schema)
    #expect(
      table.row(0).map(\.description) == [
        "1", "сок", "2024-07-01", "0.5", "[1, 2]", table.columns[5][0].description, "1.50",
        table.columns[7][0].description, "null",
      ])
    rows = ReceivedRows([.i64])
    #expect(throws: Diagnostic.self) {
      for (_, bytes) in recorded where try SparkAnswer(bytes[...]).rows != nil {
        try rows.add(SparkAnswer(bytes[...]).rows ?? [])
      }
    }
  }

  @Test func `answers with changed bytes do no harm`() throws {
    var random = SplitMix(seed: 11)
    let recorded = try MessageTests.recorded("answers.txt")
    for round in 0..<400 {
      let (_, bytes) = recorded[round % recorded.count]
      let changed = random.mutated(bytes)
      _ = try? SparkType.schema(ofAnswer: changed[...])
      _ = try? sparkVersion(ofAnswer: changed[...])
      guard let answer = try? SparkAnswer(changed[...]), let batch = answer.rows else { continue }
      let rows = ReceivedRows([.i64, .string, .date, .f64, .list(.i32), .null, .f64, .datetime(.microseconds), .string])
      try? rows.add(batch)
    }
  }

  @Test func `types that lie in each other without end are refused`() {
    var bytes: [UInt8] = []
    for _ in 0..<200 {
      bytes = ProtobufWriter.message { $0.write(20) { [bytes] list in list.write(1, bytes: bytes) } }
    }
    let answer = ProtobufWriter.message { $0.write(2) { [bytes] in $0.write(1, bytes: bytes) } }
    #expect(throws: Diagnostic.self) { try SparkType.schema(ofAnswer: answer[...]) }
  }
}
