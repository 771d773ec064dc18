import Diagnostics
import Tables

/// Decodes the values of one column chunk, page by page, to what the column stores of each.
protocol LeafDecoder: Sendable {
  associatedtype Stored: BitwiseCopyable & Sendable & ExpressibleByIntegerLiteral

  /// Takes the chunk's dictionary: `count` plain values.
  mutating func readDictionary(_ bytes: UnsafeRawBufferPointer, count: Int) throws(Diagnostic)

  /// Decodes exactly `count` values; the bytes may be read `PageReader.padding` past their end.
  mutating func decode(
    _ bytes: UnsafeRawBufferPointer, _ encoding: PageEncoding, count: Int, into output: UnsafeMutablePointer<Stored>
  ) throws(Diagnostic)

  /// Decodes those of `count` values that stand at some positions, in ascending order.
  mutating func decode(
    _ bytes: UnsafeRawBufferPointer, _ encoding: PageEncoding, count: Int, at positions: [UInt32],
    into output: UnsafeMutablePointer<Stored>
  ) throws(Diagnostic)
}

extension LeafDecoder {
  /// For encodings whose values cannot be told without those before them.
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

/// From a value as the file has it to the one that the column stores.
protocol ValueConversion {
  associatedtype Physical: BitwiseCopyable & Sendable
  associatedtype Stored: BitwiseCopyable & Sendable & ExpressibleByIntegerLiteral
  /// The same bits: nothing is to be done.
  static var isIdentity: Bool { get }
  /// Nil where the column's type does not hold the value.
  static func convert(_ value: Physical) -> Stored?
}

extension ValueConversion {
  static var isIdentity: Bool { false }
}

enum Same<Value: BitwiseCopyable & Sendable & ExpressibleByIntegerLiteral>: ValueConversion {
  static var isIdentity: Bool { true }
  static func convert(_ value: Value) -> Value? { value }
}

/// 8 and 16 bits wide integers, which the file keeps in 32.
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

/// The moment of old Impala and Spark files: nanoseconds of a Julian day.
struct Int96: BitwiseCopyable, Sendable {
  var low: UInt32
  var high: UInt32
  var julianDay: Int32

  /// Days since 1970-01-01, and the nanoseconds since that day began.
  private var place: (days: Int64, nanoseconds: Int64) {
    (Int64(julianDay) - 2_440_588, Int64(bitPattern: UInt64(high) << 32 | UInt64(low)))
  }

  /// - Parameter perDay: ticks of a day.
  func ticks(perDay: Int64) -> Int64? {
    let (days, nanoseconds) = place
    guard (0..<86_400_000_000_000).contains(nanoseconds) else {
      // Spark writes a time before its day began where its microseconds overflowed, and overflows back when it reads.
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

/// Nanoseconds since 1970, of the years 1677 to 2262.
enum JulianNanoseconds: ValueConversion {
  static func convert(_ value: Int96) -> Int64? { value.ticks(perDay: 86_400_000_000_000) }
}

/// Microseconds since 1970; what is finer is cut.
enum JulianMicroseconds: ValueConversion {
  static func convert(_ value: Int96) -> Int64? { value.ticks(perDay: 86_400_000_000) }
}

/// Milliseconds since 1970, which reach every moment of 96 bits; what is finer is cut.
enum JulianMilliseconds: ValueConversion {
  static func convert(_ value: Int96) -> Int64? { value.ticks(perDay: 86_400_000) }
}

/// The finest unit in which a moment is a number of 64 bits: 0 for nanoseconds, 1 for micro-, 2 for milliseconds.
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

/// Values of a fixed width.
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

/// BYTE_STREAM_SPLIT: all first bytes, then all second bytes, and so on.
func joinByteStreams(
  _ bytes: UnsafeRawBufferPointer, width: Int, count: Int, into output: UnsafeMutableRawPointer
) {
  for stream in 0..<width {
    for index in 0..<count {
      output.storeBytes(of: bytes[stream * count + index], toByteOffset: index * width + stream, as: UInt8.self)
    }
  }
}

/// Bools, a byte each until the column packs them.
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
