package import Diagnostics

/// A validated `http://` or `https://` address, encoded as it is sent.
package struct WebAddress: Sendable, Hashable {
  /// The address as requested; bytes that are not ASCII are encoded as `%XX`.
  package let text: String
  /// The address without secrets: without a password, and without the query, which may hold a signature.
  package let shown: String
  /// The host without the port.
  package let host: String
  package let isEncrypted: Bool
  /// The host, with the port if there is one: the value of the `Host` header.
  let hostAndPort: String

  /// Whether a path is a web address: `https://…`.
  package static func isAddress(_ path: String) -> Bool { isWeb(path[...]) }

  private static func isWeb(_ text: Substring) -> Bool {
    let start = text.prefix(8).lowercased()
    return start.hasPrefix("http://") || start.hasPrefix("https://")
  }

  /// - Throws: if it is not a valid address.
  package init(_ typed: String) throws(Diagnostic) {
    guard WebAddress.isWeb(typed[...]), let mark = typed.firstRange(of: "://") else {
      throw Diagnostic("`\(typed)` is no address", hint: "an address starts with `https://`")
    }
    guard !typed.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      throw Diagnostic("the address has a control character", hint: "write it without line ends and tabs")
    }
    let scheme = typed[..<mark.lowerBound].lowercased()
    // The fragment after `#` is not sent.
    let rest = typed[mark.upperBound...].prefix { $0 != "#" }
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    let tail = rest[authority.endIndex...]
    let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
    host = WebAddress.host(of: place)
    hostAndPort = String(place)
    guard !host.isEmpty, !host.contains(" ") else {
      throw Diagnostic("the address `\(typed)` names no host", hint: "`https://example.org/orders.parquet` does")
    }
    isEncrypted = scheme == "https"
    let path = tail.prefix { $0 != "?" }
    text = "\(scheme)://\(authority)" + WebAddress.encoded(tail.hasPrefix("/") ? String(tail) : "/" + tail)
    shown = "\(scheme)://\(place)\(path)"
  }

  /// The host of `[::1]:8080` is `[::1]`, that of `host:80` is `host`.
  private static func host(of place: Substring) -> String {
    if place.hasPrefix("["), let end = place.firstIndex(of: "]") { return String(place[...end]) }
    return String(place.prefix { $0 != ":" })
  }

  /// The last component of the path: a file name.
  package var fileName: String {
    let path = shown.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }
    return path.split(separator: "/").last.map(String.init) ?? host
  }

  /// Encodes bytes that a request cannot contain as `%XX`. Existing `%XX` are kept.
  private static func encoded(_ text: String) -> String {
    var result: [UInt8] = []
    for byte in text.utf8 {
      if byte > 0x20, byte < 0x7F, !Array("\"<>\\^`{|}".utf8).contains(byte) {
        result.append(byte)
      } else {
        result += percentEncoded(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

/// Text with `%XX` as the bytes they stand for, and `+` as a blank where that is what it stands for.
public func percentDecoded(_ text: some StringProtocol, plusIsBlank: Bool = false) -> String {
  let bytes = Array(text.utf8)
  var result: [UInt8] = []
  var position = 0
  while position < bytes.count {
    if bytes[position] == 0x25, position + 2 < bytes.count,
      let byte = UInt8(String(decoding: bytes[position + 1...position + 2], as: UTF8.self), radix: 16)
    {
      result.append(byte)
      position += 3
    } else {
      result.append(plusIsBlank && bytes[position] == 0x2B ? 0x20 : bytes[position])
      position += 1
    }
  }
  return String(decoding: result, as: UTF8.self)
}

/// A byte as `%XX`.
func percentEncoded(_ byte: UInt8) -> [UInt8] {
  let digits = Array("0123456789ABCDEF".utf8)
  return [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
}
