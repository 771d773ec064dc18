import Diagnostics
import Parallelism
import TestSupport
import Testing

import Transfer

/// Files behind a server of this machine that keeps what it promises, or does not.
@Suite struct RemoteFileTests {
  private static let content = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }

  /// Opens a file without waiting between attempts.
  private func opening(_ server: TestServer, _ path: String = "/a.bin") throws -> RemoteFile {
    var policy = TransferPolicy()
    policy.firstPause = .zero
    return try TransferPolicy.$current.withValue(policy) {
      try RemoteFile(opening: WebOrigin(WebAddress(server.address + path)))
    }
  }

  private func message(_ server: TestServer, _ work: (RemoteFile) throws -> Void = { try $0.fetchAll() }) -> String {
    do {
      try work(opening(server))
      return "nothing"
    } catch let error as Diagnostic {
      #expect(error.hint != nil && error.place != nil)
      return error.message.replacing(server.address, with: "SERVER")
    } catch { return "\(error)" }
  }

  @Test func `only what is asked for is read`() throws {
    let content = Self.content
    let server = try TestServer { request, _ in .file(content, for: request, tag: "\"1\"") }
    let file = try opening(server)
    #expect(file.takesRanges && file.bytes.count == content.count && file.fetchedCount == RemoteFile.firstCount)
    try file.fetch([500_000..<500_100, 100..<200, 999_990..<2_000_000, 500_200..<500_300])
    for range in [0..<65_536, 500_000..<500_300, 999_990..<1_000_000] {
      #expect(file.copy[range].elementsEqual(content[range]))
    }
    #expect(file.copy[600_000..<600_100].allSatisfy { $0 == 0 })
    // Neither what is here already nor what lies between two ranges is another request.
    let ranges = server.requests.compactMap { $0.headers["range"] }
    #expect(Set(ranges) == ["bytes=0-65535", "bytes=500000-500299", "bytes=999990-999999"])
    #expect(server.requests.dropFirst().allSatisfy { $0.headers["if-match"] == "\"1\"" })
    try file.fetch([500_050..<500_250])
    #expect(server.requests.count == 3)
    try file.fetchAll()
    #expect(file.copy == content)
  }

  @Test func `a server without ranges sends the whole at once`() throws {
    let content = Self.content
    let server = try TestServer { _, _ in TestAnswer(body: content) }
    let file = try opening(server)
    #expect(!file.takesRanges && file.copy == content)
    try file.fetch([3..<70_000])
    #expect(server.requests.count == 1)
  }

  @Test func `a whole without a length ends with its connection`() throws {
    let content = Self.content
    let server = try TestServer { _, _ in
      var answer = TestAnswer(body: content)
      answer.saysLength = false
      answer.pieceSize = 777
      return answer
    }
    #expect(try opening(server).copy == content)
  }

  @Test func `a size that is not said makes the whole be asked for`() throws {
    let content = Self.content
    let server = try TestServer { request, _ in
      var answer = TestAnswer.file(content, for: request)
      if answer.status == 206 { answer.headers = [("Content-Range", "bytes 0-65535/*")] }
      return answer
    }
    let file = try opening(server)
    #expect(!file.takesRanges && file.copy == content)
  }

  @Test func `cut connections are taken up where they ended`() throws {
    let content = Self.content
    let server = try TestServer { request, _ in
      var answer = TestAnswer.file(content, for: request, tag: "\"1\"")
      answer.cutAfter = 40_000
      return answer
    }
    let file = try opening(server)
    try file.fetchAll()
    #expect(file.copy == content)
    #expect(server.requests.contains { $0.headers["range"] == "bytes=105536-999999" })
  }

  @Test func `a whole that was cut starts again`() throws {
    let content = Self.content
    let server = try TestServer { _, number in
      var answer = TestAnswer(body: content)
      if number < 2 { answer.cutAfter = 300_000 * (number + 1) }
      return answer
    }
    #expect(try opening(server).copy == content)
  }

  @Test func `what goes wrong is said`() throws {
    let content = Self.content
    // All servers stay to the end: a later one may have no port of an earlier one, to which connections are still open.
    let missing = try TestServer { _, _ in TestAnswer(404) }
    #expect(message(missing) == "there is no `SERVER/a.bin`: the server answers 404 Answer")
    let closed = try TestServer { _, _ in TestAnswer(403) }
    #expect(message(closed) == "`SERVER/a.bin` may not be read: the server answers 403 Answer")
    let busy = try TestServer { _, _ in TestAnswer(503, [("Retry-After", "1")]) }
    #expect(message(busy) == "`SERVER/a.bin`: the server answers 503 Answer, 5 times")
    #expect(busy.requests.count == 5)
    let hours = try TestServer { _, _ in TestAnswer(503, [("Retry-After", "7200")]) }
    #expect(message(hours) == "`SERVER/a.bin`: the server answers 503 Answer")
    let short = try TestServer { _, _ in
      var answer = TestAnswer(body: Array(content[..<2000]))
      answer.saidLength = 5000
      return answer
    }
    #expect(message(short) == "the connection to `127.0.0.1` was cut after 2_000 bytes, 5 times")
    let circle = try TestServer { _, _ in TestAnswer(302, [("Location", "/b.bin")]) }
    #expect(message(circle) == "`SERVER/a.bin` is redirected in a circle")
    withExtendedLifetime([missing, closed, busy, hours, short, circle]) {}
    let elsewhere = try TestServer { _, _ in TestAnswer(302, [("Location", "file:///etc/passwd")]) }
    #expect(message(elsewhere).hasPrefix("the connection to"))
    let wrong = try TestServer { _, _ in
      TestAnswer(206, [("Content-Range", "bytes 5-99/1000")], body: Array(content[5..<100]))
    }
    #expect(message(wrong) == "`SERVER/a.bin`: the server sends other bytes than were asked for")
    let large = try TestServer { _, _ in
      TestAnswer(206, [("Content-Range", "bytes 0-65535/\(Int.max)")], body: Array(content[..<65_536]))
    }
    #expect(message(large).hasPrefix("`SERVER/a.bin` is said to have 9_223_372_036_854_775_807 bytes"))
  }

  @Test func `an empty file is said`() throws {
    let server = try TestServer { request, _ in .file([], for: request) }
    let error = #expect(throws: Diagnostic.self) { try opening(server) }
    #expect(error?.message == "`\(server.address)/a.bin` is empty")
  }

  @Test(arguments: [true, false]) func `a file that changes there is refused`(_ obeysConditions: Bool) throws {
    let content = Self.content
    let server = try TestServer { request, number in
      if obeysConditions { return .file(content, for: request, tag: number == 0 ? "\"1\"" : "\"2\"") }
      var request = request
      request.headers["if-match"] = nil
      return .file(content, for: request, tag: number == 0 ? "\"1\"" : "\"2\"")
    }
    #expect(message(server) { try $0.fetch([200_000..<200_010]) } == "`SERVER/a.bin` has changed since it was opened")
  }

  @Test func `a server may send the whole later on`() throws {
    let content = Self.content
    let server = try TestServer { request, number in
      number == 0 ? .file(content, for: request) : TestAnswer(body: content)
    }
    let file = try opening(server)
    try file.fetch([200_000..<200_010])
    #expect(file.copy[200_000..<200_010].elementsEqual(content[200_000..<200_010]))
  }

  @Test func `a redirect is followed`() throws {
    let content = Self.content
    let server = try TestServer { request, _ in
      request.path == "/a.bin" ? TestAnswer(302, [("Location", "/other/b.bin")]) : .file(content, for: request)
    }
    let file = try opening(server)
    try file.fetchAll()
    #expect(file.copy == content && file.name.hasSuffix("/a.bin"))
  }

  @Test(arguments: [0, 30_000]) func `a silent server is left when that is wanted`(_ sent: Int) throws {
    let content = Self.content
    let server = try TestServer { request, _ in
      var answer = TestAnswer.file(content, for: request)
      answer.cutAfter = sent
      answer.isSilentAfter = true
      return answer
    }
    let error = #expect(throws: Diagnostic.self) {
      try Cancellation.$current.withValue(Cancellation(requestedAtCheck: 4)) { try opening(server) }
    }
    #expect(error?.kind == .interruption)
  }

  @Test func `who does not listen is said`() throws {
    let port = try TestServer { _, _ in TestAnswer() }.port
    var policy = TransferPolicy()
    policy.firstPause = .zero
    func message(_ address: String) -> String? {
      #expect(throws: Diagnostic.self) {
        try TransferPolicy.$current.withValue(policy) { try RemoteFile(opening: WebOrigin(WebAddress(address))) }
      }?.message
    }
    #expect(message("http://127.0.0.1:\(port)/a") == "`127.0.0.1` does not accept connections")
    #expect(message("http://a.invalid/a") == "there is no host `a.invalid`, or no way to it")
    let plain = try TestServer { _, _ in TestAnswer() }
    #expect(message("https://127.0.0.1:\(plain.port)/a") == "the TLS handshake with `127.0.0.1` failed")
  }

  @Test func `progress is reported`() throws {
    let content = Self.content
    let server = try TestServer { request, _ in .file(content, for: request) }
    final class Seen: @unchecked Sendable { var last: Progress.Snapshot? }
    let seen = Seen()
    try Progress.$current.withValue(Progress { seen.last = $0 }) { try opening(server).fetchAll() }
    #expect(seen.last?.completed == seen.last?.total && seen.last?.total == content.count - RemoteFile.firstCount)
  }
}

extension RemoteFile {
  /// The bytes themselves, which last longer than the file.
  fileprivate var copy: [UInt8] { withExtendedLifetime(self) { Array(bytes) } }
}
