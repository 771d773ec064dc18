extension [UInt8] {
  /// Appends the bytes of a number, the least significant first.
  @inlinable
  public mutating func append(littleEndian number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }

  /// Appends the bytes of a number, the most significant first.
  @inlinable
  public mutating func append(bigEndian number: some FixedWidthInteger) {
    append(littleEndian: number.byteSwapped)
  }

  /// The bytes of a number, the least significant first.
  @inlinable
  public init(littleEndian number: some FixedWidthInteger) {
    self.init()
    append(littleEndian: number)
  }
}
