import Diagnostics

/// DELTA_BINARY_PACKED: blocks of differences, each packed in as few bits as it needs.
///
/// - Precondition: the bytes may be read 8 bytes past their end.
/// - Source: parquet-format, Encodings.md. Arithmetic wraps, as in all writers.
struct DeltaDecoder {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0
  /// The total number of values.
  let count: Int
  private let miniblocks: Int
  private let valuesPerMiniblock: Int
  private let first: Int64

  init(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic) {
    var position = 0
    let blockSize = try DeltaDecoder.readVarint(bytes, &position)
    let miniblocks = try DeltaDecoder.readVarint(bytes, &position)
    let count = try DeltaDecoder.readVarint(bytes, &position)
    let first = DeltaDecoder.zigZag(try DeltaDecoder.readVarint(bytes, &position))
    guard miniblocks > 0, blockSize > 0, blockSize <= 1 << 24, miniblocks <= blockSize, blockSize % miniblocks == 0,
      blockSize / miniblocks % 8 == 0, count <= UInt64(Int32.max)
    else { throw .malformed("a delta header that fits no block") }
    self.bytes = bytes
    self.position = position
    self.miniblocks = Int(miniblocks)
    self.valuesPerMiniblock = Int(blockSize / miniblocks)
    self.count = Int(count)
    self.first = first
  }

  /// Decodes all values. Afterwards, `position` is behind them.
  mutating func decode<Value: FixedWidthInteger>(into output: UnsafeMutablePointer<Value>) throws(Diagnostic) {
    guard count > 0 else { return }
    output[0] = Value(truncatingIfNeeded: first)
    var last = first
    var done = 1
    while done < count {
      let smallest = DeltaDecoder.zigZag(try DeltaDecoder.readVarint(bytes, &position))
      guard miniblocks <= bytes.count - position else { throw .malformed("delta widths beyond their page") }
      let widths = position
      position += miniblocks
      for miniblock in 0..<miniblocks where done < count {
        let width = Int(bytes[widths + miniblock])
        let values = min(valuesPerMiniblock, count - done)
        guard width <= 64, (values * width + 7) / 8 <= bytes.count - position, let base = bytes.baseAddress else {
          throw .malformed("delta values beyond their page")
        }
        let input = base + position
        for index in 0..<values {
          let delta = Int64(bitPattern: unpackedBits(input, width: width, at: index))
          last = last &+ smallest &+ delta
          output[done + index] = Value(truncatingIfNeeded: last)
        }
        position = min(bytes.count, position + valuesPerMiniblock / 8 * width)
        done += values
      }
    }
  }

  private static func zigZag(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }

  private static func readVarint(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) throws(Diagnostic) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < bytes.count else { throw .malformed("a delta header that ends too early") }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw .malformed("a number of more than 64 bits")
  }
}
