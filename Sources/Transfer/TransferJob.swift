package import Diagnostics

/// Something to be transferred, by as many requests as it takes: one that is cut is followed by one for the rest.
///
/// All calls come from the thread that performs it.
package protocol TransferJob: AnyObject {
  /// The request of the next attempt, for what is still missing.
  func nextRequest() throws(Diagnostic) -> WebRequest
  /// An answer with a status of success begins.
  func begin(_ head: ResponseHead) throws(Diagnostic)
  func receive(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic)
  /// An answer has ended; whether nothing is missing.
  func end() throws(Diagnostic) -> Bool
  /// What another status than success means; nil leaves it to the status. A job that needs no more returns.
  func refused(_ answer: Refusal) throws(Diagnostic) -> RefusalMeaning
  /// All bytes that have come for good.
  var receivedCount: Int { get }
  /// How many bytes are to come in all; 0 where that is not known.
  var expectedCount: Int { get }
  /// What it is called in messages.
  var name: String { get }
}

extension TransferJob {
  package func refused(_ answer: Refusal) throws(Diagnostic) -> RefusalMeaning { .failure }
  package var expectedCount: Int { 0 }
}

/// An answer that is no success.
package struct Refusal: Sendable {
  package var head: ResponseHead
  /// The first bytes of what came with it.
  package var body: [UInt8]
}

package enum RefusalMeaning: Sendable {
  /// What the status usually means.
  case failure
  /// Nothing is missing.
  case complete
  /// Another request, which the job knows better now, at once.
  case again
}

/// A request with a short answer.
package final class MessageJob: TransferJob {
  private let make: () throws(Diagnostic) -> WebRequest
  private let meaning: (Refusal) throws(Diagnostic) -> RefusalMeaning
  package private(set) var head = ResponseHead()
  package private(set) var body: [UInt8] = []
  package let name: String
  private let limit: Int

  /// - Parameter limit: how long an answer may be.
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

  package func end() -> Bool { true }
  package func refused(_ answer: Refusal) throws(Diagnostic) -> RefusalMeaning { try meaning(answer) }
}
