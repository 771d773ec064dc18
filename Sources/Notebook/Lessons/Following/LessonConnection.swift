#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The connection from a following terminal to the one that teaches. It only receives.
public final class LessonConnection {
  private let descriptor: Int32
  private var messages = LessonMessages()
  /// Whether the other end is connected.
  public private(set) var isOpen = true

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// The result of an attempt to connect.
  package enum Attempt {
    case success(LessonConnection)
    /// The `errno` of the error.
    case failure(Int32)
  }

  package static func connect(to path: String) -> Attempt {
    guard let address = socketAddress(path) else { return .failure(ENAMETOOLONG) }
    let descriptor = socket(AF_UNIX, streamSocket, 0)
    guard descriptor >= 0 else { return .failure(errno) }
    let outcome = connectSocket(descriptor, to: address)
    guard outcome == 0 else {
      let reason = errno
      close(descriptor)
      return .failure(reason)
    }
    return .success(LessonConnection(descriptor))
  }

  /// The messages that have arrived, or arrive within the given time.
  public func receive(within milliseconds: Int) -> [LessonMessage] {
    guard isOpen else { return [] }
    var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&waited, 1, Int32(clamping: milliseconds)) > 0 else { return [] }
    var received: [LessonMessage] = []
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
      if count > 0 {
        received += messages.receive(bytes[..<count])
        continue
      }
      if count == 0 || (errno != EAGAIN && errno != EINTR) { isOpen = false }
      return received
    }
  }
}
