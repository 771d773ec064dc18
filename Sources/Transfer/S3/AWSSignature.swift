package import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// AWS credentials.
package struct AWSCredentials: Sendable, Hashable {
  package var keyID: String
  package var secret: String
  /// The session token of temporary credentials.
  package var token: String?

  package init(keyID: String, secret: String, token: String? = nil) {
    (self.keyID, self.secret, self.token) = (keyID, secret, token)
  }
}

/// AWS Signature Version 4: proves that the sender of a request knows the secret, without sending it.
package struct AWSSignature: Sendable {
  package var credentials: AWSCredentials
  package var region: String
  package var service: String
  /// `20150830T123600Z`.
  package var date: String

  /// - Parameter date: `20150830T123600Z`.
  package init(credentials: AWSCredentials, region: String, service: String, date: String) {
    (self.credentials, self.region, self.service, self.date) = (credentials, region, service, date)
  }

  /// The value of the `Authorization` header.
  ///
  /// - Parameters:
  ///   - path: encoded as in the request.
  ///   - query: not encoded.
  ///   - headers: all signed headers, including `host`.
  ///   - payloadHash: the SHA-256 of the body, in hexadecimal.
  package func authorization(
    _ method: String, path: String, query: [(String, String)], headers: [(name: String, value: String)],
    payloadHash: String
  ) throws(Diagnostic) -> String {
    var signed = headers.map { ($0.name.lowercased(), AWSSignature.trimmed($0.value)) }
    signed.sort { $0.0 < $1.0 }
    let names = signed.map(\.0).joined(separator: ";")
    let lines =
      [method, path, AWSSignature.encodedQuery(query)] + signed.map { "\($0.0):\($0.1)" } + ["", names, payloadHash]
    let request = Array(lines.joined(separator: "\n").utf8)
    let scope = "\(date.prefix(8))/\(region)/\(service)/aws4_request"
    let text = ["AWS4-HMAC-SHA256", date, scope, hexadecimal(try Digest.sha256(request))].joined(separator: "\n")
    var key = Array(("AWS4" + credentials.secret).utf8)
    for part in [String(date.prefix(8)), region, service, "aws4_request"] { key = try Digest.hmac(key: key, part) }
    let signature = hexadecimal(try Digest.hmac(key: key, text))
    return "AWS4-HMAC-SHA256 Credential=\(credentials.keyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
  }

  /// Removes blanks around a header's value, and merges repeated blanks inside.
  private static func trimmed(_ value: String) -> String {
    value.split(separator: " ").joined(separator: " ")
  }

  /// The encoded parameters, sorted by name and value in byte order, as they are requested and signed.
  package static func encodedQuery(_ query: [(String, String)]) -> String {
    query.map { (encoded($0.0), encoded($0.1)) }.sorted { $0 < $1 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
  }

  /// Encodes all bytes except letters, digits and `-._~` as `%XX`. Slashes of a path are kept.
  package static func encoded(_ text: String, keepsSlashes: Bool = false) -> String {
    var result: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.append(byte)
      case 0x2F where keepsSlashes: result.append(byte)
      default: result += percentEncoded(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The current time in the format of signatures.
  package static func now() -> String {
    var (seconds, parts) = (time(nil), tm())
    gmtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + "\(number)" }
    return "\(parts.tm_year + 1900)" + two(parts.tm_mon + 1) + two(parts.tm_mday) + "T" + two(parts.tm_hour)
      + two(parts.tm_min) + two(parts.tm_sec) + "Z"
  }
}
