import CTransfer
package import Diagnostics

/// SHA-256 and HMAC by OpenSSL's libcrypto.
package enum Digest {
  /// Whether the machine has libcrypto.
  package static var isAvailable: Bool { transfer_crypto_load() }

  /// - Throws: if libcrypto is not installed.
  package static func requireLibrary() throws(Diagnostic) {
    guard isAvailable else {
      throw Diagnostic(
        "requests to `s3://` are signed with libcrypto, which is not installed", hint: "`sudo apt install libssl3`")
    }
  }

  package static func sha256(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic) -> [UInt8] {
    try requireLibrary()
    // An empty buffer may have no address, but the library needs one.
    return withDigest { digest in
      withUnsafeBytes(of: 0) { transfer_sha256(bytes.baseAddress ?? $0.baseAddress, bytes.count, digest) }
    }
  }

  package static func sha256(_ bytes: [UInt8]) throws(Diagnostic) -> [UInt8] {
    try requireLibrary()
    return withDigest { digest in (bytes + [0]).withUnsafeBytes { transfer_sha256($0.baseAddress, bytes.count, digest) }
    }
  }

  /// The HMAC-SHA-256 of a text.
  package static func hmac(key: [UInt8], _ text: String) throws(Diagnostic) -> [UInt8] {
    try hmac(key: key, Array(text.utf8))
  }

  package static func hmac(key: [UInt8], _ bytes: [UInt8]) throws(Diagnostic) -> [UInt8] {
    try requireLibrary()
    return withDigest { digest in
      (key + [0]).withUnsafeBytes { key in
        (bytes + [0]).withUnsafeBytes {
          transfer_hmac_sha256(key.baseAddress, key.count - 1, $0.baseAddress, $0.count - 1, digest)
        }
      }
    }
  }

  private static func withDigest(_ fill: (UnsafeMutablePointer<UInt8>) -> Void) -> [UInt8] {
    Array(unsafeUninitializedCapacity: Int(TRANSFER_DIGEST_SIZE)) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      fill(base)
      count = buffer.count
    }
  }
}

/// Formats bytes as lower-case hexadecimal digits.
package func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
