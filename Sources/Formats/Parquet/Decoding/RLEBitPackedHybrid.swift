import Diagnostics

/// The runs of Parquet's RLE/bit-packed hybrid: a value repeated, or groups of eight packed values.
///
/// - Precondition: `bytes` may be read 8 bytes past their end.
struct RLEBitPackedHybrid {
  enum Run {
    case repeated(UInt32, count: Int)
    case packed(UnsafeRawPointer, count: Int)

    var count: Int {
      switch self {
      case .repeated(_, let count), .packed(_, let count): count
      }
    }
  }

  private var next: UnsafeRawPointer
  private let end: UnsafeRawPointer
  let width: Int

  init(_ bytes: UnsafeRawBufferPointer, width: Int) throws(Diagnostic) {
    guard width <= 32 else { throw .malformed("a bit width of \(width)") }
    // An empty buffer has no address. Any address will do, since nothing is read.
    next = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 8)!
    end = next + bytes.count
    self.width = width
  }

  /// Reads the dictionary codes of a page, whose first byte is the bit width.
  init(codes page: UnsafeRawBufferPointer) throws(Diagnostic) {
    guard let width = page.first else { throw .malformed("codes without a bit width") }
    try self.init(UnsafeRawBufferPointer(rebasing: page[1...]), width: Int(width))
  }

  /// Returns the next run, with at most `limit` values.
  @inline(__always)
  mutating func readRun(limit: Int) throws(Diagnostic) -> Run {
    var header: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard next < end, shift < 35 else { throw .malformed("run lengths that end too early") }
      let byte = next.load(as: UInt8.self)
      next += 1
      header |= UInt64(byte & 0x7F) &<< shift
      if byte < 0x80 { break }
      shift += 7
    }
    let count = Int(header >> 1)
    if header & 1 == 1 {
      // The last group may be truncated after the bytes that are needed.
      let values = min(count * 8, limit)
      let present = end - next
      guard values * width <= present * 8 else { throw .malformed("packed values beyond their page") }
      let start = next
      next += min(count * width, present)
      return .packed(start, count: values)
    }
    let byteWidth = (width + 7) >> 3
    guard end - next >= byteWidth else { throw .malformed("run lengths that end too early") }
    var value: UInt32 = 0
    for index in 0..<byteWidth { value |= UInt32((next + index).load(as: UInt8.self)) << UInt32(index * 8) }
    next += byteWidth
    return .repeated(value, count: min(count, limit))
  }

  /// Decodes `count` values.
  mutating func decode(count: Int, into output: UnsafeMutablePointer<UInt32>) throws(Diagnostic) {
    var done = 0
    while done < count {
      switch try readRun(limit: count - done) {
      case .repeated(let value, let run):
        (output + done).update(repeating: value, count: run)
        done += run
      case .packed(let input, let run):
        let whole = run >> 3
        unpackBits(input, width: width, groups: whole, into: output + done)
        for index in whole << 3..<run {
          output[done + index] = UInt32(truncatingIfNeeded: unpackedBits(input, width: width, at: index))
        }
        done += run
      }
    }
  }

  /// Decodes `count` codes and replaces each by its entry in a dictionary.
  mutating func gather<Value: BitwiseCopyable>(
    count: Int, from dictionary: UnsafeBufferPointer<Value>, into output: UnsafeMutablePointer<Value>
  ) throws(Diagnostic) {
    let block = 1024
    try withUnsafeTemporary(of: UInt32.self, count: block) { (codes) throws(Diagnostic) in
      var done = 0
      while done < count {
        switch try readRun(limit: count - done) {
        case .repeated(let code, let run):
          guard Int(code) < dictionary.count else { throw .malformed("a code outside the dictionary") }
          (output + done).update(repeating: dictionary[Int(code)], count: run)
          done += run
        case .packed(let input, let run):
          var start = 0
          while start < run {
            let length = min(block, run - start)
            let packed = input + (start >> 3) * width
            let whole = length >> 3
            unpackBits(packed, width: width, groups: whole, into: codes)
            for index in whole << 3..<length {
              codes[index] = UInt32(truncatingIfNeeded: unpackedBits(packed, width: width, at: index))
            }
            var largest: UInt32 = 0
            for index in 0..<length { largest = max(largest, codes[index]) }
            guard Int(largest) < dictionary.count, let values = dictionary.baseAddress else {
              throw .malformed("a code outside the dictionary")
            }
            let target = output + done + start
            for index in 0..<length { target[index] = values[Int(codes[index])] }
            start += length
          }
          done += run
        }
      }
    }
  }
}

extension RLEBitPackedHybrid {
  /// Calls `body` with the index and the code of each of `count` codes, in ascending order.
  ///
  /// - Throws: if a code is `limit` or more.
  @inline(__always)
  mutating func forEachCode(
    at positions: [UInt32], of count: Int, below limit: Int, _ body: (_ index: Int, _ code: Int) -> Void
  ) throws(Diagnostic) {
    var start = 0
    var next = 0
    while next < positions.count {
      let run = try readRun(limit: count - start)
      let end = start + run.count
      while next < positions.count, Int(positions[next]) < end {
        let code =
          switch run {
          case .repeated(let code, _): Int(code)
          case .packed(let input, _): Int(unpackedBits(input, width: width, at: Int(positions[next]) - start))
          }
        guard code < limit else { throw .malformed("a code outside the dictionary") }
        body(next, code)
        next += 1
      }
      start = end
    }
  }
}

/// Gives `body` temporary memory for `count` elements.
func withUnsafeTemporary<Element: BitwiseCopyable, Result>(
  of type: Element.Type, count: Int, _ body: (UnsafeMutablePointer<Element>) throws(Diagnostic) -> Result
) throws(Diagnostic) -> Result {
  let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(1, count))
  defer { memory.deallocate() }
  return try body(memory)
}
