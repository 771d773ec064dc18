import CTransfer
import Diagnostics
import Parallelism

/// Numbers of libcurl's options, values and errors from curl.h. They are part of its stable ABI.
enum Curl {
  enum Option {
    static let url: Int32 = 10002
    static let writeData: Int32 = 10001
    static let writeFunction: Int32 = 20011
    static let headerData: Int32 = 10029
    static let headerFunction: Int32 = 20079
    static let errorBuffer: Int32 = 10010
    static let headers: Int32 = 10023
    static let method: Int32 = 10036
    static let userAgent: Int32 = 10018
    static let noBody: Int32 = 44
    static let body: Int32 = 10015
    static let bodySize: Int32 = 30120
    static let followsRedirects: Int32 = 52
    static let keepsPath: Int32 = 234
    static let mostRedirects: Int32 = 68
    static let protocols: Int32 = 181
    static let redirectProtocols: Int32 = 182
    static let noSignal: Int32 = 99
    static let version: Int32 = 84
    static let timeout: Int32 = 155
    static let forbidsReuse: Int32 = 75
    static let connectTimeout: Int32 = 156
    static let slowBytes: Int32 = 19
    static let slowSeconds: Int32 = 20
    static let keepAlive: Int32 = 213
    static let verifiesPeer: Int32 = 64
    static let verifiesHost: Int32 = 81
    static let certificateFile: Int32 = 10065
    static let certificateFolder: Int32 = 10097
  }

  static let responseCode: Int32 = 0x200002
  static let http = 1
  static let https = 2
  /// HTTP/1.1, because several connections are faster than several streams of one connection.
  static let version1 = 2
  static let version2OverTLS = 4
  static let version2 = 5
  static let errorSize = 256

  enum Failure {
    static let noProtocol: Int32 = 1
    static let malformedAddress: Int32 = 3
    static let noProxy: Int32 = 5
    static let noHost: Int32 = 6
    static let noConnection: Int32 = 7
    static let partial: Int32 = 18
    static let receiver: Int32 = 23
    static let timeout: Int32 = 28
    static let handshake: Int32 = 35
    static let redirects: Int32 = 47
    static let nothing: Int32 = 52
    static let sending: Int32 = 55
    static let receiving: Int32 = 56
    static let certificate: Int32 = 60
    static let authorities: Int32 = 77

    /// Errors that may be temporary, so that a retry makes sense.
    static let passing: Set<Int32> = [noConnection, 16, partial, timeout, handshake, nothing, sending, receiving, 92]
  }
}

/// A curl multi handle: several transfers at once over a pool of open connections. Only one thread at a time may use
/// it.
struct CurlMulti: @unchecked Sendable {
  let handle: UnsafeMutableRawPointer

  /// The handles that are not in use.
  private static let idle = Mutex<[CurlMulti]>([])
  private static let mostIdle = 4

  /// Lends a handle to `body`.
  static func lent<Result>(_ body: (CurlMulti) throws(Diagnostic) -> Result) throws(Diagnostic) -> Result {
    guard transfer_load() else { throw .noTransferLibrary }
    guard let multi = idle.withLock({ $0.popLast() }) ?? transfer_multi_new().map(CurlMulti.init) else {
      throw .fault("a transfer could not be prepared")
    }
    defer {
      let isKept = idle.withLock { idle in
        if idle.count < mostIdle { idle.append(multi) }
        return idle.last?.handle == multi.handle
      }
      if !isKept { transfer_multi_free(multi.handle) }
    }
    return try body(multi)
  }
}

extension Diagnostic {
  static let noTransferLibrary = Diagnostic(
    "addresses are read with libcurl, which is not installed", hint: "`sudo apt install libcurl4`")
}
