package import Diagnostics

/// Something to transfer with as many requests as needed: after an interrupted response, another request fetches the
/// rest.
///
/// All methods are called by the thread that performs the job.
package protocol TransferJob: AnyObject {
  /// Returns the request of the next attempt, for the part that is still missing.
  func nextRequest() throws(Diagnostic) -> WebRequest
  /// A response with a success status begins.
  func begin(_ head: ResponseHead) throws(Diagnostic)
  func receive(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic)
  /// A response has ended. `head` also holds the trailers. Returns whether the job is complete.
  func end(_ head: ResponseHead) throws(Diagnostic) -> Bool
  /// Interprets a response without success. A job may also accept it as complete.
  func refused(_ answer: Refusal) throws(Diagnostic) -> RefusalMeaning
  /// The number of bytes received for good.
  var receivedCount: Int { get }
  /// The expected total number of bytes; 0 if unknown.
  var expectedCount: Int { get }
  /// The name for messages.
  var name: String { get }
  /// What to look at where one side uses TLS and the other does not: a handshake fails, or a server closes the
  /// connection without an answer. Nil if a URL says it.
  var encryptionHint: String? { get }
}

extension TransferJob {
  package func refused(_ answer: Refusal) throws(Diagnostic) -> RefusalMeaning { .failure }
  package var expectedCount: Int { 0 }
  package var encryptionHint: String? { nil }
}

/// A response whose status is not a success.
package struct Refusal: Sendable {
  package var head: ResponseHead
  /// The first bytes of its body.
  package var body: [UInt8]
}

/// What a transfer does after a response without success.
package enum RefusalMeaning: Sendable {
  /// The usual meaning of the status.
  case failure
  /// The job is complete.
  case complete
  /// Ask the job for another request at once.
  case again
}

/// A request with a short response.
package final class MessageJob: TransferJob {
  private let make: () throws(Diagnostic) -> WebRequest
  private let meaning: (Refusal) throws(Diagnostic) -> RefusalMeaning
  package private(set) var head = ResponseHead()
  package private(set) var body: [UInt8] = []
  package let name: String
  private let limit: Int

  /// - Parameter limit: the maximum size of the response in bytes.
  package init(
    name: String, limit: Int = 1 << 26, make: @escaping () throws(Diagnostic) -> WebRequest,
    meaning: @escaping (Refusal) throws(Diagnostic) -> RefusalMeaning = { _ in .failure }
  ) {
    (self.name, self.limit, self.make, self.meaning) = (name, limit, make, meaning)
  }

  package var receivedCount: Int { body.count }
  package func nextRequest() throws(Diagnostic) -> WebRequest { try make() }

  package func begin(_ head: ResponseHead) {
    self.head = head
    body = []
  }

  package func receive(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic) {
    guard bytes.count <= limit - body.count else {
      throw Diagnostic("`\(name)` answers with more than \(limit >> 20) MB", place: name)
    }
    body += bytes
  }

  package func end(_ head: ResponseHead) -> Bool { true }
  package func refused(_ answer: Refusal) throws(Diagnostic) -> RefusalMeaning { try meaning(answer) }
}
