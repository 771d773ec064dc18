package import Diagnostics
import Transfer

/// The address of a server: `sc://host:15002/;token=…;use_ssl=true`.
package struct SparkAddress: Sendable, Hashable {
  package let host: String
  package let port: Int
  package let isEncrypted: Bool
  package let token: String?
  package let user: String

  private static let parameters = ["token", "use_ssl", "user_id", "session_id", "user_agent"]

  /// - Throws: a diagnostic if the text is not such an address.
  package init(_ typed: String) throws(Diagnostic) {
    guard typed.lowercased().hasPrefix("sc://") else {
      throw Diagnostic("`\(SparkAddress.shown(typed))` is no address of a Spark server", hint: SparkAddress.form)
    }
    let rest = typed.dropFirst(5)
    let place = rest.prefix { $0 != "/" && $0 != ";" }
    (host, port) = try SparkAddress.place(place, of: typed)
    var (token, user, isEncrypted): (String?, String, Bool?) = (nil, "lectern", nil)
    for pair in rest[place.endIndex...].drop(while: { $0 == "/" }).split(separator: ";") {
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, SparkAddress.parameters.contains(parts[0]) else {
        let name = parts.first ?? ""
        throw Diagnostic(
          "the address names `\(name)`, which is nothing that a connection takes",
          hint: didYouMean(name, among: SparkAddress.parameters) ?? SparkAddress.form)
      }
      switch parts[0] {
      case "token": token = parts[1]
      case "user_id": user = parts[1]
      case "use_ssl":
        guard let value = ["true": true, "false": false][parts[1].lowercased()] else {
          throw Diagnostic("`use_ssl` is true or false, found `\(parts[1])`", hint: SparkAddress.form)
        }
        isEncrypted = value
      default: continue
      }
    }
    guard !(token ?? "").utf8.contains(where: { $0 < 0x21 || $0 > 0x7E }) else {
      throw Diagnostic("the token has a character that no token has", hint: "copy it again")
    }
    (self.token, self.user) = (token, user)
    // A token requires TLS, except on this machine.
    let isHere = ["localhost", "127.0.0.1", "[::1]"].contains(host)
    self.isEncrypted = isEncrypted ?? (token != nil && !isHere)
  }

  private static let form = "`sc://host:15002`, `sc://host:443/;token=…;use_ssl=true`"

  private static func place(_ place: Substring, of typed: String) throws(Diagnostic) -> (host: String, port: Int) {
    var host = place
    var port = 15_002
    if let colon = place.lastIndex(of: ":"), place[colon...].firstIndex(of: "]") == nil {
      host = place[..<colon]
      guard let number = Int(place[place.index(after: colon)...]), 1...65_535 ~= number else {
        throw Diagnostic("`\(place[place.index(after: colon)...])` is no port", hint: form)
      }
      port = number
    }
    let isSafe = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !Array("@?#%\\\"<>".utf8).contains($0) }
    guard !host.isEmpty, isSafe else {
      throw Diagnostic("the address `\(shown(typed))` names no host", hint: form)
    }
    return (String(host), port)
  }

  /// An address without its parameters, which can contain a token.
  package static func shown(_ typed: String) -> String { String(typed.prefix { $0 != ";" }) }

  /// The address for messages, without the token.
  package var shown: String { "sc://\(host):\(port)" }

  /// The URL of a method.
  func service(_ method: String) throws(Diagnostic) -> WebAddress {
    try WebAddress(
      "\(isEncrypted ? "https" : "http")://\(host):\(port)/spark.connect.SparkConnectService/\(method)")
  }
}
