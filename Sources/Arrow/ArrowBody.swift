import Tables

/// The body of a batch being written: its buffers, and their metadata.
struct ArrowBody {
  private(set) var bytes: [UInt8] = []
  /// The length and the null count of every field, in preorder.
  private(set) var nodes: [Int64] = []
  /// The offset and the length of every buffer.
  private(set) var buffers: [Int64] = []
  /// Whether an offset needs more than 32 bits; the body is then invalid.
  private(set) var isTooLarge = false
  private let compression: ArrowCompression?

  init(_ compression: ArrowCompression?) { self.compression = compression }

  /// Appends a column and its descendants.
  mutating func append(_ column: Column) {
    nodes += [Int64(column.count), Int64(column.nullCount)]
    if case .null = column.values { return }
    appendValidity(column)
    switch column.values {
    case .null: break
    case .bool(let bits): append(bits)
    case .i8(let buffer): append(buffer)
    case .i16(let buffer): append(buffer)
    case .i32(let buffer): append(buffer)
    case .i64(let buffer): append(buffer)
    case .u8(let buffer): append(buffer)
    case .u16(let buffer): append(buffer)
    case .u32(let buffer): append(buffer)
    case .u64(let buffer): append(buffer)
    case .f32(let buffer): append(buffer)
    case .f64(let buffer): append(buffer)
    case .i128(let buffer): append(buffer)
    case .text(let text): append(text, column.validity)
    case .list(let lists): append(lists)
    case .structure(let members, _): for member in members { append(member) }
    }
  }

  private mutating func appendValidity(_ column: Column) {
    if let validity = column.validity, validity.setCount < validity.count {
      append(validity)
    } else {
      appendBuffer(UnsafeRawBufferPointer(start: nil, count: 0))
    }
  }

  private mutating func append(_ bits: Bitmap) {
    bits.words.withUnsafeBufferPointer { words in
      appendBuffer(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(words).prefix((bits.count + 7) / 8)))
    }
  }

  private mutating func append<Element>(_ buffer: Buffer<Element>) {
    buffer.withUnsafeBufferPointer { appendBuffer(UnsafeRawBufferPointer($0)) }
  }

  private mutating func append(_ text: TextValues, _ validity: Bitmap?) {
    let isThere = { (row: Int) in validity.map { $0[row] } ?? true }
    let (codes, starts) = (text.codes, text.dictionary.offsets)
    var offsets: [Int32] = [0]
    offsets.reserveCapacity(codes.count + 1)
    var end = 0
    for row in 0..<codes.count {
      if isThere(row) { end += starts[Int(codes[row]) + 1] - starts[Int(codes[row])] }
      offsets.append(Int32(truncatingIfNeeded: end))
    }
    guard end <= Int(Int32.max) else { return isTooLarge = true }
    appendBuffer(offsets)
    var data: [UInt8] = []
    data.reserveCapacity(end)
    text.dictionary.bytes.withUnsafeBufferPointer { all in
      for row in 0..<codes.count where isThere(row) {
        data.append(contentsOf: all[starts[Int(codes[row])]..<starts[Int(codes[row]) + 1]])
      }
    }
    appendBuffer(data)
  }

  private mutating func append(_ lists: ListValues) {
    let first = lists.offsets[0]
    let end = lists.offsets[lists.count]
    guard end - first <= Int(Int32.max) else { return isTooLarge = true }
    appendBuffer((0...lists.count).map { Int32(lists.offsets[$0] - first) })
    append(lists.child[first..<end])
  }

  private mutating func appendBuffer<Element: BitwiseCopyable>(_ values: [Element]) {
    values.withUnsafeBytes { appendBuffer($0) }
  }

  /// Appends a buffer, compressed if that makes it smaller.
  private mutating func appendBuffer(_ values: UnsafeRawBufferPointer) {
    let start = bytes.count
    if !isTooLarge, !values.isEmpty {
      if let compression {
        let packed = compression.compress(values)
        let isSmaller = packed.map { $0.count < values.count } ?? false
        bytes.append(littleEndian: Int64(isSmaller ? values.count : -1))
        if isSmaller, let packed { bytes += packed } else { bytes += values }
      } else {
        bytes += values
      }
    }
    buffers += [Int64(start), Int64(bytes.count - start)]
    while bytes.count % ArrowEncoder.alignment != 0 { bytes.append(0) }
  }
}
