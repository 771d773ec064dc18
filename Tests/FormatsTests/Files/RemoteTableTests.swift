import Diagnostics
import Formats
import Foundation
import Generators
import Tables
import TestSupport
import Testing

/// Tables behind an address of this machine.
@Suite struct RemoteTableTests {
  /// Four row groups of a column of numbers that do not repeat, one of text, one of lists.
  private static let table: Table = {
    let rows = 0..<40_000
    return Table([
      ("id", Column(rows.map { Int64($0 &* 7919 % 1_000_003) })), ("name", Column(rows.map { "item \($0 % 90)" })),
      ("score", Column(rows.map { Double($0).squareRoot() })),
    ])
  }()

  private static func bytes(_ file: String, _ options: SaveOptions = SaveOptions()) throws -> [UInt8] {
    let scratch = try ScratchFolder()
    var options = options
    options.rowsPerGroup = file.hasSuffix("parquet") ? 10_000 : nil
    _ = try saveTable(table, to: scratch.file(file), options: options)
    return try [UInt8](Data(contentsOf: URL(fileURLWithPath: scratch.file(file))))
  }

  private static func sentBytes(_ server: TestServer, of size: Int) -> Int {
    server.requests.reduce(0) { $0 + ($1.range(of: size)?.count ?? size) }
  }

