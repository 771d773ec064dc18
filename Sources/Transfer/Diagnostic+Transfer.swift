import CTransfer
import Diagnostics

extension Diagnostic {
  /// An error for a transfer that failed in curl.
  static func broken(_ attempt: TransferAttempt, _ code: Int32, attempts: Int) -> Diagnostic {
    let (name, host) = (attempt.job.name, attempt.host)
    var result = Diagnostic("", place: name)
    let words = attempt.reason.isEmpty ? String(cString: transfer_reason(code)) : attempt.reason
    result.notes = ["curl: " + words.prefix(200).filter { !$0.isNewline }]
    switch code {
    case Curl.Failure.noProtocol where attempt.version == .two:
      result.message = "this machine's libcurl cannot speak to `\(host)`"
      result.hint = "`sudo apt install libcurl4` brings one that knows HTTP/2"
    case Curl.Failure.malformedAddress:
      result.message = "`\(name)` is not a valid address"
      result.hint = "an address is `https://host/path`"
    case Curl.Failure.noHost:
      result.message = "there is no host `\(host)`, or no way to it"
      result.hint = "look for a misspelling in its name, and whether this machine is connected"
    case Curl.Failure.noProxy:
      result.message = "the proxy on the way to `\(host)` is not known"
      result.hint = "the variables `https_proxy` and `no_proxy` name proxies"
    case Curl.Failure.noConnection:
      result.message = "`\(host)` does not accept connections"
      result.hint = "look at the port in the address; a proxy is named by the variable `https_proxy`"
    case Curl.Failure.certificate, Curl.Failure.authorities:
      result.message = "the certificate of `\(host)` cannot be trusted"
      let variable = TransferAttempt.certificateVariable
      result.hint = "if it is a server of yours, the variable `\(variable)` names the certificates to trust"
    case Curl.Failure.handshake:
      result.message = "the TLS handshake with `\(host)` failed"
      result.hint =
        attempt.job.encryptionHint ?? "look at the port in the address; an address without TLS is `http://host/path`"
    case Curl.Failure.timeout:
      result.message = "`\(host)` does not respond"
      result.hint = "try again later"
    case Curl.Failure.redirects:
      result.message = "`\(name)` is redirected in a circle"
      result.hint = "ask for the address that it leads to in a browser"
    case _ where attempt.isUnanswered && attempt.job.encryptionHint != nil:
      result.message = "`\(host)` closes the connection without an answer"
      result.hint = attempt.job.encryptionHint
    default:
      result.message =
        "the connection to `\(host)` was cut after \(size(attempt.job.receivedCount))"
        + (attempts > 1 ? ", \(attempts) times" : "")
      result.hint = "try again later"
    }
    return result
  }

  /// An error for a response whose status is not a success.
  static func refused(_ attempt: TransferAttempt, attempts: Int) -> Diagnostic {
    let name = attempt.job.name
    let status = "\(attempt.head.status) \(attempt.head.reason)".trimmingSuffix { $0 == " " }
    var result = Diagnostic("`\(name)`: the server answers \(status)", place: name)
    switch attempt.head.status {
    case 301, 302, 303, 307, 308:
      result.hint = "it redirects to an unencrypted address or to none: use the target address itself"
    case 401, 403:
      result.message = "`\(name)` may not be read: the server answers \(status)"
      result.hint = "look whether the address is complete, and has not expired"
    case 404, 410:
      result.message = "there is no `\(name)`: the server answers \(status)"
      result.hint = "look for a misspelling after the host"
    case 407: result.hint = "the proxy wants a name and a password: `https_proxy=http://name:password@host:port`"
    case 412: result = .changedThere(name)
    case 408, 425, 429, 500...599:
      if attempts > 1 { result.message += ", \(attempts) times" }
      result.hint = "try again later"
    default: result.hint = "look for a misspelling in the address"
    }
    return result
  }

  static func changedThere(_ name: String) -> Diagnostic {
    Diagnostic("`\(name)` has changed since it was opened", hint: "`load` it again", place: name)
  }

  static func otherBytes(_ name: String) -> Diagnostic {
    Diagnostic(
      "`\(name)`: the server sends other bytes than were asked for", hint: "download the file, and `load` that",
      place: name)
  }

  private static func size(_ count: Int) -> String {
    count < 10_000 ? counted(count, "byte") : count < 10_000_000 ? "\(count / 1000) kB" : "\(count / 1_000_000) MB"
  }
}
