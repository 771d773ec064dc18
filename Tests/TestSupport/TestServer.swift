import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A request as the test server received it. Names of headers are in lower case.
public struct TestRequest: Sendable {
  public var method: String
  /// The path with its query.
  public var path: String
  public var headers: [String: String]
  public var body: [UInt8]

  /// The byte range that the header `Range` requests, of a file of a given size; nil if there is none.
  public func range(of size: Int) -> Range<Int>? {
    guard let text = headers["range"], text.hasPrefix("bytes=") else { return nil }
    let ends = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = Int(ends[0]), first < size else { return nil }
    return first..<min(size, (Int(ends[1]) ?? size - 1) + 1)
  }
}

/// An answer of the test server, correct or deliberately wrong.
public struct TestAnswer: Sendable {
  public var status: Int
  public var headers: [(String, String)]
  public var body: [UInt8]
  /// The value of `Content-Length`; nil stands for the true length.
  public var saidLength: Int?
  /// Whether to send `Content-Length`. Without it, the end of the connection is the end of the body.
  public var saysLength = true
  /// Closes the connection after so many bytes of the body.
  public var cutAfter: Int?
  /// Sends nothing more after the answer, but keeps the connection open until the client closes it.
  public var isSilentAfter = false
  /// Closes the connection without an answer.
  public var isMissing = false
  /// Sends the body in pieces of this size.
  public var pieceSize = 1 << 16

  public init(_ status: Int = 200, _ headers: [(String, String)] = [], body: [UInt8] = []) {
    (self.status, self.headers, self.body) = (status, headers, body)
  }

  /// A file: whole, or the requested range. With a tag, status 412 if the request expects another tag (`If-Match`).
  public static func file(_ content: [UInt8], for request: TestRequest, tag: String? = nil) -> TestAnswer {
    if let tag, let wanted = request.headers["if-match"], wanted != tag { return TestAnswer(412) }
    let headers = tag.map { [("ETag", $0)] } ?? []
    guard request.headers["range"] != nil else { return TestAnswer(200, headers, body: content) }
    guard let range = request.range(of: content.count) else {
      return TestAnswer(416, [("Content-Range", "bytes */\(content.count)")])
    }
    let part = ("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(content.count)")
    return TestAnswer(206, headers + [part], body: Array(content[range]))
  }
}

/// An HTTP server on this machine for tests: one thread and one request per connection, no timeouts.
public final class TestServer: Sendable {
  public let port: Int
  private let listener: Int32
  private let log = RequestLog()

  /// - Parameter answer: gets a request and the number of requests before it.
  public init(_ answer: @escaping @Sendable (TestRequest, Int) -> TestAnswer) throws {
    #if canImport(Glibc)
    let kind = Int32(SOCK_STREAM.rawValue)
    #else
    let kind = SOCK_STREAM
    #endif
    let listener = socket(AF_INET, kind, 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
        bind(listener, general, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, general, &length) == 0
      }
    }
    guard isListening else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [listener, log] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        Thread.detachNewThread {
          defer { close(connection) }
          guard let request = Connection(connection).read() else { return }
          Connection(connection).send(answer(request, log.note(request)))
        }
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  public var address: String { "http://127.0.0.1:\(port)" }
  /// The requests so far.
  public var requests: [TestRequest] { log.seen.withLock { $0 } }
}

private final class RequestLog: Sendable {
  let seen = Mutex<[TestRequest]>([])

  /// Stores a request; returns the number of requests before it.
  func note(_ request: TestRequest) -> Int {
    seen.withLock { seen in
      seen.append(request)
      return seen.count - 1
    }
  }
}

#if canImport(Glibc)
private let sendBytes = Glibc.send
#else
private let sendBytes = Musl.send
#endif

/// Reads and writes the bytes of one connection.
private struct Connection {
  let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  func read() -> TestRequest? {
    var bytes: [UInt8] = []
    var window = [UInt8](repeating: 0, count: 1 << 16)
    func receive() -> Bool {
      let count = recv(descriptor, &window, window.count, 0)
      if count > 0 { bytes += window[..<count] }
      return count > 0
    }
    var end: Int?
    while end == nil {
      // A first byte that is not a letter is not HTTP: the client begins a TLS handshake.
      guard receive(), bytes[0] >= 0x41 else { return nil }
      end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound
    }
    guard let end else { return nil }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
    let first = lines[0].split(separator: " ")
    var request = TestRequest(method: String(first[0]), path: String(first[1]), headers: [:], body: [])
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      request.headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
        in: .whitespaces)
    }
    let length = request.headers["content-length"].flatMap { Int($0) } ?? 0
    while bytes.count < end + length { guard receive() else { return nil } }
    request.body = Array(bytes[end..<end + length])
    return request
  }

  func send(_ answer: TestAnswer) {
    guard !answer.isMissing else { return finish() }
    var head = "HTTP/1.1 \(answer.status) Answer\r\nConnection: close\r\n"
    if answer.saysLength { head += "Content-Length: \(answer.saidLength ?? answer.body.count)\r\n" }
    for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
    guard send(Array((head + "\r\n").utf8)[...]) else { return }
    let body = answer.body[..<min(answer.body.count, answer.cutAfter ?? .max)]
    for start in stride(from: 0, to: body.count, by: answer.pieceSize) {
      guard send(body[start..<min(body.count, start + answer.pieceSize)]) else { return }
    }
    var rest: UInt8 = 0
    if answer.isSilentAfter { while recv(descriptor, &rest, 1, 0) > 0 {} }
    finish()
  }

  private func finish() {
    var rest: UInt8 = 0
    // Closing a socket with unread bytes resets the connection, and the client would lose what was sent.
    shutdown(descriptor, Int32(SHUT_WR))
    while recv(descriptor, &rest, 1, 0) > 0 {}
  }

  private func send(_ bytes: ArraySlice<UInt8>) -> Bool {
    // A client that has closed its connection must not end the process with SIGPIPE.
    let noSignal = Int32(MSG_NOSIGNAL)
    return bytes.withUnsafeBytes { buffer in
      var sent = 0
      while sent < buffer.count, let base = buffer.baseAddress {
        let count = sendBytes(descriptor, base + sent, buffer.count - sent, noSignal)
        guard count > 0 else { return false }
        sent += count
      }
      return true
    }
  }
}
