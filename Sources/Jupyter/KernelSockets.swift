import CMessaging
import Diagnostics

/// The sockets of a kernel: the only user of `CMessaging`.
///
/// Used by one thread at a time: the one that makes it, then the one that serves it.
final class KernelSockets: @unchecked Sendable {
  /// No cell is larger; a stranger's message, which must be read before its signature can be checked, is not kept.
  private static let largestPart: Int64 = 256 << 20

  private let context: UnsafeMutableRawPointer
  private var sockets: [(channel: KernelChannel, socket: UnsafeMutableRawPointer)] = []
  private var isClosed = false

  /// Binds all of them.
  init(_ connection: ConnectionFile) throws(Diagnostic) {
    guard messaging_load() else {
      throw Diagnostic(
        "the kernel needs ZeroMQ (libzmq.so.5), which is not here", hint: "`sudo apt install libzmq5`")
    }
    guard let context = messaging_context_new() else { throw Diagnostic("ZeroMQ cannot be started: no more files") }
    self.context = context
    do throws(Diagnostic) {
      for channel in KernelChannel.allCases {
        guard let socket = messaging_socket_new(context, channel.kind, KernelSockets.largestPart) else {
          throw Diagnostic("a socket of ZeroMQ cannot be made")
        }
        sockets.append((channel, socket))
        let address = connection.address(of: channel)
        let problem = messaging_bind(socket, address)
        guard problem == 0 else {
          let reason = messaging_reason(problem).map { String(cString: $0) } ?? "error \(problem)"
          throw Diagnostic("cannot listen at \(address): \(reason)")
        }
      }
    } catch {
      close()
      throw error
    }
  }

  deinit { close() }

  /// Waits until a socket or a file can be read, at most for some time.
  func wait(for files: [Int32], milliseconds: Int) -> (channels: Set<KernelChannel>, files: Set<Int32>) {
    var items = sockets.map {
      messaging_poll(socket: $0.socket, file: 0, events: Int16(MESSAGING_READABLE), found: 0)
    }
    items += files.map { messaging_poll(socket: nil, file: $0, events: Int16(MESSAGING_READABLE), found: 0) }
    let count = Int32(items.count)
    guard items.withUnsafeMutableBufferPointer({ messaging_poll($0.baseAddress, count, milliseconds) }) > 0 else {
      return ([], [])
    }
    let isReadable = items.map { $0.found != 0 }
    return (
      Set(zip(sockets, isReadable).filter(\.1).map(\.0.channel)),
      Set(zip(files, isReadable.dropFirst(sockets.count)).filter(\.1).map(\.0))
    )
  }

  /// The parts of the next message that has arrived; nil where there is none.
  func receive(from channel: KernelChannel) -> [[UInt8]]? {
    guard let socket = socket(of: channel) else { return nil }
    var parts: [[UInt8]] = []
    var hasMore = true
    while hasMore {
      var part = messaging_part()
      guard messaging_receive(socket, &part) else { return nil }
      defer { messaging_part_free(&part) }
      let bytes = UnsafeRawBufferPointer(start: messaging_part_bytes(&part), count: messaging_part_size(&part))
      parts.append(Array(bytes))
      hasMore = messaging_part_has_more(&part)
    }
    return parts
  }

  /// Sends a message; one for somebody who has left is dropped.
  func send(_ parts: [[UInt8]], to channel: KernelChannel) {
    guard let socket = socket(of: channel) else { return }
    for (index, part) in parts.enumerated() {
      let isSent = part.withUnsafeBytes {
        messaging_send(socket, $0.baseAddress, $0.count, index + 1 < parts.count)
      }
      guard isSent else { return }
    }
  }

  /// Closes all of them, once what was sent has left, or after a second.
  func close() {
    if isClosed { return }
    isClosed = true
    for (_, socket) in sockets { messaging_socket_free(socket) }
    messaging_context_free(context)
  }

  private func socket(of channel: KernelChannel) -> UnsafeMutableRawPointer? {
    isClosed ? nil : sockets.first { $0.channel == channel }?.socket
  }
}

extension KernelChannel {
  fileprivate var kind: Int32 {
    switch self {
    case .shell, .control, .stdin: Int32(MESSAGING_ROUTER)
    case .iopub: Int32(MESSAGING_PUB)
    case .heartbeat: Int32(MESSAGING_REP)
    }
  }
}
