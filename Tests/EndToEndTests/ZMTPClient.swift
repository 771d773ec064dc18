import Foundation
import Glibc

/// A client of one socket of ZeroMQ, without its library: ZMTP 3.0 without security, over a socket of the file system.
final class ZMTPClient {
  private let socket: Int32

  /// Connects as a socket of some type (`DEALER`, `SUB`); tries until the other side listens, or for half a minute.
  init(_ type: String, path: String) throws {
    socket = try ZMTPClient.connected(to: path)
    // The version, the mechanism, no server; then the type of the socket.
    var greeting: [UInt8] = [0xFF] + [UInt8](repeating: 0, count: 8) + [0x7F, 3, 0] + Array("NULL".utf8)
    greeting += [UInt8](repeating: 0, count: 64 - greeting.count)
    try write(greeting)
    _ = try read(64)
    let ready = [5] + Array("READY".utf8) + [11] + Array("Socket-Type".utf8) + [0, 0, 0, UInt8(type.utf8.count)]
    let command = ready + Array(type.utf8)
    try write([4, UInt8(command.count)] + command)
    _ = try frame()
  }

  deinit { close(socket) }

  /// Sends a message of several parts.
  func send(_ parts: [[UInt8]]) throws {
    for (place, part) in parts.enumerated() {
      let more: UInt8 = place + 1 < parts.count ? 1 : 0
      let size = UInt64(part.count)
      let bytes = (0..<8).map { UInt8(truncatingIfNeeded: size >> (56 - 8 * $0)) }
      try write((part.count < 256 ? [more, UInt8(part.count)] : [more | 2] + bytes) + part)
    }
  }

  /// The parts of the next message.
  func receive() throws -> [[UInt8]] {
    var parts: [[UInt8]] = []
    while true {
      let (flags, body) = try frame()
      // A command is no message.
      if flags & 4 != 0 { continue }
      parts.append(body)
      if flags & 1 == 0 { return parts }
    }
  }

  /// Whether something can be read, now or in a tenth of a second.
  var hasArrived: Bool {
    var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, 100) > 0
  }

  private func frame() throws -> (flags: UInt8, body: [UInt8]) {
    let flags = try read(1)[0]
    let size = try read(flags & 2 != 0 ? 8 : 1).reduce(0) { $0 << 8 | Int($1) }
    return (flags, try read(size))
  }

  private static func connected(to path: String) throws -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { throw Failure("\(path) is too long") }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    for _ in 0..<1500 {
      let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      let status = withUnsafePointer(to: &address) { address in
        address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      if status == 0 {
        // Nothing that is waited for takes a minute.
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        return socket
      }
      close(socket)
      usleep(20_000)
    }
    throw Failure("nobody listens at \(path)")
  }

  private func write(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure("the other side has left") }
      sent += count
    }
  }

  private func read(_ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      var piece = [UInt8](repeating: 0, count: count - bytes.count)
      let found = recv(socket, &piece, piece.count, 0)
      guard found > 0 else { throw Failure("nothing came") }
      bytes += piece[..<found]
    }
    return bytes
  }

  struct Failure: Error {
    var reason: String

    init(_ reason: String) { self.reason = reason }
  }
}
