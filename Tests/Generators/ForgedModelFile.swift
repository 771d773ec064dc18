/// A model file whose arrays can be changed, with the checksums updated, so that tests reach the code behind them.
public struct ForgedModelFile {
  /// XXH64 with a seed.
  public typealias Checksum = (_ bytes: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt64

  private let bytes: [UInt8]
  private let checksum: Checksum
  private var arrays: [StoredArray] = []
  private let directory: Range<Int>

  private struct StoredArray {
    let name: String
    /// The position in the directory of its element count, offset and checksum.
    let record: Int
    let bytes: Range<Int>
    /// The number of bytes of an element.
    let size: Int
  }

  public init(_ bytes: [UInt8], checksum: @escaping Checksum) {
    self.bytes = bytes
    self.checksum = checksum
    directory = 24..<24 + Int(Self.number(bytes, at: 12, size: 4))
    var place = directory.lowerBound
    while place < directory.upperBound {
      let record = place + 2 + Int(Self.number(bytes, at: place, size: 2)) + 1
      let size = [1, 4, 8, 4, 8][Int(bytes[record - 1])]
      let start = Int(Self.number(bytes, at: record + 8, size: 8))
      let count = Int(Self.number(bytes, at: record, size: 8))
      let name = String(decoding: bytes[place + 2..<record - 1], as: UTF8.self)
      arrays.append(StoredArray(name: name, record: record, bytes: start..<start + size * count, size: size))
      place = record + 24
    }
  }

  /// A copy with some bytes of one array changed, or its length.
  public func forged(_ random: inout some RandomNumberGenerator) -> [UInt8] {
    var copy = bytes
    let array = arrays.filter { !$0.bytes.isEmpty }.randomElement(using: &random) ?? arrays[0]
    if Int.random(in: 0..<6, using: &random) == 0 {
      let count = UInt64.random(in: 0...UInt64.max, using: &random) >> UInt64.random(in: 0..<64, using: &random)
      put(count, at: array.record, in: &copy)
    } else {
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: array.bytes, using: &random)
        copy[place] = [0, 1, 0x7F, 0xFF, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
      }
    }
    sign(array, in: &copy)
    return copy
  }

  /// A copy in which an element of one array is an extreme value of its type, which random bytes hardly ever produce.
  public func withExtreme(_ random: inout some RandomNumberGenerator) -> [UInt8] {
    var copy = bytes
    let array = arrays.filter { !$0.bytes.isEmpty }.randomElement(using: &random) ?? arrays[0]
    let place = array.bytes.lowerBound + Int.random(in: 0..<array.bytes.count / array.size, using: &random) * array.size
    put(Self.extremes(ofSize: array.size).randomElement(using: &random) ?? 0, at: place, size: array.size, in: &copy)
    sign(array, in: &copy)
    return copy
  }

  /// Copies in which the last element of one array is an extreme value: of many arrays it is a count.
  public func withExtremeEnds() -> [[UInt8]] {
    arrays.filter { !$0.bytes.isEmpty }.flatMap { array in
      Self.extremes(ofSize: array.size).map { extreme in
        var copy = bytes
        put(extreme, at: array.bytes.upperBound - array.size, size: array.size, in: &copy)
        sign(array, in: &copy)
        return copy
      }
    }
  }

  /// The minimum, the maximum, -1, 0, 1; for floating-point types NaN, the infinities and the largest numbers.
  private static func extremes(ofSize size: Int) -> [UInt64] {
    size == 8
      ? [
        1 << 63, .max >> 1, .max, 0, 1, 1 << 32, Double.nan.bitPattern, Double.infinity.bitPattern,
        (-Double.infinity).bitPattern, Double.greatestFiniteMagnitude.bitPattern, Double(-1).bitPattern,
      ]
      : [
        1 << 31, .max >> 33, .max >> 32, 0, 1, 1 << 30, UInt64(Float.nan.bitPattern), UInt64(Float.infinity.bitPattern),
        UInt64((-Float.infinity).bitPattern), UInt64(Float.greatestFiniteMagnitude.bitPattern),
      ]
  }

  /// A copy in which the bytes of an array are changed, with correct checksums. Without an array of that name, an exact
  /// copy.
  public func changing(_ name: String, _ change: (inout ArraySlice<UInt8>) -> Void) -> [UInt8] {
    guard let array = arrays.first(where: { $0.name == name }) else { return bytes }
    var copy = bytes
    change(&copy[array.bytes])
    sign(array, in: &copy)
    return copy
  }

  /// A copy in which the first `Float` with a given value is replaced, with correct checksums.
  public func replacing(float value: Float, by other: Float) -> [UInt8] {
    var copy = bytes
    for array in arrays where array.size == 4 {
      for place in stride(from: array.bytes.lowerBound, to: array.bytes.upperBound, by: 4)
      where Self.number(bytes, at: place, size: 4) == UInt64(value.bitPattern) {
        put(UInt64(other.bitPattern), at: place, size: 4, in: &copy)
        sign(array, in: &copy)
        return copy
      }
    }
    return copy
  }

  /// Updates the checksums of an array and of the directory. That of the directory is seeded with the format's version
  /// and the directory's length.
  private func sign(_ array: StoredArray, in copy: inout [UInt8]) {
    put(copy[array.bytes].withUnsafeBytes { checksum($0, 0) }, at: array.record + 16, in: &copy)
    let seed = Self.number(copy, at: 8, size: 4) << 32 | UInt64(directory.count)
    put(copy[directory].withUnsafeBytes { checksum($0, seed) }, at: 16, in: &copy)
  }

  private static func number(_ bytes: [UInt8], at place: Int, size: Int) -> UInt64 {
    bytes[place..<place + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private func put(_ number: UInt64, at place: Int, size: Int = 8, in bytes: inout [UInt8]) {
    for index in 0..<size { bytes[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index)) }
  }
}
