import CCompression
import Parallelism

/// The compression of a batch's buffers; the raw values are Arrow's codec numbers.
package enum ArrowCompression: Int, Sendable {
  case lz4 = 0
  case zstd = 1

  /// Whether a compressed buffer of this size can hold `output` bytes. Checked before anything is allocated.
  func canHold(_ output: Int, in input: UnsafeRawBufferPointer) -> Bool {
    switch self {
    case .lz4:
      return output / 256 <= input.count
    case .zstd:
      let size = compression_zstd_content_size(input.baseAddress, input.count)
      return size == Int64(output) || size == -1 && output >> 16 <= input.count
    }
  }

  /// Decompresses a buffer that holds exactly `output.count` bytes. Returns whether it did.
  package func decompress(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Bool {
    let written: Int64 =
      switch self {
      case .lz4: compression_lz4_frame_decompress(output.baseAddress, output.count, input.baseAddress, input.count)
      case .zstd: compression_zstd_decompress(output.baseAddress, output.count, input.baseAddress, input.count)
      }
    return written == Int64(output.count)
  }

  /// Returns the compressed bytes, or nil if the library refuses.
  func compress(_ input: UnsafeRawBufferPointer) -> [UInt8]? {
    let bound: Int =
      switch self {
      case .lz4: compression_lz4_frame_bound(input.count)
      case .zstd: compression_zstd_bound(input.count)
      }
    var written: Int64 = -1
    let output = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      written =
        switch self {
        case .lz4: compression_lz4_frame_compress(buffer.baseAddress, bound, input.baseAddress, input.count)
        // The same level as pyarrow's.
        case .zstd: compression_zstd_compress(buffer.baseAddress, bound, input.baseAddress, input.count, 1)
        }
      count = Int(max(0, written))
    }
    return written >= 0 ? output : nil
  }
}
