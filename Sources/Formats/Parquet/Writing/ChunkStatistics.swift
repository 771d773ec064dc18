import Tables

/// The minimum and maximum of a chunk, encoded for the footer; nothing for types without a reliable order.
func chunkStatistics(_ column: Column, _ leaf: WrittenLeaf) -> ParquetStatistics {
  var statistics = ParquetStatistics()
  switch column.values {
  case .i8(let buffer): setBounds(&statistics, buffer) { [UInt8](littleEndian: Int32($0)) }
  case .i16(let buffer): setBounds(&statistics, buffer) { [UInt8](littleEndian: Int32($0)) }
  case .i32(let buffer): setBounds(&statistics, buffer) { [UInt8](littleEndian: $0) }
  case .u8(let buffer): setBounds(&statistics, buffer) { [UInt8](littleEndian: UInt32($0)) }
  case .u16(let buffer): setBounds(&statistics, buffer) { [UInt8](littleEndian: UInt32($0)) }
  case .u32(let buffer): setBounds(&statistics, buffer) { [UInt8](littleEndian: $0) }
  case .i64(let buffer): setBounds(&statistics, buffer) { [UInt8](littleEndian: $0) }
  case .u64(let buffer): setBounds(&statistics, buffer) { [UInt8](littleEndian: $0) }
  case .f32(let buffer): setFloatBounds(&statistics, buffer) { [UInt8](littleEndian: $0.bitPattern) }
  case .f64(let buffer): setFloatBounds(&statistics, buffer) { [UInt8](littleEndian: $0.bitPattern) }
  case .text(let text) where leaf.type == .string: setTextBounds(&statistics, text)
  default: break
  }
  return statistics
}

private func setBounds<Element: ColumnElement>(
  _ statistics: inout ParquetStatistics, _ buffer: Buffer<Element>, _ spell: (Element) -> [UInt8]
) {
  let span = buffer.span
  guard span.count > 0 else { return }
  var (low, high) = (span[0], span[0])
  for index in span.indices {
    low = min(low, span[index])
    high = max(high, span[index])
  }
  statistics.minimum = spell(low)
  statistics.maximum = spell(high)
}

/// NaN is ignored, and a bound of zero gets the sign that covers both -0.0 and 0.0.
private func setFloatBounds<Element: BinaryFloatingPoint & ColumnElement>(
  _ statistics: inout ParquetStatistics, _ buffer: Buffer<Element>, _ spell: (Element) -> [UInt8]
) {
  let span = buffer.span
  var (low, high) = (Element.infinity, -Element.infinity)
  for index in span.indices where !span[index].isNaN {
    low = min(low, span[index])
    high = max(high, span[index])
  }
  guard low <= high else { return }
  statistics.minimum = spell(low == 0 ? -0.0 : low)
  statistics.maximum = spell(high == 0 ? 0.0 : high)
}

private func setTextBounds(_ statistics: inout ParquetStatistics, _ text: TextValues) {
  let longest = 64
  let codes = text.codes.span
  guard codes.count > 0 else { return }
  var (low, high) = (codes[0], codes[0])
  var (lowText, highText) = (text.dictionary[Int(low)], text.dictionary[Int(high)])
  for row in codes.indices where codes[row] != low && codes[row] != high {
    let entry = text.dictionary[Int(codes[row])]
    if entry < lowText { (low, lowText) = (codes[row], entry) }
    if highText < entry { (high, highText) = (codes[row], entry) }
  }
  if lowText.count <= longest { statistics.minimum = lowText.bytes.array }
  if highText.count <= longest { statistics.maximum = highText.bytes.array }
}
