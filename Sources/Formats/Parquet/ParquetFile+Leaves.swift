import Arrow
import Diagnostics
import Parallelism
import Tables

extension ParquetFile {
  /// Decodes a leaf into its storage type: one value per row with a validity bitmap, or only the non-null values with
  /// levels.
  func decodeLeaf(
    _ decoding: ChunkDecoding
  ) throws(Diagnostic) -> (values: ColumnValues, validity: Bitmap?, levels: Levels) {
    let leaf = decoding.leaf
    let type = leaf.dataType
    switch (leaf.physical, type) {
    case (_, .null):
      if decoding.isFlat { return (.null(count: decoding.rowCount), nil, Levels()) }
      return try decoding.run(FixedDecoder(Same<Int32>.self)) { .null(count: $0.count) }
    case (.boolean, _): return try decoding.run(BoolDecoder()) { .bool(packBits($0)) }
    case (.int32, .i8): return try decoding.run(FixedDecoder(Narrowed<Int8>.self)) { .i8(Buffer($0)) }
    case (.int32, .i16): return try decoding.run(FixedDecoder(Narrowed<Int16>.self)) { .i16(Buffer($0)) }
    case (.int32, .u8): return try decoding.run(FixedDecoder(Narrowed<UInt8>.self)) { .u8(Buffer($0)) }
    case (.int32, .u16): return try decoding.run(FixedDecoder(Narrowed<UInt16>.self)) { .u16(Buffer($0)) }
    case (.int32, .u32): return try decoding.run(FixedDecoder(Same<UInt32>.self)) { .u32(Buffer($0)) }
    case (.int32, .time): return try decoding.run(FixedDecoder(MillisecondsOfDay.self)) { .i64(Buffer($0)) }
    case (.int32, .decimal): return try decoding.run(FixedDecoder(Decimal32.self)) { .i128(Buffer($0)) }
    case (.int32, _): return try decoding.run(FixedDecoder(Same<Int32>.self)) { .i32(Buffer($0)) }
    case (.int64, .u64): return try decoding.run(FixedDecoder(Same<UInt64>.self)) { .u64(Buffer($0)) }
    case (.int64, .time) where leaf.meaning == .time(.microseconds):
      return try decoding.run(FixedDecoder(MicrosecondsOfDay.self)) { .i64(Buffer($0)) }
    case (.int64, .duration) where leaf.meaning == .duration(.seconds):
      return try decoding.run(FixedDecoder(SecondsAsMilliseconds.self)) { .i64(Buffer($0)) }
    case (.int64, .decimal): return try decoding.run(FixedDecoder(Decimal64.self)) { .i128(Buffer($0)) }
    case (.int64, _): return try decoding.run(FixedDecoder(Same<Int64>.self)) { .i64(Buffer($0)) }
    case (.int96, .datetime(.nanoseconds)):
      return try decoding.run(FixedDecoder(JulianNanoseconds.self)) { .i64(Buffer($0)) }
    case (.int96, .datetime(.microseconds)):
      return try decoding.run(FixedDecoder(JulianMicroseconds.self)) { .i64(Buffer($0)) }
    case (.int96, _): return try decoding.run(FixedDecoder(JulianMilliseconds.self)) { .i64(Buffer($0)) }
    case (.float, _): return try decoding.run(FixedDecoder(Same<Float>.self)) { .f32(Buffer($0)) }
    case (.double, _): return try decoding.run(FixedDecoder(Same<Double>.self)) { .f64(Buffer($0)) }
    case (.byteArray, _), (.fixedLengthByteArray, _):
      let fixedLength = leaf.physical == .fixedLengthByteArray ? leaf.typeLength : nil
      let decoded = try decoding.decode(TextDecoder(fixedLength: fixedLength))
      let texts = try mergeDictionaries(decoded)
      let values = try placing(leaf, decoding.plans.first?.group ?? 0) { () throws(Diagnostic) in
        try interpret(texts, leaf)
      }
      return (values, decoded.validity, decoded.levels)
    }
  }
}

extension ParquetFile {
  var hasInt96: Bool { columns.contains { $0.column.leaves.contains { $0.physical == .int96 } } }

  /// The finest unit that holds all INT96 timestamps of a column.
  func int96Unit(of column: Int) throws(Diagnostic) -> TimeUnit {
    let isFlat = columns[column].column.flatLeaf != nil
    var coarsest: UInt8 = 0
    for leaf in columns[column].column.leaves where leaf.physical == .int96 {
      let decoding = try plan(leaf, 0..<metadata.rowGroups.count, isFlat: isFlat)
      coarsest = max(coarsest, try decoding.decode(FixedDecoder(JulianUnit.self)).values.max() ?? 0)
    }
    return JulianUnit.units[Int(coarsest)]
  }
}

extension ChunkDecoding {
  func decode<Decoder: LeafDecoder>(_ decoder: Decoder) throws(Diagnostic) -> DecodedLeaf<Decoder> {
    try isFlat ? decodeFlat(decoder) : decodeNested(decoder)
  }

  func run<Decoder: LeafDecoder>(
    _ decoder: Decoder, _ wrap: ([Decoder.Stored]) -> ColumnValues
  ) throws(Diagnostic) -> (values: ColumnValues, validity: Bitmap?, levels: Levels) {
    let decoded = try decode(decoder)
    return (wrap(decoded.values), decoded.validity, decoded.levels)
  }
}
