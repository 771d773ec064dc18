import Diagnostics
import Formats
import Generators
import Tables
import Testing

@Suite struct LazyReadingTests {
  /// Some rows of every column of every partition are what the whole column has there.
  @Test(arguments: ReferenceFiles.names(in: ReferenceFiles.fixtures, ending: ".parquet"))
  func `pages that hold the rows asked for are enough`(_ name: String) throws {
    try expectSelections(try openTable(ReferenceFiles.fixtures + "/" + name))
  }

  @Test(arguments: ArrowReadingTests.names) func `some rows of an Arrow file are what the whole has there`(
    _ name: String
  ) throws {
    try expectSelections(try openTable(ArrowReadingTests.folder + "/" + name))
  }

  @Test func `pages of few values are enough`() throws {
    try expectSelections(try openTable(ReferenceFiles.sample("pages.parquet")))
  }

  @Test(.enabled(if: ReferenceFiles.hasShared("parquet-testing/data"), "needs ../shared"))
  func `pages of the conformance files are enough`() throws {
    let folder = ReferenceFiles.shared("parquet-testing/data")
    for name in ["alltypes_tiny_pages", "int32_with_null_pages", "list_columns", "delta_encoding_optional_column"] {
      try expectSelections(try openTable(folder + "/" + name + ".parquet"))
    }
  }

  private func expectSelections(_ source: any TableSource) throws {
    for (number, partition) in source.partitions.enumerated() {
      let count = partition.rows.count
      for index in source.schema.fields.indices {
        let whole = spell(try source.columns([index], partition: number)[0])
        for rows in [0..<min(3, count), count / 2..<count, count / 3..<count / 2, 0..<count] {
          let some = try source.columns([index], partition: number, rows: rows, kept: nil)
          #expect(spell(some[0]) == Array(whole[rows]), "\(source.name) \(source.schema[index].name) \(rows)")
          let kept = Bitmap(rows.map { $0 % 37 == 5 || $0 % 400 == 1 })
          let few = try source.columns([index], partition: number, rows: rows, kept: kept)
          let expected = rows.filter { kept[$0 - rows.lowerBound] }.map { whole[$0] }
          #expect(spell(few[0]) == expected, "\(source.name) \(source.schema[index].name) \(rows)")
        }
        let pages = source.pages(index, partition: number)
        #expect(pages.first?.rows.lowerBound == 0 && pages.last?.rows.upperBound == count)
        #expect(zip(pages, pages.dropFirst()).allSatisfy { $0.rows.upperBound == $1.rows.lowerBound })
      }
    }
  }

  @Test func `bounds of small pages hold`() throws {
    try expectBounds(of: ReferenceFiles.sample("pages.parquet"))
  }

  @Test(.enabled(if: ReferenceFiles.hasShared("parquet-testing/data"), "needs ../shared"))
  func `bounds of the conformance file's pages hold`() throws {
    try expectBounds(of: ReferenceFiles.shared("parquet-testing/data") + "/alltypes_tiny_pages.parquet")
  }

  /// The statistics of every page bound its ids.
  private func expectBounds(of path: String) throws {
    let source = try openTable(path)
    let index = try #require(source.schema.index(of: "id"))
    let ids = try source.columns([index])[0]
    var bounded = 0
    for (number, partition) in source.partitions.enumerated() {
      for page in source.pages(index, partition: number) {
        guard case .integer(let low)? = page.statistics?.minimum, case .integer(let high)? = page.statistics?.maximum
        else { continue }
        for row in page.rows {
          guard case .integer(let id) = ids[partition.rows.lowerBound + row] else { continue }
          #expect(low <= id && id <= high)
        }
        bounded += 1
      }
    }
    #expect(bounded > 10)
  }

  @Test func `text is looked at before it is read`() throws {
    let scratch = try ScratchFolder()
    let lines = (0..<700_000).map { "\($0),item \($0 % 90),2024-03-\($0 % 28 + 1 < 10 ? "0" : "")\($0 % 28 + 1)" }
    let path = try scratch.write("orders.csv", "id,name,day\n" + lines.joined(separator: "\n"))
    let source = try openTable(path)
    #expect(source.schema.summary == "id i64, name str, day date")
    let leading = try source.leadingRows([2, 0], count: 3)
    #expect(leading?.map(spell) == [["d19783", "d19784", "d19785"], ["0", "1", "2"]])
    #expect(source.rowCount == 700_000)
    #expect(source.partitions.count > 2)
    let last = source.partitions.count - 1
    let rows = source.partitions[last].rows
    let tail = try source.columns([0], partition: last, rows: rows.count - 2..<rows.count, kept: nil)
    #expect(spell(tail[0]) == ["699998", "699999"])
    #expect(!source.isInMemory(0))
    #expect(try source.columns([0])[0][123_456] == .integer(123_456))
    #expect(source.isInMemory(0) && !source.isInMemory(1))
  }

  @Test func `rows are counted as they are read`() throws {
    let scratch = try ScratchFolder()
    let filler = (0..<40_000).map { "\($0),xxxxxxxx" }.joined(separator: "\n") + "\n"
    let texts = [
      "a,b\n" + filler,
      "a,b\r\n" + filler.replacing("\n", with: "\r\n") + "\r\n\r\n1,2",
      "a,b\n\n\n" + filler + "\n\n\n",
      "a,b\n" + filler + "1,\"two\nlines\"\n3,4\n", "a\n" + filler.replacing(",", with: " "),
    ]
    for (number, text) in texts.enumerated() {
      let path = try scratch.write("t\(number).csv", text)
      let counted = try openTable(path).rowCount
      #expect(try openTable(path).columns([0])[0].count == counted, "text \(number)")
    }
  }

  @Test func `parts of differing types are widened and it is said`() throws {
    let scratch = try ScratchFolder()
    try scratch.write("parts/a.csv", "id,price,note\n1,2,\n")
    try scratch.write("parts/b.csv", "note,id,price\nx,2,2.5\n")
    let source = try openTable(scratch.file("parts"))
    #expect(source.schema.summary == "id i64, price f64, note str")
    #expect(
      source.notes == [
        "`price` is f64: \(scratch.file("parts/b.csv")) has it as f64, files before it as i64"
      ])
    let table = try read(source)
    #expect(table.row(0) == [.integer(1), .float(2), .null])
    #expect(table.row(1) == [.integer(2), .float(2.5), .text("x")])
    #expect(source.partitions.count == 2)
  }

  @Test(.enabled(if: ReferenceFiles.hasShared("online-retail"), "needs ../shared"))
  func `the retail orders load as they were`() throws {
    let path = ReferenceFiles.shared("online-retail/orders_2009_2010.parquet")
    try expectOrders(in: path, rows: 525_461, withoutCustomer: 107_927, cancelled: 10_206)
  }

  @Test func `orders like the retail ones load as they were`() throws {
    try expectOrders(in: ReferenceFiles.sample("retail.parquet"), rows: 240, withoutCustomer: 48, cancelled: 20)
  }

  private func expectOrders(in path: String, rows: Int, withoutCustomer: Int, cancelled: Int) throws {
    let table = try read(path)
    #expect(table.rowCount == rows)
    let customers = try #require(table.column("Customer ID"))
    #expect(customers.type == .f64)
    #expect(customers.nullCount == withoutCustomer)
    let invoices = try #require(table.column("Invoice"))
    #expect(invoices.type == .string)
    let found = (0..<invoices.count).count { row in
      if case .text(let text) = invoices[row] { text.bytes.count > 0 && text.bytes[0] == 0x43 } else { false }
    }
    #expect(found == cancelled)
  }
}
