public import Diagnostics

#if canImport(Glibc)
public import Glibc
#elseif canImport(Musl)
public import Musl
#endif

/// Where the terminals of one person find each other: sockets in a folder that only that person can enter.
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

  /// Makes the folder where it is missing.
  ///
  /// - Throws: where it cannot be made, or belongs to somebody else, or others may enter it: in a folder that all may
  ///   write to, anybody can have made one of that name.
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

  /// A lesson that a terminal teaches now.
  public struct Running {
    public let connection: LessonConnection
    public let report: LessonReport
    /// What arrived with the report.
    public let messages: [LessonMessage]
  }

  /// What is found in the folder.
  public struct Found {
    /// The lessons that are taught, the one that began last first.
    public var lessons: [Running] = []
    /// How many sockets were removed that nobody listens at any more.
    public var removedCount = 0
    /// How many terminals are there and say nothing: they were stopped by Ctrl-Z.
    public var silentCount = 0
  }

  /// Looks who teaches. Sockets that nobody listens at any more are removed.
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
        // It says where it stands as soon as somebody connects.
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
  /// Which of the lessons that are taught is meant.
  ///
  /// - Parameters:
  ///   - reports: of the lessons, the one that began last first.
  ///   - file: the path, resolved; nil means the only one there is.
  /// - Returns: nil where the file is not taught now.
  /// - Throws: where no file is named, and none is taught or several are.
  public static func choose(
    from reports: [LessonReport], file: String?
  ) throws(Diagnostic) -> (index: Int, remark: String?)? {
    guard let file else {
      guard let first = reports.first else {
        throw Diagnostic(
          "no terminal of yours plays a lesson",
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

/// An address of a socket in the file system; nil where the path is longer than an address can be.
package func socketAddress(_ path: String) -> sockaddr_un? {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  let bytes = Array(path.utf8)
  guard bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else { return nil }
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
  return address
}

/// Calls a function of the system with an address.
package func withSocketAddress<Result>(
  _ address: sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
  withUnsafePointer(to: address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
  }
}

package let streamSocket = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)

// The system's calls whose names are methods' names too.

package func connectSocket(_ descriptor: Int32, to address: sockaddr_un) -> Int32 {
  withSocketAddress(address) { connect(descriptor, $0, $1) }
}

/// Sends what the other end takes without waiting; nothing is raised where it has gone.
package func sendBytes(_ bytes: [UInt8], to descriptor: Int32) -> Int {
  send(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
}

package func acceptConnection(of listener: Int32) -> Int32 {
  let descriptor = accept(listener, nil, nil)
  if descriptor >= 0 { makePrivate(descriptor) }
  return descriptor
}

/// Two ends of a pipe, to read and to write, that nobody waits at; nil where none can be made.
package func makePipe() -> (reader: Int32, writer: Int32)? {
  var ends: [Int32] = [-1, -1]
  guard pipe(&ends) == 0 else { return nil }
  for end in ends { makePrivate(end) }
  return (ends[0], ends[1])
}

/// Nobody waits at it, and no other program inherits it.
private func makePrivate(_ descriptor: Int32) {
  _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
  _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
}

package func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }
