package import Diagnostics
import Parallelism
import Synchronization
import Transfer

/// A session on a Spark Connect server.
///
/// All methods block and check `Cancellation.current`. An interruption also stops the operation on the server.
package final class SparkClient: Sendable {
  package let address: SparkAddress
  private let session = uuid()

  package init(_ address: SparkAddress) { self.address = address }

  /// Settings that the translation of expressions relies on.
  private static let settings = [
    "spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true", "spark.sql.caseSensitive": "true",
  ]

  /// Begins the session. Returns the server's version.
  package func begin() throws(Diagnostic) -> String {
    let version = try version()
    try call(.set(SparkClient.settings))
    return version
  }

  package func version() throws(Diagnostic) -> String {
    var version: String?
    try call(.version) { (answer) throws(Diagnostic) in version = try sparkVersion(ofAnswer: answer) ?? version }
    guard let version else { throw .brokenMessage.placed(address.shown) }
    return String(version.prefix(40).filter { $0.isASCII && !$0.isNewline })
  }

  /// Returns the columns of a relation without computing it.
  package func schema(of relation: SparkRelation) throws(Diagnostic) -> [SparkField] {
    var schema: SparkType?
    try call(.schema(relation)) { (answer) throws(Diagnostic) in schema = try .schema(ofAnswer: answer) ?? schema }
    guard case .structure(let fields)? = schema else { throw .brokenMessage.placed(address.shown) }
    return fields
  }

  /// Ends the session in the background.
  package func end() {
    Background.start { [self] in
      Cancellation.$current.withValue(Cancellation()) { try? call(.end, policy: .hasty) }
    }
  }

  // MARK: - Execution

  /// Executes a plan.
  ///
  /// If the response stream breaks or ends early (servers end each stream after some minutes), the client reattaches.
  ///
  /// - Parameter take: receives the rows as several Arrow streams.
  /// - Returns: the id of the model that the plan fits.
  @discardableResult
  package func execute(
    _ plan: SparkPlan, title: String, _ take: (ArraySlice<UInt8>) throws(Diagnostic) -> Void
  ) throws(Diagnostic) -> String? {
    let operation = uuid()
    var stream = AnswerStream(title: title)
    do throws(Diagnostic) {
      try follow(.execute(plan, operation: operation), operation, &stream, take)
    } catch {
      stop(operation, isInterrupted: error.kind == .interruption)
      throw error
    }
    try? call(.release(operation: operation), policy: .hasty)
    return stream.model
  }

  /// Releases an operation whose result is not needed any more.
  ///
  /// The interruption is sent immediately, because the program may end next. If the server does not answer in time, it is
  /// sent again in the background.
  private func stop(_ operation: String, isInterrupted: Bool) {
    var isTold = !isInterrupted
    if isInterrupted {
      Cancellation.$current.withValue(Cancellation()) {
        isTold = (try? call(.interrupt(operation: operation), policy: .immediate)) != nil
      }
    }
    Background.start { [self, isTold] in
      Cancellation.$current.withValue(Cancellation()) {
        if !isTold { try? call(.interrupt(operation: operation), policy: .hasty) }
        try? call(.release(operation: operation), policy: .hasty)
      }
    }
  }

  private func follow(
    _ first: SparkRequest.Call, _ operation: String, _ stream: inout AnswerStream,
    _ take: (ArraySlice<UInt8>) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    var request = first
    /// The number of consecutive streams without responses.
    var failures = 0
    while true {
      let before = stream.count
      var trouble: Diagnostic?
      var refusal: SparkRefusal?
      do throws(Diagnostic) {
        refusal = try streamed(request, &stream, take)
      } catch {
        if error.kind != .error || stream.failure != nil { throw error }
        trouble = error
      }
      if let failure = stream.failure { throw failure }
      if stream.isComplete { return }
      failures = stream.count > before ? 1 : failures + 1
      if let refusal {
        // The request never arrived, so it is sent again.
        if refusal.isUnknownOperation, stream.count == 0, case .reattach = request, failures < SparkClient.attempts {
          request = first
          continue
        }
        guard refusal.status == 14, failures < SparkClient.attempts else {
          throw refusal.diagnostic(of: address.shown)
        }
      }
      guard failures < SparkClient.attempts else {
        throw trouble
          ?? Diagnostic("`\(address.shown)` ends its answers before they are whole", hint: "try again later")
      }
      request = .reattach(operation: operation, after: stream.last)
    }
  }

  private static let attempts = 4

  private func streamed(
    _ request: SparkRequest.Call, _ stream: inout AnswerStream,
    _ take: (ArraySlice<UInt8>) throws(Diagnostic) -> Void
  ) throws(Diagnostic) -> SparkRefusal? {
    // The closure does not outlive the call.
    var own = stream
    defer { stream = own }
    return try withoutActuallyEscaping(take) { (take) throws(Diagnostic) in
      let call = SparkCall(sparkRequest(request), to: address) { (bytes) throws(Diagnostic) in
        try own.add(bytes, take)
      }
      try call.perform(.patient)
      return call.refusal
    }
  }

  // MARK: - Single calls

  private func call(
    _ request: SparkRequest.Call, policy: TransferPolicy = .patient,
    _ take: @escaping (ArraySlice<UInt8>) throws(Diagnostic) -> Void = { _ in }
  ) throws(Diagnostic) {
    let call = SparkCall(sparkRequest(request), to: address, take)
    try call.perform(policy)
    if let refusal = call.refusal { throw refusal.diagnostic(of: address.shown) }
  }

  private func sparkRequest(_ call: SparkRequest.Call) -> SparkRequest {
    SparkRequest(session: session, user: address.user, call)
  }
}

