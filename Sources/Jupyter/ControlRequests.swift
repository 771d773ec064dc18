import Parallelism

/// Ends the cell that runs, if one does; from any thread.
public final class KernelInterrupts: Sendable {
  private struct State {
    var running: Cancellation?
    /// Whether somebody asked during the work that runs, or ran last.
    var wasRequested = false
  }

  private let state = Mutex(State())

  package init() {}

  public func request() {
    state.withLock { state in
      guard let running = state.running else { return }
      state.wasRequested = true
      running.request()
    }
  }

  /// Whether the work that ran last was to end early.
  var wasRequested: Bool { state.withLock { $0.wasRequested } }

  /// Does work that a request ends.
  func during<Result>(_ cancellation: Cancellation, _ work: () -> Result) -> Result {
    state.withLock { $0 = State(running: cancellation) }
    defer { state.withLock { $0.running = nil } }
    return Cancellation.$current.withValue(cancellation, operation: work)
  }
}

/// Answers what does not wait for the cell that runs.
package struct ControlRequests: Sendable {
  package let interrupts: KernelInterrupts
  let version: String

  package init(interrupts: KernelInterrupts, version: String) {
    (self.interrupts, self.version) = (interrupts, version)
  }

  package struct Answer: Sendable {
    package var messages: [OutgoingMessage]
    package var endsKernel = false
  }

  package func answer(_ request: WireMessage) -> Answer {
    func reply(_ message: OutgoingMessage) -> Answer {
      Answer(messages: [.status("busy", of: request), message, .status("idle", of: request)])
    }
    switch request.header.type {
    case "kernel_info_request":
      return reply(
        OutgoingMessage("kernel_info_reply", KernelInfoReply(version: version), on: .control, answering: request))
    case "interrupt_request":
      interrupts.request()
      return reply(OutgoingMessage("interrupt_reply", StatusReply(), on: .control, answering: request))
    case "shutdown_request":
      // Who cannot say whether to start anew wants an end.
      let restarts = (try? request.content(as: ShutdownRequest.self))?.restart ?? false
      var answer = reply(.shutdownReply(restarts: restarts, on: .control, answering: request))
      answer.messages.insert(.shutdownReply(restarts: restarts, on: .iopub, answering: request), at: 2)
      answer.endsKernel = true
      return answer
    default:
      return reply(.refusal(of: request, on: .control))
    }
  }
}

extension OutgoingMessage {
  static func status(_ state: String, of request: WireMessage?) -> OutgoingMessage {
    OutgoingMessage("status", StatusContent(executionState: state), on: .iopub, answering: request)
  }

  static func shutdownReply(restarts: Bool, on channel: KernelChannel, answering request: WireMessage)
    -> OutgoingMessage
  {
    OutgoingMessage("shutdown_reply", ShutdownReply(restart: restarts), on: channel, answering: request)
  }

  /// The answer to a request that this kernel does not know, or cannot understand.
  static func refusal(of request: WireMessage, on channel: KernelChannel, because reason: String? = nil)
    -> OutgoingMessage
  {
    let type = request.header.type
    let name = type.hasSuffix("_request") ? String(type.dropLast("request".count)) + "reply" : type
    return OutgoingMessage(
      name, ErrorReply(evalue: reason ?? "this kernel knows no \(type)"), on: channel, answering: request)
  }
}
