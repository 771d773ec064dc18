import Glibc
import Parallelism

/// A program run to its end.
///
/// Not by Foundation's `Process`: that also waits for the children a program leaves behind, and tmux leaves its server.
struct ChildProcess {
  let status: Int32
  let output: String
  let errors: String

  /// Runs the program at `path` with `arguments`, `input` on its standard input, in a folder.
  init(
    _ path: String, _ arguments: [String] = [], input: String = "", in folder: String? = nil
  ) {
    let words = ["env"] + (folder.map { ["-C", $0] } ?? []) + [path] + arguments
    let started = Self.starting.withLock { _ in Self.start(words) }
    guard let started else {
      (status, output, errors) = (-1, "", "cannot start \(path)")
      return
    }
    // What is written here is shorter than a pipe holds, so nobody waits for anybody.
    input.utf8CString.withUnsafeBytes { _ = write(started.input, $0.baseAddress, $0.count - 1) }
    close(started.input)
    output = Self.drain(started.output)
    errors = Self.drain(started.errors)
    var code: Int32 = 0
    while waitpid(started.child, &code, 0) < 0, errno == EINTR {}
    status = code & 0x7F == 0 ? (code >> 8) & 0xFF : -(code & 0x7F)
  }

  /// One start at a time: a child that inherited another's pipes would keep their readers waiting.
  private static let starting = Mutex(())

  private static func start(_ words: [String]) -> (child: pid_t, input: Int32, output: Int32, errors: Int32)? {
    var ends = [[Int32]](repeating: [-1, -1], count: 3)
    for stream in ends.indices {
      guard pipe(&ends[stream]) == 0 else { return nil }
      for end in ends[stream] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    let (own, theirs) = ([ends[0][1], ends[1][0], ends[2][0]], [ends[0][0], ends[1][1], ends[2][1]])
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (stream, end) in theirs.enumerated() { posix_spawn_file_actions_adddup2(&actions, end, Int32(stream)) }

    // A test may run on a thread that takes no signals; its children are to take them all.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    let arguments = words.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    var child: pid_t = 0
    let failure = posix_spawn(&child, "/usr/bin/env", &actions, &attributes, arguments, environ)
    theirs.forEach { close($0) }
    guard failure == 0 else {
      own.forEach { close($0) }
      return nil
    }
    return (child, own[0], own[1], own[2])
  }

  private static func drain(_ end: Int32) -> String {
    defer { close(end) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(end, &piece, piece.count)
      if count > 0 { bytes += piece[..<count] } else if count == 0 || errno != EINTR { break }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
