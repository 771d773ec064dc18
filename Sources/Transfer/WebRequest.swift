/// An HTTP request.
package struct WebRequest: Sendable {
  package var method = "GET"
  package var address: WebAddress
  package var headers: [(name: String, value: String)] = []
  package var body: RequestBody?
  /// Whether to follow redirects. A request that is signed for one host must not.
  package var followsRedirects = true
  /// Whether `/../` in the path is kept.
  package var keepsPath = false
  /// The version of HTTP.
  package var version = HTTPVersion.one

  package init(_ address: WebAddress) { self.address = address }
}

/// A version of HTTP.
package enum HTTPVersion: Sendable {
  /// HTTP/1.1.
  case one
  /// HTTP/2, which has trailers: negotiated with TLS, and by prior knowledge without TLS.
  ///
  /// The connection is not reused, because libcurl 7.88 fails to reuse an unencrypted HTTP/2 connection (curl #10634).
  case two
}

/// The body of a request. The bytes must stay in place until the request is complete, since a retry sends them again.
package final class RequestBody: @unchecked Sendable {
  package let bytes: UnsafeRawBufferPointer
  private let owned: UnsafeMutableRawBufferPointer?
  private let owner: AnyObject?

  /// Copies `content`.
  package init(_ content: [UInt8]) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, content.count), alignment: 16)
    copy.copyBytes(from: content)
    bytes = UnsafeRawBufferPointer(rebasing: copy[..<content.count])
    (owned, owner) = (copy, nil)
  }

  /// Uses bytes that live as long as `owner`.
  package init(_ bytes: UnsafeRawBufferPointer, of owner: AnyObject) {
    self.bytes = bytes
    (owned, self.owner) = (nil, owner)
  }

  deinit { owned?.deallocate() }
}

/// The status and the headers of a response; names are in lower case.
package struct ResponseHead: Sendable {
  package var status = 0
  package var reason = ""
  package var headers: [String: String] = [:]

  package init() {}

  package subscript(_ name: String) -> String? { headers[name] }

  /// Parses a header line. A status line starts a new response head.
  package mutating func read(_ line: String) {
    let line = line.trimmingSuffix { $0 == "\r\n" || $0 == "\n" || $0 == "\r" || $0 == " " }
    if line.hasPrefix("HTTP/") {
      let parts = line.split(separator: " ", maxSplits: 2)
      self = ResponseHead()
      status = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
      reason = parts.count > 2 ? String(parts[2]) : ""
    } else if let colon = line.firstIndex(of: ":"), headers.count < 200 {
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      headers[line[..<colon].lowercased()] = String(value)
    }
  }

  /// Parses `bytes 0-99/1234`: the sent range, and the total size if it is known.
  package var contentRange: (range: Range<Int>, size: Int?)? {
    guard let text = self["content-range"], text.hasPrefix("bytes ") else { return nil }
    let parts = text.dropFirst(6).split(separator: "/")
    let ends = parts.first?.split(separator: "-", omittingEmptySubsequences: false) ?? []
    guard parts.count == 2, ends.count == 2, let first = Int(ends[0]), let last = Int(ends[1]), first >= 0,
      last >= first, last < .max
    else { return nil }
    let size = Int(parts[1])
    if let size, last >= size { return nil }
    return (first..<last + 1, size)
  }

  package var contentLength: Int? { self["content-length"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil } }

  /// The seconds of `Retry-After`.
  var retryAfter: Int? { self["retry-after"].flatMap { Int($0) } }
}

/// Identifies the version of a remote file.
package struct ContentVersion: Sendable, Hashable {
  private let tag: String?
  private let modified: String?

  package init(_ head: ResponseHead) {
    tag = head["etag"]
    modified = head["last-modified"]
  }

  /// The header that makes the server refuse to send another version. Weak tags (`W/`) do not identify bytes.
  package var condition: (name: String, value: String)? {
    if let tag, !tag.hasPrefix("W/") { return ("If-Match", tag) }
    return modified.map { ("If-Unmodified-Since", $0) }
  }

  /// Whether a response belongs to another version.
  package func differs(from head: ResponseHead) -> Bool {
    if let tag, let other = head["etag"] { return tag != other }
    if let modified, let other = head["last-modified"] { return modified != other }
    return false
  }
}

extension StringProtocol {
  func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> SubSequence {
    var end = endIndex
    while end > startIndex, isTrimmed(self[index(before: end)]) { end = index(before: end) }
    return self[..<end]
  }
}
