package import Diagnostics
import Parallelism

extension S3Client {
  /// Lists the keys of a bucket that begin with a prefix, in byte order.
  package func keys(in bucket: String, beginningWith prefix: String) throws(Diagnostic) -> [String] {
    var keys: [String] = []
    var next: String?
    let place = S3Place(bucket: bucket, key: "")
    repeat {
      try Cancellation.current.check()
      var query = [("list-type", "2"), ("prefix", prefix), ("encoding-type", "url")]
      if let next { query.append(("continuation-token", next)) }
      let text = String(decoding: try message("GET", place, query: query).body, as: UTF8.self)
      // Not every server URL-encodes the keys when asked to.
      let isEncoded = XMLText.first("EncodingType", in: text) == "url"
      for object in XMLText.all("Contents", in: text) {
        guard let key = XMLText.first("Key", in: object) else { continue }
        keys.append(isEncoded ? percentDecoded(key, plusIsBlank: true) : key)
      }
      guard keys.count <= S3Client.mostKeys else { throw .tooManyKeys(place.text + prefix) }
      let hasMore = XMLText.first("IsTruncated", in: text) == "true"
      let token = hasMore ? XMLText.first("NextContinuationToken", in: text) : nil
      if let token, token == next { break }
      next = token
    } while next != nil
    return keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static let mostKeys = 1 << 18
}

/// Extracts elements from a short XML response.
enum XMLText {
  static func first(_ tag: String, in text: String) -> String? { all(tag, in: text, limit: 1).first.map(decoded) }

  /// The contents of all elements with this tag, not decoded.
  static func all(_ tag: String, in text: String, limit: Int = .max) -> [String] {
    let bytes = Array(text.utf8)
    let (open, close) = (Array("<\(tag)>".utf8), Array("</\(tag)>".utf8))
    var found: [String] = []
    var position = 0
    while found.count < limit, let start = place(of: open, in: bytes, from: position),
      let end = place(of: close, in: bytes, from: start + open.count)
    {
      found.append(String(decoding: bytes[start + open.count..<end], as: UTF8.self))
      position = end + close.count
    }
    return found
  }

  private static func place(of pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    var position = start
    while position + pattern.count <= bytes.count {
      if bytes[position] == pattern[0], bytes[position..<position + pattern.count].elementsEqual(pattern) {
        return position
      }
      position += 1
    }
    return nil
  }

  private static func decoded(_ text: String) -> String {
    guard text.contains("&") else { return text }
    var result = text
    for (name, character) in [("lt", "<"), ("gt", ">"), ("quot", "\""), ("#34", "\""), ("apos", "'"), ("amp", "&")] {
      result = result.replacing("&\(name);", with: character)
    }
    return result
  }
}

extension Diagnostic {
  fileprivate static func tooManyKeys(_ name: String) -> Diagnostic {
    Diagnostic("`\(name)` stands for over 262_144 objects", hint: "`load` a folder below", place: name)
  }
}
