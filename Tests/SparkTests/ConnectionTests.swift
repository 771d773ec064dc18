import Diagnostics
import Parallelism
import Spark
import TestSupport
import Testing

/// Servers that are none: each is said, and nothing hangs.
@Suite struct ConnectionTests {
  private func connect(_ port: Int) throws(Diagnostic) -> SparkEngine {
    try SparkEngine(connectingTo: SparkAddress("sc://127.0.0.1:\(port)"), name: "spark")
  }

  @Test func `a server that does not speak this protocol is refused`() throws {
    let server = try TestServer { _, _ in TestAnswer(200, [("Content-Type", "text/html")], body: Array("hello".utf8)) }
    #expect(throws: Diagnostic.self) { try connect(server.port) }
  }

  @Test func `a hint names use_ssl where only one side has TLS`() throws {
    let server = try TestServer { _, _ in
      var answer = TestAnswer()
      answer.isMissing = true
      return answer
    }
    for (parameters, message, hint) in [
      ("", "`127.0.0.1` closes the connection without an answer", "use_ssl=true"),
      ("/;use_ssl=true", "the TLS handshake with `127.0.0.1` failed", "use_ssl=false"),
    ] {
      do throws(Diagnostic) {
        _ = try SparkEngine(connectingTo: SparkAddress("sc://127.0.0.1:\(server.port)\(parameters)"), name: "spark")
        Issue.record("connected")
      } catch {
        #expect(error.message == message)
        #expect(error.hint?.contains(hint) ?? false)
      }
    }
  }

  @Test func `nobody listens`() throws {
    do throws(Diagnostic) {
      _ = try connect(1)
      Issue.record("connected")
    } catch { #expect(error.message.contains("does not accept connections")) }
  }

  @Test func `a server that says nothing is left where that is asked for`() throws {
    let server = try TestServer { _, _ in
      var answer = TestAnswer(200)
      answer.isSilentAfter = true
      return answer
    }
    let cancellation = Cancellation(requestedAtCheck: 3)
    do throws(Diagnostic) {
      _ = try Cancellation.$current.withValue(cancellation) {
        Result { () throws(Diagnostic) in try connect(server.port) }
      }.get()
      Issue.record("connected")
    } catch { #expect([.interruption, .error].contains(error.kind)) }
  }
}
