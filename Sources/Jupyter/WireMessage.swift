package import Diagnostics
import Foundation
import Transfer

/// What proves that a message is of somebody who has read the connection file: HMAC-SHA256 of its four parts.
package struct MessageSigner: Sendable {
  private let key: [UInt8]

  /// - Parameter key: empty where messages are not signed.
  /// - Throws: where the machine lacks the library that computes signatures.
  package init(key: [UInt8]) throws(Diagnostic) {
    if !key.isEmpty, !Digest.isAvailable {
      throw Diagnostic(
        "messages are signed with libcrypto, which is not here", hint: "`sudo apt install libssl3`")
    }
    self.key = key
  }

  /// In hexadecimal digits; empty where messages are not signed.
  package func signature(of parts: ArraySlice<[UInt8]>) throws(Diagnostic) -> [UInt8] {
    key.isEmpty ? [] : Array(hexadecimal(try Digest.hmac(key: key, parts.flatMap { $0 })).utf8)
  }

  /// Takes as long for a signature that is wrong at its end as for one that is wrong at its start.
  func isValid(_ signature: [UInt8], of parts: ArraySlice<[UInt8]>) throws(Diagnostic) -> Bool {
    let right = try self.signature(of: parts)
    guard right.count == signature.count else { return false }
    return zip(right, signature).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

/// What a message says of itself.
package struct MessageHeader: Codable, Sendable, Hashable {
  package var id: String
  package var type: String

  package init(id: String, type: String) { (self.id, self.type) = (id, type) }

  private enum CodingKeys: String, CodingKey {
    case id = "msg_id"
    case type = "msg_type"
  }
}

/// A message as it came, its signature checked.
package struct WireMessage: Sendable {
  /// Stands between whom a message is for and what it is.
  package static let delimiter = Array("<IDS|MSG>".utf8)

  /// To whom the answer goes.
  package var identities: [[UInt8]]
  package var header: MessageHeader
  /// The header as it came: answers repeat it.
  package var headerBytes: [UInt8]
  package var contentBytes: [UInt8]

  /// - Parameter frames: identities, the delimiter, the signature, header, parent's header, metadata, content, and
  ///   whatever else, which is not looked at.
  /// - Throws: what is wrong with it. Nothing in it was followed.
  package init(frames: [[UInt8]], signer: MessageSigner) throws(Diagnostic) {
    guard let delimiter = frames.firstIndex(of: WireMessage.delimiter) else {
      throw Diagnostic("a message without a delimiter")
    }
    guard frames.count >= delimiter + 6 else { throw Diagnostic("a message of too few parts") }
    guard try signer.isValid(frames[delimiter + 1], of: frames[(delimiter + 2)...(delimiter + 5)]) else {
      throw Diagnostic("a message with a wrong signature")
    }
    identities = Array(frames[..<delimiter])
    headerBytes = frames[delimiter + 2]
    contentBytes = frames[delimiter + 5]
    guard let header = try? JSONDecoder().decode(MessageHeader.self, from: Data(headerBytes)) else {
      throw Diagnostic("a message without a header")
    }
    self.header = header
  }

  /// What it asks for.
  package func content<Content: Decodable>(as _: Content.Type) throws(Diagnostic) -> Content {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(Content.self, from: Data(contentBytes))
    } catch {
      throw Diagnostic("the content of this \(header.type) cannot be understood")
    }
  }
}

/// A message to be sent.
package struct OutgoingMessage: Sendable {
  package var channel: KernelChannel
  package var type: String
  /// JSON.
  package var content: [UInt8]
  /// The header of the request that it belongs to.
  package var parent: [UInt8]
  package var identities: [[UInt8]]

  /// - Parameter request: the one that it answers, or during which it is said.
  package init<Content: Encodable>(
    _ type: String, _ content: Content, on channel: KernelChannel, answering request: WireMessage?
  ) {
    self.init(
      type, content, on: channel, parent: request?.headerBytes,
      identities: channel == .iopub ? [Array(type.utf8)] : request?.identities ?? [])
  }

  package init<Content: Encodable>(
    _ type: String, _ content: Content, on channel: KernelChannel, parent: [UInt8]?, identities: [[UInt8]]
  ) {
    (self.type, self.channel, self.identities) = (type, channel, identities)
    self.parent = parent ?? Array("{}".utf8)
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts, whole numbers and flags can always be written.
    self.content = (try? encoder.encode(content)).map(Array.init) ?? Array("{}".utf8)
  }

  /// The message as it is sent.
  ///
  /// - Parameter session: names the process that sends it.
  package func frames(signer: MessageSigner, session: String) throws(Diagnostic) -> [[UInt8]] {
    struct Header: Encodable {
      var msg_id = UUID().uuidString
      var session: String
      var username = "lectern"
      var date = Date().ISO8601Format()
      var msg_type: String
      var version = JupyterKernel.protocolVersion
    }
    let header = (try? JSONEncoder().encode(Header(session: session, msg_type: type))).map(Array.init) ?? []
    let parts = [header, parent, Array("{}".utf8), content]
    return identities + [WireMessage.delimiter, try signer.signature(of: parts[...])] + parts
  }
}
