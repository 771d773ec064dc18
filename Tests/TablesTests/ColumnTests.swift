import Diagnostics
import Generators
import Tables
import Testing

@Suite struct ColumnTests {
  @Test(arguments: SampleColumns.types) func `values read back as they were built`(_ type: DataType) throws {
    for nulls in [false, true] {
      var dice = SplitMix(seed: 7)
      let values = SampleColumns.values(type, count: 300, nulls: nulls, &dice)
      let column = try Column(type, values)
      #expect(column.all == values)
      #expect(column.nullCount == values.count { $0.isNull })
    }
    #expect(try Column(type, []).count == 0)
    #expect(try Column(type, [.null, .null]).nullCount == 2)
  }

  @Test func `a value of another type is refused`() {
    #expect(throws: Diagnostic("`300` is not a value of type i8")) { try Column(.i8, [.integer(300)]) }
    #expect(throws: Diagnostic("`a` is not a value of type date")) { try Column(.date, [.text("a")]) }
  }

  @Test(arguments: SampleColumns.types) func `gather takes rows and gives null for missing ones`(_ type: DataType)
    throws
  {
    let column = try SampleColumns.column(type, count: 200, seed: 3)
    var dice = SplitMix(seed: 11)
    let rows = (0..<500).map { _ in dice.below(6) == 0 ? missingRow : UInt32(dice.below(200)) }
    let expected = rows.map { $0 == missingRow ? Value.null : column[Int($0)] }
    #expect(try gather(column, rows: rows).all == expected)
    #expect(try gather(column, rows: []).count == 0)
    #expect(try gather(column[0..<0], rows: [missingRow, missingRow]).all == [.null, .null])
    let cut = column[37..<101]
    #expect(try gather(cut, rows: [0, 63, 5]).all == [column[37], column[100], column[42]])
  }

  @Test(arguments: SampleColumns.types) func `filter keeps the rows that are set`(_ type: DataType) throws {
    let column = try SampleColumns.column(type, count: 1000, seed: 5)
    var dice = SplitMix(seed: 2)
    for share in [0, 1, 5, 9, 10] {
      let kept = (0..<1000).map { _ in dice.below(10) < share }
      let expected = (0..<1000).filter { kept[$0] }.map { column[$0] }
      #expect(try filter(column, Bitmap(kept)).all == expected)
    }
    #expect(try selectedRows(Bitmap([false, true, true])) == [1, 2])
  }

  @Test(arguments: SampleColumns.types) func `concat puts columns end to end`(_ type: DataType) throws {
    let columns = try (0..<4).map { try SampleColumns.column(type, count: $0 * 37, nulls: $0 % 2 == 1, seed: $0) }
    let all = columns.flatMap(\.all)
    let whole = try concat(columns)
    #expect(whole.all == all)
    #expect(try concat([whole[3..<70], whole[70..<90]]).all == Array(all[3..<90]))
  }

  @Test func `concat of two types names both`() throws {
    #expect(throws: Diagnostic.differentTypes(.i32, .i64)) {
      try concat([Column([Int32(1)]), Column([Int64(1)])])
    }
  }

  @Test(arguments: SampleColumns.types) func `a compacted slice is equal and keeps no more than it needs`(
    _ type: DataType
  ) throws {
    let column = try SampleColumns.column(type, count: 4000, seed: 9)
    let slice = column[1000..<1010]
    let compacted = try slice.compacted()
    #expect(compacted.equals(slice))
    #expect(compacted.byteCount <= column.byteCount)
  }

  @Test func `interning makes equal texts one code`() throws {
    let texts = TextDictionary(
      offsets: Buffer([0, 1, 2, 3, 3]), bytes: Buffer(Array("aba".utf8)), isUnique: false)
    let interned = try TextValues(codes: Buffer([0, 1, 2, 3, 2]), dictionary: texts).interned()
    #expect(interned.codes.array == [0, 1, 0, 2, 0])
    #expect(interned.dictionary.count == 3 && interned.dictionary.isUnique)
    #expect(interned[3] == "" && interned[4] == "a")
  }

  @Test func `a builder of many texts finds them all again`() {
    var builder = TextDictionaryBuilder()
    let texts = (0..<5000).map { Text("текст \($0 % 1700)") }
    let codes = texts.map { builder.code(for: $0.bytes.span) }
    let dictionary = builder.dictionary()
    #expect(dictionary.count == 1700)
    #expect(zip(codes, texts).allSatisfy { dictionary[Int($0)] == $1 })
  }

  @Test func `two types meet where no value is lost`() {
    #expect(DataType.common(.i8, .u8) == .i16)
    #expect(DataType.common(.u32, .i16) == .i64)
    #expect(DataType.common(.i64, .u64) == .decimal(precision: 38, scale: 0))
    #expect(DataType.common(.i64, .f32) == .f64)
    #expect(DataType.common(.date, .datetime(.nanoseconds)) == .datetime(.nanoseconds))
    #expect(DataType.common(.list(.null), .list(.string)) == .list(.string))
    #expect(DataType.common(.string, .i64) == nil)
    for a in SampleColumns.types {
      #expect(DataType.common(a, a) == a && DataType.common(.null, a) == a)
      for b in SampleColumns.types { #expect(DataType.common(a, b) == DataType.common(b, a)) }
    }
  }

  @Test(arguments: [
    DataType.null, .bool, .i32, .f64, .string, .date, .decimal(precision: 9, scale: 2), .list(.bool),
    .structure([Field("a", .bool)]),
  ]) func aColumnOfNoChunksHasItsType(_ type: DataType) throws {
    let column = try Column.assembled(type, count: 0, grain: 8) { rows in Column.nulls(type, count: rows.count) }
    #expect(column.type == type && column.count == 0)
  }
}
