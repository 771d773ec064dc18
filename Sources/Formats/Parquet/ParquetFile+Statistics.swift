import Tables

extension ParquetFile {
  /// The footer's statistics of a row group, by column; nil for columns with several leaves.
  func statistics(group: Int) -> [ColumnStatistics?] {
    columns.indices.map { statistics(column: $0, group: group) }
  }

  func statistics(column: Int, group: Int) -> ColumnStatistics? {
    guard let leaf = columns[column].column.flatLeaf else { return nil }
    let rowCount = groupStarts[group + 1] - groupStarts[group]
    return metadata.rowGroups[group].columns[leaf.index].statistics.map { bounds($0, leaf, valueCount: rowCount) }
  }

  func bounds(_ statistics: ParquetStatistics, _ leaf: ParquetLeaf, valueCount: Int) -> ColumnStatistics {
    let isSigned: Bool =
      switch leaf.dataType {
      case .i8, .i16, .i32, .i64, .date, .time, .datetime, .zoned, .bool, .f32, .f64: true
      default: false
      }
    let found = statistics.bounds
    let areBoundsSure = !found.isLegacy || isSigned
    let minimum = areBoundsSure ? found.minimum.flatMap { bound($0, leaf, isUpper: false) } : nil
    let maximum = areBoundsSure ? found.maximum.flatMap { bound($0, leaf, isUpper: true) } : nil
    let nullCount = statistics.nullCount.flatMap { $0 <= valueCount ? $0 : nil }
    return ColumnStatistics(minimum: minimum, maximum: maximum, nullCount: nullCount)
  }

  /// Converts a bound of the footer to a value; nil if the bound is not reliable.
  private func bound(_ bytes: [UInt8], _ leaf: ParquetLeaf, isUpper: Bool) -> Value? {
    switch (leaf.physical, leaf.dataType) {
    case (.boolean, .bool): return bytes.count == 1 ? .bool(bytes[0] != 0) : nil
    case (.int32, let type):
      guard let raw = integer(bytes, as: Int32.self) else { return nil }
      switch type {
      case .i8, .i16, .i32: return .integer(Int128(raw))
      case .u8, .u16, .u32: return .integer(Int128(UInt32(bitPattern: raw)))
      case .date: return .date(raw)
      case .time: return .time(Int64(raw) * 1_000_000)
      case .decimal(_, let scale): return .decimal(Int128(raw), scale: scale)
      default: return nil
      }
    case (.int64, let type):
      guard let raw = integer(bytes, as: Int64.self) else { return nil }
      switch type {
      case .i64: return .integer(Int128(raw))
      case .u64: return .integer(Int128(UInt64(bitPattern: raw)))
      case .time:
        let ticks = leaf.meaning == .time(.microseconds) ? MicrosecondsOfDay.convert(raw) : raw
        return ticks.map { .time($0) }
      case .datetime(let unit): return .datetime(raw, unit)
      case .zoned(let unit, let zone): return .zoned(raw, unit, zone)
      case .decimal(_, let scale): return .decimal(Int128(raw), scale: scale)
      default: return nil
      }
    case (.float, .f32):
      return integer(bytes, as: UInt32.self).flatMap { float(Double(Float(bitPattern: $0)), isUpper: isUpper) }
    case (.double, .f64):
      return integer(bytes, as: UInt64.self).flatMap { float(Double(bitPattern: $0), isUpper: isUpper) }
    case (.byteArray, .string):
      // A bound may be truncated. A truncated lower bound is still valid; for an upper bound, writers round it up.
      return .text(Text(Buffer(bytes)))
    default: return nil
    }
  }

  /// NaN is no valid bound, and the sign of zero in a bound is not reliable.
  private func float(_ value: Double, isUpper: Bool) -> Value? {
    if value.isNaN { return nil }
    if value == 0 { return .float(isUpper ? 0.0 : -0.0) }
    return .float(value)
  }

  private func integer<Number: FixedWidthInteger>(_ bytes: [UInt8], as type: Number.Type) -> Number? {
    guard bytes.count == MemoryLayout<Number>.size else { return nil }
    return bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(as: Number.self)) }
  }
}
