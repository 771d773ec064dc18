public import Diagnostics
public import Notebook
import Parallelism
import Query

/// A session that Jupyter talks to. Used by one thread, except for its interrupts.
public final class JupyterKernel {
  package static let protocolVersion = "5.3"
  /// What history calls this session: there is no other.
  static let sessionNumber = 1

  public let interrupts = KernelInterrupts()
  package let session: Session
  let version: String
  /// Takes messages to be sent.
  package var send: @Sendable (OutgoingMessage) -> Void = { _ in }
  /// Waits some milliseconds for what the person answers; nil if nothing has come.
  package var nextInput: (_ milliseconds: Int32) -> WireMessage? = { _ in nil }
  /// Forgets what was answered so far.
  package var dropInputs: () -> Void = {}
  /// Takes the requests that have arrived so far.
  package var takeWaitingRequests: () -> [WireMessage] = { [] }
  /// The requests that had arrived when a cell failed, before the client could hear of it.
  private var behindFailure: [WireMessage] = []

  public init(session: Session, version: String) {
    self.session = session
    self.version = version
    session.collectPlots()
  }

  /// Answers clients until one ends the kernel, or a cell does.
  public func serve(_ connection: ConnectionFile) throws(Diagnostic) {
    let channels = try KernelChannels(connection, control: ControlRequests(interrupts: interrupts, version: version))
    send = { channels.send($0) }
    nextInput = { channels.nextInput(milliseconds: $0) }
    dropInputs = { channels.dropInputs() }
    takeWaitingRequests = { channels.waitingRequests() }
    try channels.start()
    send(.status("starting", of: nil))
    while !session.isOver, let request = channels.nextRequest() {
      if answer(request) { continue }
      // The cells that were sent behind one that failed do not run.
      for waiting in behindFailure {
        if waiting.header.type == "execute_request" { abort(waiting) } else { _ = answer(waiting) }
      }
    }
    channels.end()
  }

  /// Answers a request; whether cells that wait behind it may run.
  package func answer(_ request: WireMessage) -> Bool {
    send(.status("busy", of: request))
    defer { send(.status("idle", of: request)) }
    do throws(Diagnostic) {
      switch request.header.type {
      case "execute_request": return execute(try request.content(as: ExecuteRequest.self), request)
      case "kernel_info_request": reply("kernel_info_reply", KernelInfoReply(version: version), to: request)
      case "complete_request":
        reply("complete_reply", complete(try request.content(as: CursorRequest.self)), to: request)
      case "inspect_request":
        reply("inspect_reply", inspect(try request.content(as: CursorRequest.self)), to: request)
      case "is_complete_request":
        let state = session.completeness(of: try request.content(as: IsCompleteRequest.self).code)
        let indent = state == .incomplete ? "  " : nil
        reply("is_complete_reply", IsCompleteReply(status: state.rawValue, indent: indent), to: request)
      case "history_request":
        let entries = history(try request.content(as: HistoryRequest.self))
        reply("history_reply", HistoryReply(history: entries), to: request)
      case "comm_info_request": reply("comm_info_reply", CommInfoReply(), to: request)
      case "comm_open":
        // There is nothing here that a widget could talk to.
        let id = try request.content(as: CommRequest.self).commId
        send(OutgoingMessage("comm_close", CommClose(commId: id), on: .iopub, answering: request))
      case "comm_msg", "comm_close": break
      case "shutdown_request":
        // Older clients ask here.
        let restarts = (try? request.content(as: ShutdownRequest.self))?.restart ?? false
        for channel in [KernelChannel.shell, .iopub] {
          send(.shutdownReply(restarts: restarts, on: channel, answering: request))
        }
        session.leave()
      default: send(.refusal(of: request, on: .shell))
      }
    } catch {
      send(.refusal(of: request, on: .shell, because: error.message))
    }
    return true
  }

  func reply<Content: Encodable>(_ type: String, _ content: Content, to request: WireMessage) {
    send(OutgoingMessage(type, content, on: .shell, answering: request))
  }

  private func abort(_ request: WireMessage) {
    send(.status("busy", of: request))
    reply("execute_reply", ExecuteReply(status: "aborted", executionCount: session.nextCell), to: request)
    send(.status("idle", of: request))
  }

  // MARK: - Cells

  /// Runs a cell; whether those that wait behind it may run.
  private func execute(_ asked: ExecuteRequest, _ request: WireMessage) -> Bool {
    let isSilent = asked.silent ?? false
    let number = session.nextCell
    if !isSilent {
      let input = ExecuteInput(code: asked.code, executionCount: number)
      send(OutgoingMessage("execute_input", input, on: .iopub, answering: request))
    }
    let output = CellOutput(of: session, number: number, isSilent: isSilent, request: request, send: send)
    session.emit = { output.show($0) }
    session.host.confirm =
      asked.allowStdin == true
      ? { [weak self] question throws(Diagnostic) in try self?.confirm(question, request) ?? false } : nil
    let progress = output.progress
    let listener = Progress { progress.show($0) }
    let outcome = interrupts.during(Cancellation()) {
      Progress.$current.withValue(listener) {
        isSilent || asked.storeHistory == false ? session.runAside(asked.code) : session.run(asked.code)
      }
    }
    session.emit = { _ in }
    session.host.confirm = nil
    output.end(outcome)
    var answer = ExecuteReply(status: "ok", executionCount: number, payload: [], userExpressions: [:])
    if let failure = output.failure {
      answer = ExecuteReply(
        status: "error", executionCount: number, ename: failure.ename, evalue: failure.evalue,
        traceback: failure.traceback)
    } else {
      answer.payload = output.pages.map { .init(source: "page", data: $0, start: 0) }
      if let line = session.takePrefill() {
        answer.payload?.append(.init(source: "set_next_input", text: line, replace: false))
      }
      if session.isOver { answer.payload?.append(.init(source: "ask_exit", keepkernel: false)) }
    }
    // A fit that is interrupted keeps what it has, which is no failure; the person wanted an end all the same.
    let mayContinue = output.failure == nil && !interrupts.wasRequested || asked.stopOnError == false
    // What a client sends after it has read the reply is meant to run.
    behindFailure = mayContinue ? [] : takeWaitingRequests()
    reply("execute_reply", answer, to: request)
    return mayContinue
  }

  /// Asks the person in front of the client.
  private func confirm(_ question: String, _ request: WireMessage) throws(Diagnostic) -> Bool {
    dropInputs()
    send(OutgoingMessage("input_request", InputRequest(prompt: "\(question) [y/N] "), on: .stdin, answering: request))
    while true {
      try Cancellation.current.check()
      guard let input = nextInput(100) else { continue }
      let answer = try input.content(as: InputReply.self).value.lowercased().filter { !$0.isWhitespace }
      return ["y", "yes"].contains(answer)
    }
  }
}