  @Test func `only the columns that are needed are fetched`() throws {
    let content = try Self.bytes("t.parquet")
    let server = try TestServer { request, _ in .file(content, for: request, tag: "\"1\"") }
    let source = try openTable(server.address + "/t.parquet")
    #expect(source.rowCount == 40_000 && source.notes.isEmpty && source.name == server.address + "/t.parquet")
    #expect(source.schema.names == ["id", "name", "score"])
    let opening = Self.sentBytes(server, of: content.count)
    #expect(opening <= 2 << 16 && content.count > 5 << 16)
    let names = try source.columns([1])[0]
    #expect(names[39_999].description == "item 39")
    #expect(Self.sentBytes(server, of: content.count) - opening < content.count * 2 / 3)
    let all = try read(source)
    for index in 0..<3 { #expect(spell(all.columns[index]) == spell(Self.table.columns[index])) }
    #expect(Self.sentBytes(server, of: content.count) <= content.count + 3 << 16)
  }

  @Test func `some rows of a group need that group alone`() throws {
    let content = try Self.bytes("t.parquet")
    let server = try TestServer { request, _ in .file(content, for: request) }
    let source = try openTable(server.address + "/t.parquet")
    let opening = Self.sentBytes(server, of: content.count)
    let some = try source.columns([0, 2], partition: 1, rows: 5..<9, kept: nil)
    #expect(spell(some[0]) == spell(Self.table.columns[0][10_005..<10_009]))
    #expect(Self.sentBytes(server, of: content.count) - opening < content.count / 3)
    #expect(source.pages(0, partition: 3).last?.rows.upperBound == 10_000)
  }

  @Test func `a server without ranges is said`() throws {
    let content = try Self.bytes("t.parquet")
    let server = try TestServer { _, _ in TestAnswer(body: content) }
    let source = try openTable(server.address + "/t.parquet?key=secret")
    let name = server.address + "/t.parquet"
    #expect(source.notes == ["`\(name)` was read whole, 1 MB: its server sends no parts of files"])
    #expect(spell(try read(source).columns[1]) == spell(Self.table.columns[1]))
    #expect(server.requests.count == 1 && server.requests[0].path == "/t.parquet?key=secret")
  }

  @Test(arguments: ["t.csv", "t.tsv", "t.ndjson", "t.arrow", "t.xlsx", "t.csv.gz"], [true, false])
  func `other files come whole`(_ name: String, _ sendsRanges: Bool) throws {
    let content = try Self.bytes(name)
    let server = try TestServer { request, _ in
      var answer = sendsRanges ? TestAnswer.file(content, for: request, tag: "\"1\"") : TestAnswer(body: content)
      // The first bytes of each connection, and then none.
      if sendsRanges { answer.cutAfter = 300_000 }
      return answer
    }
    let source = try openTable(server.address + "/" + name)
    #expect(source.notes.isEmpty)
    #expect(spell(try read(source).columns[0]) == spell(Self.table.columns[0]))
  }

  @Test func `several addresses are one table`() throws {
    let (first, second) = (try Self.bytes("t.parquet"), try Self.bytes("t.csv"))
    let server = try TestServer { request, _ in .file(request.path == "/a" ? first : second, for: request) }
    var options = LoadOptions()
    options.source = "from"
    let source = try openTables([server.address + "/a", server.address + "/b"], options: options)
    #expect(source.rowCount == 80_000)
    #expect(try read(source).columns[3][79_999].description == "b")
  }

  @Test func `what is found wrong later is said`() throws {
    let content = try Self.bytes("t.parquet")
    let server = try TestServer { request, number in
      .file(content, for: request, tag: number < 2 ? "\"1\"" : "\"2\"")
    }
    let source = try openTable(server.address + "/t.parquet")
    let error = #expect(throws: Diagnostic.self) { try read(source) }
    #expect(error?.message == "`\(server.address)/t.parquet` has changed since it was opened")
    let missing = try TestServer { _, _ in TestAnswer(404) }
    let other = #expect(throws: Diagnostic.self) { try openTable(missing.address + "/t.parquet") }
    #expect(other?.message == "there is no `\(missing.address)/t.parquet`: the server answers 404 Answer")
    let page = try TestServer { _, _ in TestAnswer(body: [0, 1, 2, 3, 255, 0]) }
    #expect(throws: Diagnostic.self) { try openTable(page.address + "/t.parquet") }
    let database = try TestServer { _, _ in TestAnswer(body: Array("SQLite format 3\0".utf8) + [1, 2, 3]) }
    let refused = #expect(throws: Diagnostic.self) { try openTable(database.address + "/t.db") }
    #expect(refused?.message == "`\(database.address)/t.db` has format sqlite, whose files are read where they lie")
  }

  /// Bytes changed at random: refused or read, without a trap or a hang.
  @Test func `broken files end in a diagnostic`() throws {
    let content = try Self.bytes("t.parquet")
    var generator = SplitMix(state: 24)
    for _ in 0..<12 {
      var broken = content
      for _ in 0..<4 {
        let place =
          Bool.random(using: &generator)
          ? broken.count - 1 - Int.random(in: 0..<2000, using: &generator)
          : Int.random(in: 0..<broken.count, using: &generator)
        broken[place] = UInt8.random(in: 0...255, using: &generator)
      }
      let bytes = broken
      let server = try TestServer { request, _ in .file(bytes, for: request) }
      // It may be read all the same: what was changed may be a value.
      _ = try? read(try openTable(server.address + "/t.parquet"))
    }
  }

  @Test func `a stranger's session reads only what it was allowed`() throws {
    let content = try Self.bytes("t.csv")
    let server = try TestServer { request, _ in .file(content, for: request) }
    let address = server.address + "/t.csv"
    #expect(throws: Diagnostic.self) { try ReadableFolders.$current.withValue(["/"]) { try openTable(address) } }
    #expect(server.requests.isEmpty)
    #expect(try ReadableFolders.$current.withValue([address]) { try openTable(address) }.rowCount == 40_000)
  }

  /// A bucket of a server that knows no signatures.
  private static func bucket(_ objects: [String: [UInt8]]) throws -> TestServer {
    try TestServer { request, _ in
      let parts = request.path.split(separator: "?", maxSplits: 1).map(String.init)
      if request.method == "GET", parts[0] == "/bucket/", parts.count > 1 {
        let prefix = parts[1].split(separator: "&").first { $0.hasPrefix("prefix=") }?.dropFirst(7) ?? ""
        let keys = objects.keys.filter { $0.hasPrefix(prefix.replacing("%2F", with: "/").replacing("%3D", with: "=")) }
          .sorted()
        let contents = keys.map { "<Contents><Key>\($0)</Key><Size>1</Size></Contents>" }.joined()
        return TestAnswer(body: Array("<ListBucketResult>\(contents)</ListBucketResult>".utf8))
      }
      guard let content = objects[String(parts[0].dropFirst(8).replacing("%3D", with: "="))] else {
        return TestAnswer(404, body: Array("<Error><Code>NoSuchKey</Code></Error>".utf8))
      }
      return request.method == "HEAD" ? TestAnswer(200) : .file(content, for: request)
    }
  }

  @Test func `folders and patterns of a bucket are one table`() throws {
    let content = try Self.bytes("t.parquet")
    let server = try Self.bucket([
      "shop/year=2023/a.parquet": content, "shop/year=2024/b.parquet": content, "shop/_SUCCESS": [1],
      "shop/.hidden/c.parquet": [1], "shop2/d.parquet": content, "one.parquet": content,
    ])
    var options = LoadOptions()
    options.endpoint = server.address
    for path in ["s3://bucket/shop", "s3://bucket/shop/", "s3://bucket/shop/year=*/*.parquet"] {
      let source = try openTable(path, options: options)
      #expect(source.rowCount == 80_000 && source.schema.names == ["id", "name", "score", "year"])
      #expect(try source.columns([3])[0][79_999].description == "2024")
    }
    #expect(try openTable("s3://bucket/one.parquet", options: options).rowCount == 40_000)
    for path in ["s3://bucket/none", "s3://bucket/*.csv", "s3://", "s3:///key"] {
      #expect(throws: Diagnostic.self) { try openTable(path, options: options) }
    }
    #expect(throws: Diagnostic.self) { try openTable(server.address + "/x", options: options) }
  }

  @Test func `a table is saved as an object`() throws {
    let server = try TestServer { request, _ in TestAnswer(request.method == "HEAD" ? 404 : 200) }
    var options = SaveOptions()
    options.endpoint = server.address
    let report = try saveTable(Self.table, to: "s3://bucket/new/t.csv", options: options)
    let sent = server.requests
    #expect(sent.map(\.method) == ["HEAD", "PUT"] && sent[1].path == "/bucket/new/t.csv")
    #expect(sent[1].body.count == report.byteCount && report.byteCount > 100_000)
    let there = try TestServer { _, _ in TestAnswer(200) }
    options.endpoint = there.address
    let error = #expect(throws: Diagnostic.self) {
      try saveTable(Self.table, to: "s3://bucket/new/t.csv", options: options)
    }
    #expect(error?.message == "`s3://bucket/new/t.csv` exists already")
    #expect(throws: Diagnostic.self) { try saveTable(Self.table, to: there.address + "/t.csv") }
    #expect(throws: Diagnostic.self) { try saveTable(Self.table, to: "s3://bucket/", options: options) }
  }
}
