package import Diagnostics

/// Where a file lies, and how requests for it are made.
package protocol RemoteOrigin: Sendable {
  /// What it is called in messages, without what may be secret.
  var name: String { get }
  func request(_ headers: [(name: String, value: String)]) throws(Diagnostic) -> WebRequest
  /// What an answer means that is no success.
  func meaning(of refusal: Refusal) throws(Diagnostic) -> RefusalMeaning
}

extension RemoteOrigin {
  package func meaning(of refusal: Refusal) throws(Diagnostic) -> RefusalMeaning { .failure }
}

/// What a server gives to everybody who knows the address.
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