/// The state of an execution.
private struct AnswerStream {
  let title: String
  var count = 0
  var last: String?
  var isComplete = false
  var model: String?
  /// An error of a response, as opposed to an error of the connection.
  var failure: Diagnostic?

  init(title: String) { self.title = title }

  mutating func add(
    _ bytes: ArraySlice<UInt8>, _ take: (ArraySlice<UInt8>) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    let answer: SparkAnswer
    do throws(Diagnostic) {
      answer = try SparkAnswer(bytes)
      if let rows = answer.rows { try take(rows) }
    } catch {
      failure = error
      throw error
    }
    if let progress = answer.progress, progress.total > 0 {
      Progress.report(title, min(progress.completed, progress.total), of: progress.total)
    }
    count += 1
    last = answer.id ?? last
    model = answer.model ?? model
    if answer.isLast { isComplete = true }
  }
}

extension TransferPolicy {
  /// A single attempt without a time limit. TCP keep-alive detects dead connections.
  fileprivate static var patient: TransferPolicy {
    var policy = TransferPolicy()
    (policy.attempts, policy.stallSeconds) = (1, 0)
    return policy
  }

  /// For requests in the background.
  fileprivate static var hasty: TransferPolicy {
    var policy = TransferPolicy.patient
    (policy.connectSeconds, policy.milliseconds) = (2, 5_000)
    return policy
  }
}

extension TransferPolicy {
  /// For a request that delays the prompt.
  fileprivate static var immediate: TransferPolicy {
    var policy = TransferPolicy.patient
    (policy.connectSeconds, policy.milliseconds) = (1, 200)
    return policy
  }
}

extension Diagnostic {
  func placed(_ place: String) -> Diagnostic {
    var copy = self
    copy.place = place
    return copy
  }
}

/// Returns a random UUID (version 4).
private func uuid() -> String {
  var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
  bytes[6] = bytes[6] & 0x0F | 0x40
  bytes[8] = bytes[8] & 0x3F | 0x80
  let digits = bytes.map { byte in
    String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
  }
  let groups = [digits[0..<4], digits[4..<6], digits[6..<8], digits[8..<10], digits[10..<16]]
  return groups.map { $0.joined() }.joined(separator: "-")
}
