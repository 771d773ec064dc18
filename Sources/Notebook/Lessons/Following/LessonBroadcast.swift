public import Diagnostics
import Parallelism

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Sends the progress of a lesson to other terminals of the same user.
///
/// A new follower first receives the state of the lesson and its recent output. A separate thread serves the
/// followers, so they are served even while a cell runs. A follower that does not read is disconnected, and never
/// delays the lesson.
public final class LessonBroadcast: Sendable {
  private let path: String
  private let listener: Int32
  /// Wakes the thread.
  private let wakeReader: Int32
  private let wakeWriter: Int32
  private let state = Mutex(State())

  /// How many bytes a follower may lag behind.
  private static let longestQueue = 8 << 20
  /// How many output messages are kept for new followers.
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
    // The socket's file gets the mode of the open socket; it is set on the file as well.
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

  /// Sends a message to all followers.
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

  /// Announces the end of the lesson, and removes the socket.
  public func close() {
    send(.left)
    unlink(path)
    state.withLock { state in
      // Flushes the queues now, because the process ends afterwards.
      state.clients = state.clients.compactMap(LessonBroadcast.flushed)
      state.isClosed = true
    }
    wake()
  }

  private func wake() {
    var byte: UInt8 = 1
    _ = write(wakeWriter, &byte, 1)
  }

  /// Sends queued data to a client without blocking. Returns the client with the rest of the queue, or nil if it has
  /// gone.
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

  /// Does the same, and closes the connection if the client has gone.
  private static func flushed(_ client: Client) -> Client? {
    let left = flush(client)
    if left == nil { closeDescriptor(client.descriptor) }
    return left
  }

  /// The thread: accepts followers, sends data, and notices disconnected ones.
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
      // Followers send nothing, so a readable socket means a disconnected one.
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
