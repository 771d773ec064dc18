package import Diagnostics
import Transfer

/// A gRPC call of the service: one request message, any number of response messages, and a status in the trailers.
///
/// Each message is preceded by a compression flag (always 0 here) and its length in four bytes.
final class SparkCall: TransferJob {
  private let address: SparkAddress
  private let request: SparkRequest
  private let take: (ArraySlice<UInt8>) throws(Diagnostic) -> Void
  private var reader = MessageReader()
  private(set) var receivedCount = 0
  /// The error status of the server; nil for success.
  private(set) var refusal: SparkRefusal?

  init(
    _ request: SparkRequest, to address: SparkAddress, _ take: @escaping (ArraySlice<UInt8>) throws(Diagnostic) -> Void
  ) {
    (self.request, self.address, self.take) = (request, address, take)
  }

  var name: String { address.shown }

  /// If a server closes an unencrypted connection later than at the first call, TLS is not the reason.
  var encryptionHint: String? {
    if address.isEncrypted { return "look at the port; a server without TLS needs `;use_ssl=false` in the address" }
    guard case .version = request.call else { return nil }
    return "look at the port; a server with TLS needs `;use_ssl=true` in the address"
  }

  func nextRequest() throws(Diagnostic) -> WebRequest {
    var web = WebRequest(try address.service(request.method))
    web.method = "POST"
    web.version = .two
    web.followsRedirects = false
    web.headers = [("Content-Type", "application/grpc"), ("TE", "trailers")]
    if let token = address.token { web.headers.append(("Authorization", "Bearer " + token)) }
    web.body = RequestBody(MessageReader.framed(request.bytes))
    return web
  }

  func begin(_ head: ResponseHead) throws(Diagnostic) {
    guard head["content-type"]?.hasPrefix("application/grpc") ?? (head["grpc-status"] != nil) else {
      throw Diagnostic(
        "`\(name)` answers, but not as a Spark Connect server does", hint: "look at the port: it is 15002 as a rule",
        place: name)
    }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic) {
    receivedCount += bytes.count
    try reader.add(bytes, take)
  }

  func end(_ head: ResponseHead) throws(Diagnostic) -> Bool {
    guard let status = head["grpc-status"] else { return false }
    if status != "0" { refusal = SparkRefusal(status: Int(status) ?? 2, message: head["grpc-message"] ?? "") }
    guard reader.isEmpty || refusal != nil else { return false }
    return true
  }

  /// - Throws: an error of the connection, or the interruption.
  func perform(_ policy: TransferPolicy) throws(Diagnostic) { try Transfers.perform([self], policy: policy) }
}

/// Splits a gRPC stream into messages.
package struct MessageReader {
  private var bytes: [UInt8] = []
  /// The position of the next message.
  private var position = 0

  /// The maximum length of a message. Servers send much shorter ones.
  private static let longest = 1 << 30

  package init() {}

  /// Whether no incomplete message is left.
  package var isEmpty: Bool { position == bytes.count }

  package static func framed(_ message: [UInt8]) -> [UInt8] {
    [0] + withUnsafeBytes(of: UInt32(truncatingIfNeeded: message.count).bigEndian) { Array($0) } + message
  }

  package mutating func add(
    _ more: UnsafeRawBufferPointer, _ take: (ArraySlice<UInt8>) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    bytes += more
    while bytes.count - position >= 5 {
      let length = bytes[position + 1..<position + 5].reduce(0) { $0 << 8 | Int($1) }
      guard bytes[position] == 0, length <= MessageReader.longest else { throw .brokenMessage }
      guard bytes.count - position - 5 >= length else { break }
      let start = position + 5
      position = start + length
      try take(bytes[start..<position])
    }
    if position == bytes.count {
      bytes.removeAll(keepingCapacity: true)
      position = 0
    } else if position > 1 << 20 {
      bytes.removeFirst(position)
      position = 0
    }
  }
}
