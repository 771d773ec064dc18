import Diagnostics
import Tables

/// Decodes the values of one column chunk, page by page, to the column's storage type.
protocol LeafDecoder: Sendable {
  associatedtype Stored: BitwiseCopyable & Sendable & ExpressibleByIntegerLiteral

  /// Reads the chunk's dictionary page: `count` PLAIN values.
  mutating func readDictionary(_ bytes: UnsafeRawBufferPointer, count: Int) throws(Diagnostic)

  /// Decodes exactly `count` values. Reads at most `PageReader.padding` bytes past the end.
  mutating func decode(
    _ bytes: UnsafeRawBufferPointer, _ encoding: PageEncoding, count: Int, into output: UnsafeMutablePointer<Stored>
  ) throws(Diagnostic)

  /// Decodes the values at the given positions, which ascend, of a page of `count` values.
  mutating func decode(
    _ bytes: UnsafeRawBufferPointer, _ encoding: PageEncoding, count: Int, at positions: [UInt32],
    into output: UnsafeMutablePointer<Stored>
  ) throws(Diagnostic)
}

extension LeafDecoder {
  /// The fallback for encodings in which a value depends on the values before it.
  mutating func decodeAll(
    _ bytes: UnsafeRawBufferPointer, _ encoding: PageEncoding, count: Int, at positions: [UInt32],
    into output: UnsafeMutablePointer<Stored>
  ) throws(Diagnostic) {
    try withUnsafeTemporary(of: Stored.self, count: count) { (values) throws(Diagnostic) in
      try decode(bytes, encoding, count: count, into: values)
      for (index, position) in positions.enumerated() { output[index] = values[Int(position)] }
    }
  }
}

/// Converts a value of the file to the one that the column stores.
protocol ValueConversion {
  associatedtype Physical: BitwiseCopyable & Sendable
  associatedtype Stored: BitwiseCopyable & Sendable & ExpressibleByIntegerLiteral
  /// Whether both have the same bits, so that no conversion is needed.
  static var isIdentity: Bool { get }
  /// Nil if the column's type cannot hold the value.
  static func convert(_ value: Physical) -> Stored?
}

extension ValueConversion {
  static var isIdentity: Bool { false }
}

enum Same<Value: BitwiseCopyable & Sendable & ExpressibleByIntegerLiteral>: ValueConversion {
  static var isIdentity: Bool { true }
  static func convert(_ value: Value) -> Value? { value }
}

/// Integers of 8 or 16 bits, which the file stores as 32 bits.
enum Narrowed<Stored: FixedWidthInteger & BitwiseCopyable & Sendable>: ValueConversion {
  static func convert(_ value: Int32) -> Stored? { Stored(truncatingIfNeeded: value) }
}

enum Decimal32: ValueConversion {
  static func convert(_ value: Int32) -> Int128? { Int128(value) }
}

enum Decimal64: ValueConversion {
  static func convert(_ value: Int64) -> Int128? { Int128(value) }
}

enum MillisecondsOfDay: ValueConversion {
  static func convert(_ value: Int32) -> Int64? { Int64(value) * 1_000_000 }
}

enum MicrosecondsOfDay: ValueConversion {
  static func convert(_ value: Int64) -> Int64? { multiplied(value, by: 1_000) }
}

enum SecondsAsMilliseconds: ValueConversion {
  static func convert(_ value: Int64) -> Int64? { multiplied(value, by: 1_000) }
}

private func multiplied(_ value: Int64, by factor: Int64) -> Int64? {
  let (product, overflow) = value.multipliedReportingOverflow(by: factor)
  return overflow ? nil : product
}

/// The INT96 timestamp of old Impala and Spark files: a Julian day and the nanoseconds of that day.
struct Int96: BitwiseCopyable, Sendable {
  var low: UInt32
  var high: UInt32
  var julianDay: Int32

  /// The days since 1970-01-01, and the nanoseconds since the start of that day.
  private var place: (days: Int64, nanoseconds: Int64) {
    (Int64(julianDay) - 2_440_588, Int64(bitPattern: UInt64(high) << 32 | UInt64(low)))
  }

