public import Diagnostics

#if canImport(Glibc)
public import Glibc
#elseif canImport(Musl)
public import Musl
#endif

/// The sockets by which terminals of one user find each other, in a folder that only this user can access.
public struct LessonSockets: Sendable {
  /// `$XDG_RUNTIME_DIR/lectern`, or `lectern-UID` below the temporary folder.
  public let folder: String

  public init(
    environment: (String) -> String? = { name in getenv(name).map { String(cString: $0) } }, user: uid_t = getuid()
  ) {
    func absolute(_ name: String) -> String? { environment(name).flatMap { $0.hasPrefix("/") ? $0 : nil } }
    folder = absolute("XDG_RUNTIME_DIR").map { $0 + "/lectern" } ?? (absolute("TMPDIR") ?? "/tmp") + "/lectern-\(user)"
  }

  package init(folder: String) { self.folder = folder }

  /// The socket of a process.
  package func path(of process: pid_t) -> String { "\(folder)/play-\(process).sock" }

  /// Creates the folder if it is missing.
  ///
  /// - Throws: if it cannot be created, belongs to another user, or is accessible to others. In a folder that
  ///   everyone may write to, anybody could have created it.
  package func prepare() throws(Diagnostic) {
    _ = createFolder(folder, mode: 0o700)
    var status = stat()
    guard lstat(folder, &status) == 0 else {
      throw Diagnostic("cannot make the folder `\(folder)`: \(String(cString: strerror(errno)))")
    }
    guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid(), status.st_mode & 0o077 == 0 else {
      throw Diagnostic(
        "`\(folder)` is not a folder that you alone can enter",
        hint: "`chmod 700` it if it is yours, or set XDG_RUNTIME_DIR to one that is")
    }
  }

  /// A lesson that is being taught now.
  public struct Running {
    public let connection: LessonConnection
    public let report: LessonReport
    /// The messages that arrived with the report.
    public let messages: [LessonMessage]
  }

  /// The result of searching the folder.
  public struct Found {
    /// The running lessons, the most recently started first.
    public var lessons: [Running] = []
    /// How many stale sockets were removed.
    public var removedCount = 0
    /// How many terminals do not respond, because Ctrl-Z has stopped them.
    public var silentCount = 0
  }

  /// Finds the running lessons, and removes stale sockets.
  public func lessons() throws(Diagnostic) -> Found {
    var found = Found()
    guard isNameTaken(folder) else { return found }
    try prepare()
    for entry in folderEntries(folder) where entry.name.hasPrefix("play-") && entry.name.hasSuffix(".sock") {
      let path = "\(folder)/\(entry.name)"
      switch LessonConnection.connect(to: path) {
      case .failure(ECONNREFUSED):
        if unlink(path) == 0 { found.removedCount += 1 }
      case .failure: continue
      case .success(let connection):
        var messages: [LessonMessage] = []
        var report: LessonReport?
        // A lesson sends its report as soon as a follower connects.
        for _ in 0..<20 where report == nil && connection.isOpen {
          messages += connection.receive(within: 50)
          for case .report(let told) in messages { report = told }
        }
        if let report {
          found.lessons.append(Running(connection: connection, report: report, messages: messages))
        } else if connection.isOpen {
          found.silentCount += 1
        }
      }
    }
    found.lessons.sort { $0.report.started > $1.report.started }
    return found
  }
}

extension LessonSockets {
  /// Chooses the lesson to follow.
  ///
  /// - Parameters:
  ///   - reports: the reports of the lessons, the most recently started first.
  ///   - file: the resolved path; nil means the only lesson.
  /// - Returns: nil if the file is not being taught.
  /// - Throws: if no file is given, and there is no lesson or more than one.
  public static func choose(
    from reports: [LessonReport], file: String?
  ) throws(Diagnostic) -> (index: Int, remark: String?)? {
    guard let file else {
      guard let first = reports.first else {
        throw Diagnostic(
          "no lesson is being played in your terminals",
          hint: "`lectern play FILE` teaches one; `lectern follow FILE` waits for it")
      }
      let files = reports.reduce(into: [String]()) { if !$0.contains($1.file) { $0.append($1.file) } }
      guard files.count == 1 else {
        throw Diagnostic(
          "\(files.count) lessons are played",
          hint: "say which: "
            + files.map { "`lectern follow \($0)`" }.joined(separator: " or "))
      }
      return try choose(from: reports, file: first.file)
    }
    let same = reports.indices.filter { reports[$0].file == file }
    guard let index = same.first else { return nil }
    return (index, same.count > 1 ? "\(same.count) terminals play this file; this is the one that began last" : nil)
  }
}

/// The address of a socket in the file system; nil if the path is too long.
package func socketAddress(_ path: String) -> sockaddr_un? {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  let bytes = Array(path.utf8)
  guard bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else { return nil }
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
  return address
}

/// Calls a system function with an address.
package func withSocketAddress<Result>(
  _ address: sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
  withUnsafePointer(to: address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
  }
}

package let streamSocket = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)

// Wrappers for system calls whose names clash with methods.

package func connectSocket(_ descriptor: Int32, to address: sockaddr_un) -> Int32 {
  withSocketAddress(address) { connect(descriptor, $0, $1) }
}

/// Sends as many bytes as possible without blocking, and without SIGPIPE if the other end is closed.
package func sendBytes(_ bytes: [UInt8], to descriptor: Int32) -> Int {
  send(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
}

package func acceptConnection(of listener: Int32) -> Int32 {
  let descriptor = accept(listener, nil, nil)
  if descriptor >= 0 { makePrivate(descriptor) }
  return descriptor
}

/// A non-blocking pipe; nil if it cannot be created.
package func makePipe() -> (reader: Int32, writer: Int32)? {
  var ends: [Int32] = [-1, -1]
  guard pipe(&ends) == 0 else { return nil }
  for end in ends { makePrivate(end) }
  return (ends[0], ends[1])
}

/// Makes a descriptor non-blocking and not inheritable.
private func makePrivate(_ descriptor: Int32) {
  _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
  _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
}

package func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }
