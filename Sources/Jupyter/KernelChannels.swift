import Diagnostics
import Foundation
import Parallelism

/// A kernel's messages, sent and received by a thread of their own, so that a client hears of a cell, and can end it,
/// while it runs.
final class KernelChannels: Sendable {
  private struct State {
    /// What waits to be answered by the thread that runs cells.
    var requests: [WireMessage] = []
    /// What the person answered.
    var inputs: [WireMessage] = []
    var messages: [OutgoingMessage] = []
    /// The header of the request during which the process writes.
    var parent: [UInt8]?
    /// What the process wrote last, where a character was cut.
    var pieces = TextPieces()
    var isShutDown = false
    var isEnding = false
  }

  private let state = Mutex(State())
  private let sockets: KernelSockets
  private let signer: MessageSigner
  private let control: ControlRequests
  private let output: CapturedOutput
  /// Something is to be sent.
  private let outgoing: WakeupPipe
  /// Something has arrived, or the kernel is to end.
  private let arrived: WakeupPipe
  private let ended: WakeupPipe
  private let sessionName = UUID().uuidString

  init(_ connection: ConnectionFile, control: ControlRequests) throws(Diagnostic) {
    signer = try MessageSigner(key: connection.key)
    sockets = try KernelSockets(connection)
    (outgoing, arrived, ended) = (try WakeupPipe(), try WakeupPipe(), try WakeupPipe())
    output = try CapturedOutput()
    self.control = control
  }

  /// Starts the thread.
  func start() throws(Diagnostic) {
    guard startThread(running: { self.serve() }) else { throw Diagnostic("no more threads") }
  }

  // MARK: - For the thread that runs cells

  func send(_ message: OutgoingMessage) {
    state.withLock { state in
      // What a cell wrote before it said something comes before it.
      if message.channel == .iopub { takeOutput(&state) }
      state.messages.append(message)
    }
    outgoing.signal()
  }

  /// Puts what the process wrote behind the messages that wait already: they are older.
  private func takeOutput(_ state: inout State) {
    while true {
      let bytes = output.take()
      guard !bytes.isEmpty else { return }
      let content = StreamContent(name: "stdout", text: state.pieces.text(adding: bytes))
      state.messages.append(
        OutgoingMessage("stream", content, on: .iopub, parent: state.parent, identities: [Array("stream".utf8)]))
    }
  }

  /// Waits for the next request; nil once the kernel is to end.
  func nextRequest() -> WireMessage? {
    while true {
      let (request, isOver) = state.withLock { state in
        (state.isShutDown || state.requests.isEmpty ? nil : state.requests.removeFirst(), state.isShutDown)
      }
      if let request {
        state.withLock { $0.parent = request.headerBytes }
        return request
      }
      if isOver { return nil }
      arrived.wait()
    }
  }

  /// The requests that have arrived so far.
  func waitingRequests() -> [WireMessage] {
    state.withLock { state in
      defer { state.requests = [] }
      return state.requests
    }
  }

  /// What the person answered; nil if nothing has come for some time.
  func nextInput(milliseconds: Int32) -> WireMessage? {
    if let input = state.withLock({ $0.inputs.popFirst() }) { return input }
    arrived.wait(milliseconds: milliseconds)
    return state.withLock { $0.inputs.popFirst() }
  }

  /// Forgets answers to what nobody asks any more.
  func dropInputs() { state.withLock { $0.inputs = [] } }

  /// Sends what waits, closes the sockets, and waits until that is done.
  func end() {
    state.withLock { $0.isEnding = true }
    outgoing.signal()
    ended.wait()
  }

  // MARK: - The thread of the sockets

  private func serve() {
    let parent = ParentProcess()
    while true {
      let found = sockets.wait(for: [outgoing.file, output.file], milliseconds: 1000)
      if found.files.contains(outgoing.file) { outgoing.drain() }
      for channel in found.channels { receive(from: channel) }
      let (messages, isEnding) = state.withLock { state in
        if found.files.contains(output.file) { takeOutput(&state) }
        defer { state.messages = [] }
        return (state.messages, state.isEnding)
      }
      for message in messages { deliver(message) }
      if isEnding {
        sockets.close()
        ended.signal()
        return
      }
      if parent.isGone { shutDown() }
    }
  }

  private func receive(from channel: KernelChannel) {
    while let frames = sockets.receive(from: channel) {
      if channel == .heartbeat {
        sockets.send(frames, to: .heartbeat)
        continue
      }
      let message: WireMessage
      do throws(Diagnostic) {
        message = try WireMessage(frames: frames, signer: signer)
      } catch {
        log("dropped \(error.message)")
        continue
      }
      switch channel {
      case .control:
        // What a cell wrote is of another request.
        let answer = control.answer(message)
        for message in answer.messages { deliver(message) }
        if answer.endsKernel { shutDown() }
      case .stdin: state.withLock { $0.inputs.append(message) }
      default: state.withLock { $0.requests.append(message) }
      }
      arrived.signal()
    }
  }

  private func shutDown() {
    state.withLock { $0.isShutDown = true }
    control.interrupts.request()
    arrived.signal()
  }

  private func deliver(_ message: OutgoingMessage) {
    do throws(Diagnostic) {
      sockets.send(try message.frames(signer: signer, session: sessionName), to: message.channel)
    } catch {
      log(error.message)
    }
  }

  private func log(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data("lectern kernel: \(text)\n".utf8))
  }
}

extension [WireMessage] {
  fileprivate mutating func popFirst() -> WireMessage? { isEmpty ? nil : removeFirst() }
}

/// Who started the kernel, where it is to end with them: Jupyter says so.
private struct ParentProcess {
  private let isWatched = ProcessInfo.processInfo.environment["JPY_PARENT_PID"] != nil
  private let id = getppid()

  /// Whether the kernel was left behind.
  var isGone: Bool { isWatched && getppid() != id }
}
