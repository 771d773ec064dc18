public import Diagnostics
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Tells other terminals of the same person how a lesson goes on.
///
/// Whoever connects is told first where the lesson stands and what the audience has seen of late. A thread of its own
/// answers them, so that they are answered while a cell runs; a follower that does not read is let go of, and never
/// holds the lesson up.
public final class LessonBroadcast: Sendable {
  private let path: String
  private let listener: Int32
  /// Ends the thread's waiting.
  private let wakeReader: Int32
  private let wakeWriter: Int32
  private let state = Mutex(State())

  /// What a follower may be behind, in bytes.
  private static let longestQueue = 8 << 20
  /// How many messages of output are kept for those who come later.
  package static let keptOutputs = 400

  private struct Client {
    let descriptor: Int32
    var pending: [UInt8] = []
  }

  private struct State {
    var clients: [Client] = []
    var report = ""
    var outputs: [String] = []
    var isClosed = false
  }

  public init(in sockets: LessonSockets = LessonSockets()) throws(Diagnostic) {
    try sockets.prepare()
    path = sockets.path(of: getpid())
    guard let address = socketAddress(path) else {
      throw Diagnostic(
        "the path `\(path)` is longer than a socket's may be", hint: "set XDG_RUNTIME_DIR to a shorter one")
    }
    guard let pipe = makePipe() else { throw LessonBroadcast.failure("cannot make a pipe") }
    (wakeReader, wakeWriter) = pipe
    listener = socket(AF_UNIX, streamSocket, 0)
    unlink(path)
    // The mode of an open socket becomes that of its file; the file's own is set too.
    guard listener >= 0, fchmod(listener, 0o600) == 0,
      withSocketAddress(address, { bind(listener, $0, $1) }) == 0, chmod(path, 0o600) == 0, listen(listener, 8) == 0
    else { throw LessonBroadcast.failure("cannot listen at `\(path)`") }
    let unmanaged = Unmanaged.passRetained(self)
    var thread = pthread_t()
    let created = pthread_create(
      &thread, nil,
      { pointer in
        guard let pointer else { return nil }
        Unmanaged<LessonBroadcast>.fromOpaque(pointer).takeRetainedValue().serve()
        return nil
      }, unmanaged.toOpaque())
    guard created == 0 else {
      unmanaged.release()
      throw Diagnostic("no thread is left to answer other terminals")
    }
    pthread_detach(thread)
  }

  private static func failure(_ what: String) -> Diagnostic {
    Diagnostic("\(what): \(String(cString: strerror(errno)))")
  }

  /// Sends a message to all who follow.
  public func send(_ message: LessonMessage) {
    let line = message.line
    let needsWaking = state.withLock { state in
      guard !state.isClosed else { return false }
      switch message {
      case .report: state.report = line
      case .output:
        state.outputs.append(line)
        if state.outputs.count > LessonBroadcast.keptOutputs { state.outputs.removeFirst() }
      case .left: break
      }
      for index in state.clients.indices { state.clients[index].pending += Array(line.utf8) }
      return !state.clients.isEmpty
    }
    if needsWaking { wake() }
  }

  /// Says that the lesson was left, and removes the socket.
  public func close() {
    send(.left)
    unlink(path)
    state.withLock { state in
      // What is in the queues goes out now: the process ends behind this.
      state.clients = state.clients.compactMap(LessonBroadcast.flushed)
      state.isClosed = true
    }
    wake()
  }

  private func wake() {
    var byte: UInt8 = 1
    _ = write(wakeWriter, &byte, 1)
  }

  /// Sends what a client has not had, as far as it takes it without waiting; what is left, or nil if it has gone.
  private static func flush(_ client: Client) -> Client? {
    var client = client
    while !client.pending.isEmpty {
      let count = sendBytes(client.pending, to: client.descriptor)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { return client.pending.count > longestQueue ? nil : client }
      if count <= 0 { return nil }
      client.pending.removeFirst(count)
    }
    return client
  }

  /// The same; the connection of one who has gone is closed.
  private static func flushed(_ client: Client) -> Client? {
    let left = flush(client)
    if left == nil { closeDescriptor(client.descriptor) }
    return left
  }

  /// The thread: accepts, sends, notices who has gone.
  private func serve() {
    while true {
      let listened = state.withLock { state -> [pollfd]? in
        if state.isClosed { return nil }
        return [
          pollfd(fd: wakeReader, events: Int16(POLLIN), revents: 0),
          pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
        ]
          + state.clients.map {
            pollfd(fd: $0.descriptor, events: Int16(POLLIN) | ($0.pending.isEmpty ? 0 : Int16(POLLOUT)), revents: 0)
          }
      }
      guard var waited = listened else { break }
      if poll(&waited, nfds_t(waited.count), -1) < 0, errno != EINTR { break }
      var drained = [UInt8](repeating: 0, count: 64)
      while read(wakeReader, &drained, drained.count) > 0 {}
      // A follower says nothing: what can be read of it is its end.
      let gone = Set(waited.dropFirst(2).filter { $0.revents & ~Int16(POLLOUT) != 0 }.map(\.fd))
      let accepted = accept()
      state.withLock { state in
        for client in state.clients where gone.contains(client.descriptor) { closeDescriptor(client.descriptor) }
        state.clients.removeAll { gone.contains($0.descriptor) }
        for descriptor in accepted {
          let history = state.report + state.outputs.joined()
          state.clients.append(Client(descriptor: descriptor, pending: Array(history.utf8)))
        }
        state.clients = state.clients.compactMap(LessonBroadcast.flushed)
      }
    }
    state.withLock { state in
      for client in state.clients { closeDescriptor(client.descriptor) }
      state.clients = []
    }
    for descriptor in [listener, wakeReader] { closeDescriptor(descriptor) }
  }

  private func accept() -> [Int32] {
    var accepted: [Int32] = []
    while true {
      let descriptor = acceptConnection(of: listener)
      guard descriptor >= 0 else { return accepted }
      accepted.append(descriptor)
    }
  }
}