  /// - Parameter perDay: the number of ticks in a day.
  func ticks(perDay: Int64) -> Int64? {
    let (days, nanoseconds) = place
    guard (0..<86_400_000_000_000).contains(nanoseconds) else {
      // Where Spark's microseconds overflow, it writes a time before the start of its day, and overflows back on
      // reading.
      let microseconds = days &* 86_400_000_000 &+ nanoseconds / 1000
      let perDayOfThese: Int64 = 86_400_000_000
      return perDay > perDayOfThese
        ? multiplied(microseconds, by: perDay / perDayOfThese) : microseconds / (perDayOfThese / perDay)
    }
    guard let midnight = multiplied(days, by: perDay) else { return nil }
    let perTick = 86_400_000_000_000 / perDay
    let (ticks, overflow) = midnight.addingReportingOverflow(nanoseconds / perTick)
    return overflow ? nil : ticks
  }
}

/// Nanoseconds since 1970, for the years 1677 to 2262.
enum JulianNanoseconds: ValueConversion {
  static func convert(_ value: Int96) -> Int64? { value.ticks(perDay: 86_400_000_000_000) }
}

/// Microseconds since 1970; finer digits are cut off.
enum JulianMicroseconds: ValueConversion {
  static func convert(_ value: Int96) -> Int64? { value.ticks(perDay: 86_400_000_000) }
}

/// Milliseconds since 1970, which hold every INT96 timestamp; finer digits are cut off.
enum JulianMilliseconds: ValueConversion {
  static func convert(_ value: Int96) -> Int64? { value.ticks(perDay: 86_400_000) }
}

/// The finest unit in which a timestamp fits 64 bits: 0 for nanoseconds, 1 for microseconds, 2 for milliseconds.
enum JulianUnit: ValueConversion {
  static func convert(_ value: Int96) -> UInt8? {
    JulianNanoseconds.convert(value) != nil ? 0 : JulianMicroseconds.convert(value) != nil ? 1 : 2
  }

  static let units: [TimeUnit] = [.nanoseconds, .microseconds, .milliseconds]
}

extension Diagnostic {
  fileprivate static let valueBeyondType = Diagnostic(
    "a value is beyond what its column's type holds: a moment, a duration or a time of day too far away")
}

/// Decodes values of fixed width.
struct FixedDecoder<Conversion: ValueConversion>: LeafDecoder {
  typealias Physical = Conversion.Physical
  typealias Stored = Conversion.Stored
  private var dictionary: [Stored] = []
  private var hasDictionary = false

  init(_ conversion: Conversion.Type) {}

  private var width: Int { MemoryLayout<Physical>.size }

  mutating func readDictionary(_ bytes: UnsafeRawBufferPointer, count: Int) throws(Diagnostic) {
    guard count <= bytes.count / width else { throw .malformed("a dictionary shorter than it says") }
    var values: [Stored] = []
    values.reserveCapacity(count)
    for index in 0..<count {
      values.append(try converted(bytes.loadUnaligned(fromByteOffset: index * width, as: Physical.self)))
    }
    dictionary = values
    hasDictionary = true
  }

  mutating func decode(
    _ bytes: UnsafeRawBufferPointer, _ encoding: PageEncoding, count: Int, into output: UnsafeMutablePointer<Stored>
  ) throws(Diagnostic) {
    if encoding == .dictionary || encoding == .plainDictionary {
      var runs = try RLEBitPackedHybrid(codes: bytes)
      return try withDictionary { (values) throws(Diagnostic) in
        try runs.gather(count: count, from: values, into: output)
      }
    }
    if Conversion.isIdentity {
      let target = UnsafeMutableRawPointer(output).assumingMemoryBound(to: Physical.self)
      return try decodePhysical(bytes, encoding, count: count, into: target)
    }
    try withUnsafeTemporary(of: Physical.self, count: count) { (values) throws(Diagnostic) in
      try decodePhysical(bytes, encoding, count: count, into: values)
      for index in 0..<count { output[index] = try converted(values[index]) }
    }
  }

  mutating func decode(
    _ bytes: UnsafeRawBufferPointer, _ encoding: PageEncoding, count: Int, at positions: [UInt32],
    into output: UnsafeMutablePointer<Stored>
  ) throws(Diagnostic) {
    switch encoding {
    case .dictionary, .plainDictionary:
      var runs = try RLEBitPackedHybrid(codes: bytes)
      try withDictionary { (values) throws(Diagnostic) in
        try runs.forEachCode(at: positions, of: count, below: values.count) { output[$0] = values[$1] }
      }
    case .plain:
      guard count <= bytes.count / width else { throw .malformed("a page shorter than its values") }
      for (index, position) in positions.enumerated() {
        output[index] = try converted(bytes.loadUnaligned(fromByteOffset: Int(position) * width, as: Physical.self))
      }
    default: try decodeAll(bytes, encoding, count: count, at: positions, into: output)
    }
  }

