import CHashing

/// XXH64, a fast checksum of 64 bits. It finds damaged files, but does not protect against forged ones.
public enum XXHash64 {
  /// - Complexity: O(bytes), at several gigabytes per second.
  public static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
    hashing_xxh64(bytes.baseAddress, bytes.count, seed)
  }
}
