import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A request as a test's server got it; names of headers in lower case.
public struct TestRequest: Sendable {
  public var method: String
  /// With its query.
  public var path: String
  public var headers: [String: String]
  public var body: [UInt8]

  /// The range that is asked for, of a file of some size.
  public func range(of size: Int) -> Range<Int>? {
    guard let text = headers["range"], text.hasPrefix("bytes=") else { return nil }
    let ends = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = Int(ends[0]), first < size else { return nil }
    return first..<min(size, (Int(ends[1]) ?? size - 1) + 1)
  }
}

/// What a test's server answers, well or badly.
public struct TestAnswer: Sendable {
  public var status: Int
  public var headers: [(String, String)]
  public var body: [UInt8]
  /// Says that the body has this length, whatever it has.
  public var saidLength: Int?
  /// Whether the length is said at all; where it is not, the end of the connection is the end of the body.
  public var saysLength = true
  /// Ends the connection after so many bytes of the body.
  public var cutAfter: Int?
  /// Says nothing more after what is sent, until the other side has gone.
  public var isSilentAfter = false
  /// Sends the body in pieces of this size.
  public var pieceSize = 1 << 16

  public init(_ status: Int = 200, _ headers: [(String, String)] = [], body: [UInt8] = []) {
    (self.status, self.headers, self.body) = (status, headers, body)
  }

  /// A file, whole or the part that is asked for; with a tag, the file that is wanted or none.
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

/// A server for HTTP on this machine: one thread a connection, one request a connection, no clock.
public final class TestServer: Sendable {
  public let port: Int
  private let listener: Int32
  private let log = RequestLog()

  /// - Parameter answer: gets a request and how many came before it.
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
  /// What was asked so far.
  public var requests: [TestRequest] { log.seen.withLock { $0 } }
}

private final class RequestLog: Sendable {
  let seen = Mutex<[TestRequest]>([])

  /// Keeps a request; how many came before it.
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

/// One connection's bytes.
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
      // What is no text is no request: somebody begins to encrypt.
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
    // Closing with bytes unread would take back what was sent.
    shutdown(descriptor, Int32(SHUT_WR))
    while recv(descriptor, &rest, 1, 0) > 0 {}
  }

  private func send(_ bytes: ArraySlice<UInt8>) -> Bool {
    // A client that has gone is no reason to end.
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
