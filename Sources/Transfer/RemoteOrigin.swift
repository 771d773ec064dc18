package import Diagnostics

/// The location of a remote file, and how to make requests for it.
package protocol RemoteOrigin: Sendable {
  /// The name for messages, without secrets.
  var name: String { get }
  func request(_ headers: [(name: String, value: String)]) throws(Diagnostic) -> WebRequest
  /// Interprets a response whose status is not a success.
  func meaning(of refusal: Refusal) throws(Diagnostic) -> RefusalMeaning
}

extension RemoteOrigin {
  package func meaning(of refusal: Refusal) throws(Diagnostic) -> RefusalMeaning { .failure }
}

/// A file that a server sends to anyone who has the address.
package struct WebOrigin: RemoteOrigin {
  private let address: WebAddress

  package init(_ address: WebAddress) { self.address = address }

  package var name: String { address.shown }

  package func request(_ headers: [(name: String, value: String)]) -> WebRequest {
    var request = WebRequest(address)
    request.headers = headers
    return request
  }
}
