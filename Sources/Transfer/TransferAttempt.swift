import CTransfer
import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One request in progress. Owns curl's handle for it.
final class TransferAttempt {
  let job: any TransferJob
  let handle: UnsafeMutableRawPointer
  /// How many attempts in a row made no progress, including this one.
  let number: Int
  /// The number of bytes that the job had received before this attempt.
  let countBefore: Int
  private let request: WebRequest
  private let errorText: UnsafeMutablePointer<CChar>
  private var list: UnsafeMutableRawPointer?

  private(set) var head = ResponseHead()
  private(set) var refusal: [UInt8] = []
  /// The error that the job threw while receiving.
  private(set) var failure: Diagnostic?
  private var isBegun = false

  private static let longestRefusal = 1 << 16

  init(_ job: any TransferJob, number: Int, _ policy: TransferPolicy) throws(Diagnostic) {
    request = try job.nextRequest()
    guard let handle = transfer_easy_new() else { throw .fault("a transfer could not be prepared") }
    (self.job, self.handle, self.number, countBefore) = (job, handle, number, job.receivedCount)
    errorText = .allocate(capacity: Curl.errorSize)
    errorText.initialize(repeating: 0, count: Curl.errorSize)
    setRequest()
    setSafety(policy)
    setReceivers()
  }

  deinit {
    transfer_easy_free(handle)
    transfer_list_free(list)
    errorText.deallocate()
  }

  var host: String { request.address.host }
  var version: HTTPVersion { request.version }
  var isSuccess: Bool { (200..<300).contains(head.status) }
  var isUnanswered: Bool { head.status == 0 && job.receivedCount == 0 }
  /// curl's description of the error.
  var reason: String { String(cString: errorText) }

  /// Tells the job once that a response begins.
  func begin() throws(Diagnostic) {
    guard !isBegun else { return }
    isBegun = true
    try job.begin(head)
  }

  private func setRequest() {
    // curl copies texts but not bodies.
    request.address.text.withCString { _ = transfer_set_pointer(handle, Curl.Option.url, $0) }
    request.method.withCString { _ = transfer_set_pointer(handle, Curl.Option.method, $0) }
    if request.method == "HEAD" { _ = transfer_set_number(handle, Curl.Option.noBody, 1) }
    // Requests the stored bytes without compression, and sends a body without waiting for `100 Continue`.
    var headers = [("Accept-Encoding", "identity"), ("Expect", "")]
    if let body = request.body {
      _ = transfer_set_size(handle, Curl.Option.bodySize, Int64(body.bytes.count))
      // With a null pointer, curl would call a read function instead.
      _ = transfer_set_pointer(handle, Curl.Option.body, body.bytes.baseAddress ?? UnsafeRawPointer(errorText))
      if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
        headers.append(("Content-Type", ""))
      }
    }
    for (name, value) in headers + request.headers {
      let line = value.isEmpty ? name + ":" : name + ": " + value
      list = line.withCString { transfer_list_append(list, $0) } ?? list
    }
    _ = transfer_set_pointer(handle, Curl.Option.headers, list)
    "lectern".withCString { _ = transfer_set_pointer(handle, Curl.Option.userAgent, $0) }
    _ = transfer_set_number(handle, Curl.Option.followsRedirects, request.followsRedirects ? 1 : 0)
    _ = transfer_set_number(handle, Curl.Option.mostRedirects, 10)
    _ = transfer_set_number(handle, Curl.Option.keepsPath, request.keepsPath ? 1 : 0)
  }

  /// The variable that names the certificates to trust: curl's, if it is set, or OpenSSL's.
  static var certificateVariable: String {
    getenv("CURL_CA_BUNDLE").map { $0.pointee != 0 } ?? false ? "CURL_CA_BUNDLE" : "SSL_CERT_FILE"
  }

  /// Allows only HTTP and HTTPS, verifies certificates, and sets timeouts.
  private func setSafety(_ policy: TransferPolicy) {
    let protocols = Curl.http | Curl.https
    _ = transfer_set_number(handle, Curl.Option.protocols, protocols)
    // An HTTPS request must not be redirected to unencrypted HTTP.
    let redirected = request.address.isEncrypted ? Curl.https : protocols
    _ = transfer_set_number(handle, Curl.Option.redirectProtocols, redirected)
    _ = transfer_set_number(handle, Curl.Option.noSignal, 1)
    let version =
      request.version == .one ? Curl.version1 : request.address.isEncrypted ? Curl.version2OverTLS : Curl.version2
    _ = transfer_set_number(handle, Curl.Option.version, version)
    _ = transfer_set_number(handle, Curl.Option.forbidsReuse, request.version == .two ? 1 : 0)
    _ = transfer_set_number(handle, Curl.Option.timeout, policy.milliseconds)
    _ = transfer_set_number(handle, Curl.Option.connectTimeout, policy.connectSeconds * 1000)
    _ = transfer_set_number(handle, Curl.Option.slowBytes, 1)
    _ = transfer_set_number(handle, Curl.Option.slowSeconds, policy.stallSeconds)
    _ = transfer_set_number(handle, Curl.Option.keepAlive, 1)
    _ = transfer_set_number(handle, Curl.Option.verifiesPeer, 1)
    _ = transfer_set_number(handle, Curl.Option.verifiesHost, 2)
    // libcurl itself reads the proxy variables.
    if let file = getenv(TransferAttempt.certificateVariable), file.pointee != 0 {
      _ = transfer_set_pointer(handle, Curl.Option.certificateFile, file)
    }
    if let folder = getenv("SSL_CERT_DIR"), folder.pointee != 0 {
      _ = transfer_set_pointer(handle, Curl.Option.certificateFolder, folder)
    }
  }

  private func setReceivers() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = transfer_set_pointer(handle, Curl.Option.errorBuffer, errorText)
    _ = transfer_set_pointer(handle, Curl.Option.headerData, context)
    _ = transfer_set_receiver(handle, Curl.Option.headerFunction) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
      Unmanaged<TransferAttempt>.fromOpaque(context).takeUnretainedValue().head.read(
        String(decoding: line, as: UTF8.self))
      return size * count
    }
    _ = transfer_set_pointer(handle, Curl.Option.writeData, context)
    _ = transfer_set_receiver(handle, Curl.Option.writeFunction) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let attempt = Unmanaged<TransferAttempt>.fromOpaque(context).takeUnretainedValue()
      return attempt.receive(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
    }
  }

  /// Returning false ends the transfer.
  private func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard isSuccess else {
      refusal += bytes.prefix(TransferAttempt.longestRefusal - refusal.count)
      return true
    }
    do throws(Diagnostic) {
      try begin()
      try job.receive(bytes)
      return true
    } catch {
      failure = error
      return false
    }
  }
}
