import Diagnostics
import Parallelism

/// The metadata of a record batch, or of the values of a dictionary. Its buffers have not been read.
struct ArrowBatch: Sendable {
  /// The number of rows.
  let count: Int
  /// The length and the null count of every field, in preorder.
  let nodes: [(count: Int, nullCount: Int)]
  /// The range of every buffer in the file.
  let buffers: [Range<Int>]
  /// Prefix sums of the number of data buffers of each view field.
  let viewBuffers: [Int]
  let compression: ArrowCompression?
  /// The index of its message, which decides which dictionaries apply.
  let sequence: Int
  /// The range of its body in the file.
  let body: Range<Int>

  /// - Parameter table: a RecordBatch of Message.fbs.
  init(_ table: FlatTable, body: Range<Int>, sequence: Int) throws(Diagnostic) {
    let count = table.long(0) ?? 0
    guard (0...Int(UInt32.max) - 1).contains(count) else { throw .malformedArrow("a batch of \(count) rows") }
    var nodes: [(count: Int, nullCount: Int)] = []
    let nodeWords = table.words(1, perItem: 2) ?? []
    for index in stride(from: 0, to: nodeWords.count, by: 2) {
      let (length, nullCount) = (Int(nodeWords[index]), Int(nodeWords[index + 1]))
      // A child may be longer than its batch, but row numbers must fit 32 bits.
      guard (0...Int(UInt32.max) - 1).contains(length), (0...length).contains(nullCount) else {
        throw .malformedArrow("a field of \(length) rows with \(nullCount) nulls")
      }
      nodes.append((length, nullCount))
    }
    var buffers: [Range<Int>] = []
    let bufferWords = table.words(2, perItem: 2) ?? []
    for index in stride(from: 0, to: bufferWords.count, by: 2) {
      let (offset, length) = (Int(bufferWords[index]), Int(bufferWords[index + 1]))
      // An empty buffer may have any offset.
      if length == 0 {
        buffers.append(body.lowerBound..<body.lowerBound)
        continue
      }
      guard offset >= 0, length > 0, offset <= body.count, length <= body.count - offset else {
        throw .malformedArrow("a buffer outside of its batch")
      }
      buffers.append(body.lowerBound + offset..<body.lowerBound + offset + length)
    }
    var viewBuffers = [0]
    for count in table.words(4) ?? [] {
      guard (0...Int64(buffers.count)).contains(count) else { throw .malformedArrow("a view of \(count) buffers") }
      viewBuffers.append(viewBuffers[viewBuffers.count - 1] + Int(count))
    }
    if let compression = table.table(3) {
      guard let codec = ArrowCompression(rawValue: Int(compression.byte(0) ?? 0)), compression.byte(1) ?? 0 == 0 else {
        throw .unsupportedArrow("a compression that is neither LZ4 nor zstd")
      }
      self.compression = codec
    } else {
      compression = nil
    }
    (self.count, self.nodes, self.buffers) = (count, nodes, buffers)
    (self.viewBuffers, self.body, self.sequence) = (viewBuffers, body, sequence)
  }

  /// Checks that the numbers of fields and buffers match the schema.
  func check(against layout: ArrowLayout) throws(Diagnostic) {
    guard nodes.count == layout.nodeCount, viewBuffers.count - 1 == layout.viewCount,
      buffers.count == layout.bufferCount + (viewBuffers.last ?? 0)
    else { throw .malformedArrow("a batch of other fields than the schema's") }
  }

  /// Returns a buffer, decompressed.
  func buffer(_ index: Int, in file: ArrowBytes) throws(Diagnostic) -> ArrowBuffer {
    let packed = file[buffers[index]]
    guard let compression, !packed.isEmpty else { return ArrowBuffer(packed) }
    guard packed.count >= 8 else { throw .malformedArrow("a compressed buffer without its size") }
    let size = Int(Int64(littleEndian: packed.loadUnaligned(as: Int64.self)))
    let input = UnsafeRawBufferPointer(rebasing: packed[8...])
    // A buffer that compression would not make smaller is stored as it is.
    if size == -1 { return ArrowBuffer(input) }
    if size == 0 { return .empty }
    guard size > 0, compression.canHold(size, in: input) else {
      throw .malformedArrow("a buffer that cannot hold the \(size) bytes it claims")
    }
    try requireAllocation(of: size)
    let unpacked = UnpackedBytes(count: size)
    guard compression.decompress(input, into: unpacked.bytes) else {
      throw .malformedArrow("a buffer that does not decompress")
    }
    return ArrowBuffer(UnsafeRawBufferPointer(unpacked.bytes), owner: unpacked)
  }

  /// Reads bytes of a buffer directly to their destination: by a file read, or by decompression if they are the whole
  /// buffer. Returns false if neither is possible.
  func read(
    _ bytes: Range<Int>, of index: Int, in file: ArrowBytes, into target: UnsafeMutableRawBufferPointer
  ) throws(Diagnostic) -> Bool {
    let own = buffers[index]
    guard let compression else {
      guard bytes.upperBound <= own.count, bytes.count >= ArrowBytes.fewBytes else { return false }
      return try file.read(own.lowerBound + bytes.lowerBound..<own.lowerBound + bytes.upperBound, target)
    }
    let packed = file[own]
    guard packed.count > 8, !target.isEmpty, bytes.lowerBound == 0,
      Int(Int64(littleEndian: packed.loadUnaligned(as: Int64.self))) == target.count
    else { return false }
    return compression.decompress(UnsafeRawBufferPointer(rebasing: packed[8...]), into: target)
  }

  /// Frees the mapped memory of the bytes that were read from a buffer.
  func release(_ bytes: Range<Int>, of index: Int, in file: ArrowBytes) {
    let own = buffers[index]
    if compression != nil { return file.release(own) }
    file.release(own.lowerBound + bytes.lowerBound..<own.lowerBound + min(own.count, bytes.upperBound))
  }
}

/// The positions of a schema's fields among the nodes and buffers of a batch.
struct ArrowLayout: Sendable {
  /// For each column: its first node, its first buffer (without the data buffers of views), and the number of views
  /// before it.
  private(set) var columns: [(node: Int, buffer: Int, views: Int)] = []
  private(set) var nodeCount = 0
  private(set) var bufferCount = 0
  private(set) var viewCount = 0

  init(_ fields: [ArrowField]) {
    for field in fields {
      columns.append((nodeCount, bufferCount, viewCount))
      for part in field.flattened {
        nodeCount += 1
        bufferCount += part.dictionary == nil ? part.type.bufferCount : 2
        if part.dictionary == nil, case .view = part.type { viewCount += 1 }
      }
    }
  }
}