  @inline(__always)
  private func converted(_ value: Physical) throws(Diagnostic) -> Stored {
    guard let stored = Conversion.convert(value) else { throw .valueBeyondType }
    return stored
  }

  private func withDictionary(
    _ body: (UnsafeBufferPointer<Stored>) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    guard hasDictionary else { throw .malformed("codes without a dictionary") }
    let failure = dictionary.withUnsafeBufferPointer { values -> Diagnostic? in
      do throws(Diagnostic) {
        try body(values)
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
  }

  private func decodePhysical(
    _ bytes: UnsafeRawBufferPointer, _ encoding: PageEncoding, count: Int, into output: UnsafeMutablePointer<Physical>
  ) throws(Diagnostic) {
    switch encoding {
    case .plain:
      guard count <= bytes.count / width else { throw .malformed("a page shorter than its values") }
      guard count > 0, let source = bytes.baseAddress else { return }
      if MemoryLayout<Physical>.stride == width {
        UnsafeMutableRawPointer(output).copyMemory(from: source, byteCount: count * width)
      } else {
        for index in 0..<count {
          output[index] = source.loadUnaligned(fromByteOffset: index * width, as: Physical.self)
        }
      }
    case .byteStreamSplit:
      guard count * width == bytes.count else { throw .malformed("byte streams of another length than their values") }
      joinByteStreams(bytes, width: width, count: count, into: UnsafeMutableRawPointer(output))
    case .deltaBinaryPacked:
      guard Physical.self is any FixedWidthInteger.Type else {
        throw .malformed("deltas of something else than integers")
      }
      var decoder = try DeltaDecoder(bytes)
      guard decoder.count == count else { throw .malformed("\(decoder.count) deltas for \(count) values") }
      if width == 4 {
        try decoder.decode(into: UnsafeMutableRawPointer(output).assumingMemoryBound(to: Int32.self))
      } else {
        try decoder.decode(into: UnsafeMutableRawPointer(output).assumingMemoryBound(to: Int64.self))
      }
    default: throw .unsupportedParquet("encoding \(encoding) of numbers")
    }
  }
}

/// BYTE_STREAM_SPLIT: the first bytes of all values, then the second bytes of all values, and so on.
func joinByteStreams(
  _ bytes: UnsafeRawBufferPointer, width: Int, count: Int, into output: UnsafeMutableRawPointer
) {
  for stream in 0..<width {
    for index in 0..<count {
      output.storeBytes(of: bytes[stream * count + index], toByteOffset: index * width + stream, as: UInt8.self)
    }
  }
}

/// Decodes bools to one byte each; the column packs them to bits later.
struct BoolDecoder: LeafDecoder {
  mutating func readDictionary(_ bytes: UnsafeRawBufferPointer, count: Int) throws(Diagnostic) {
    throw .malformed("a dictionary of bools")
  }

  mutating func decode(
    _ bytes: UnsafeRawBufferPointer, _ encoding: PageEncoding, count: Int, into output: UnsafeMutablePointer<UInt8>
  ) throws(Diagnostic) {
    switch encoding {
    case .plain:
      guard bytes.count >= (count + 7) / 8 else { throw .malformed("a page shorter than its values") }
      for index in 0..<count { output[index] = bytes[index >> 3] >> UInt8(index & 7) & 1 }
    case .runLength:
      guard bytes.count >= 4 else { throw .malformed("a page shorter than its values") }
      let length = Int(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
      guard length <= bytes.count - 4 else { throw .malformed("runs beyond their page") }
      var runs = try RLEBitPackedHybrid(UnsafeRawBufferPointer(rebasing: bytes[4..<4 + length]), width: 1)
      let values: [UInt8] = [0, 1]
      let failure = values.withUnsafeBufferPointer { values -> Diagnostic? in
        do throws(Diagnostic) {
          try runs.gather(count: count, from: values, into: output)
          return nil
        } catch { return error }
      }
      if let failure { throw failure }
    default: throw .unsupportedParquet("encoding \(encoding) of bools")
    }
  }

  mutating func decode(
    _ bytes: UnsafeRawBufferPointer, _ encoding: PageEncoding, count: Int, at positions: [UInt32],
    into output: UnsafeMutablePointer<UInt8>
  ) throws(Diagnostic) {
    try decodeAll(bytes, encoding, count: count, at: positions, into: output)
  }
}
