package import Diagnostics

/// The address of something behind `http://` or `https://`, checked and in the form that goes over the wire.
package struct WebAddress: Sendable, Hashable {
  /// As it is requested: what is no ASCII stands as `%XX`.
  package let text: String
  /// Without what may be secret: a password, and a query, which may be a signature.
  package let shown: String
  /// The host without its port.
  package let host: String
  package let isEncrypted: Bool
  /// The host with its port, if one is named: the header `Host`.
  let hostAndPort: String

  /// Whether a path is the address of something elsewhere: `https://…`.
  package static func isAddress(_ path: String) -> Bool { isWeb(path[...]) }

  private static func isWeb(_ text: Substring) -> Bool {
    let start = text.prefix(8).lowercased()
    return start.hasPrefix("http://") || start.hasPrefix("https://")
  }

  /// - Throws: where it is no address that a request can be made of.
  package init(_ typed: String) throws(Diagnostic) {
    guard WebAddress.isWeb(typed[...]), let mark = typed.firstRange(of: "://") else {
      throw Diagnostic("`\(typed)` is no address", hint: "an address starts with `https://`")
    }
    guard !typed.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
      throw Diagnostic("the address has a control character", hint: "write it without line ends and tabs")
    }
    let scheme = typed[..<mark.lowerBound].lowercased()
    // What follows `#` is a place within the page, and is not asked for.
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

  /// `[::1]:8080` is the host `[::1]`, `host:80` the host `host`.
  private static func host(of place: Substring) -> String {
    if place.hasPrefix("["), let end = place.firstIndex(of: "]") { return String(place[...end]) }
    return String(place.prefix { $0 != ":" })
  }

  /// The last part of the path: a file's name.
  package var fileName: String {
    let path = shown.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }
    return path.split(separator: "/").last.map(String.init) ?? host
  }

  /// Bytes that cannot stand in a request as `%XX`; those that are encoded already stay.
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

/// A byte as `%XX`.
func percentEncoded(_ byte: UInt8) -> [UInt8] {
  let digits = Array("0123456789ABCDEF".utf8)
  return [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
}
