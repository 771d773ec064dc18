/// Encodes values of `width` bits in the RLE/bit-packing hybrid: long runs by RLE, the rest bit-packed in groups of
/// eight.
func encodeHybrid(_ values: borrowing Span<UInt32>, width: Int, into output: inout [UInt8]) {
  let shortestRun = 16
  var packedStart = 0
  var index = 0
  while index < values.count {
    var end = index + 1
    while end < values.count, values[end] == values[index] { end += 1 }
    // The bit-packed values before this run must fill whole groups, so the first values of the run complete the last
    // group.
    let lacking = (8 - (index - packedStart) & 7) & 7
    if end - index - lacking >= shortestRun {
      encodePacked(values, packedStart..<index + lacking, width, &output)
      output.appendVarint(UInt64(end - index - lacking) << 1)
      for byte in 0..<(width + 7) / 8 { output.append(UInt8(truncatingIfNeeded: values[index] >> UInt32(byte * 8))) }
      packedStart = end
    }
    index = end
  }
  encodePacked(values, packedStart..<values.count, width, &output)
}

private func encodePacked(_ values: borrowing Span<UInt32>, _ range: Range<Int>, _ width: Int, _ output: inout [UInt8])
{
  guard !range.isEmpty else { return }
  let groups = (range.count + 7) / 8
  output.appendVarint(UInt64(groups) << 1 | 1)
  var pending: UInt64 = 0
  var bits = 0
  for index in range {
    pending |= UInt64(values[index]) << UInt64(bits)
    bits += width
    while bits >= 8 {
      output.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      bits -= 8
    }
  }
  let padding = groups * width - (range.count * width) / 8
  if padding > 0 {
    output.append(UInt8(truncatingIfNeeded: pending))
    output.append(contentsOf: repeatElement(0, count: padding - 1))
  }
}
