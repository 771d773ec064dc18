import Glibc

/// What was typed in earlier sessions, oldest first.
///
/// The format is readline's with time stamps: a line `#1700000000`, then the lines of the entry. A line of an entry that
/// would itself read as a time stamp gets a backslash before it. Entries are appended, each with one write, so sessions
/// side by side keep each other's; the file is rewritten only to drop the oldest entries.
package struct HistoryFile {
  package struct Entry: Equatable {
    package var seconds: Int64
    package var text: String

    package init(seconds: Int64, text: String) {
      self.seconds = seconds
      self.text = text
    }
  }

  package var path: String
  package var limit: Int

  package init(path: String, limit: Int = 10_000) {
    self.path = path
    self.limit = limit
  }

  /// The entries of the file, none if it cannot be read. A file grown far over the limit is cut back.
  package func load() -> [Entry] {
    guard let bytes = readFile(path) else { return [] }
    let entries = Self.parse(String(decoding: bytes, as: UTF8.self))
    guard entries.count > limit else { return entries }
    let kept = Array(entries.suffix(limit))
    if entries.count > limit + limit / 4 { replace(with: kept) }
    return kept
  }

  /// Adds an entry. A folder that cannot be written is not worth a word: the session has its own record.
  package func append(_ entry: Entry) {
    var descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    if descriptor < 0 && errno == ENOENT {
      makeFolders()
      descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    }
    guard descriptor >= 0 else { return }
    _ = writeAll(Array(Self.format(entry).utf8), to: descriptor)
    close(descriptor)
  }

  private func replace(with entries: [Entry]) {
    let temporary = path + ".\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    let isWritten = writeAll(Array(entries.map(Self.format).joined().utf8), to: descriptor) && fsync(descriptor) == 0
    close(descriptor)
    if !isWritten || rename(temporary, path) != 0 { unlink(temporary) }
  }

  private func makeFolders() {
    var end = path.utf8.startIndex
    while let slash = path.utf8[path.utf8.index(after: end)...].firstIndex(of: UInt8(ascii: "/")) {
      mkdir(String(path[..<slash]), 0o700)
      end = slash
    }
  }

  // MARK: Format

  package static func format(_ entry: Entry) -> String {
    let lines = entry.text.split(separator: "\n", omittingEmptySubsequences: false)
    return "#\(entry.seconds)\n" + lines.map { ($0.needsBackslash ? "\\" : "") + $0 + "\n" }.joined()
  }

  package static func parse(_ text: String) -> [Entry] {
    var entries: [Entry] = []
    var lines: [Substring] = []
    var seconds: Int64?
    func finish() {
      if !lines.isEmpty { entries.append(Entry(seconds: seconds ?? 0, text: lines.joined(separator: "\n"))) }
      lines = []
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.first == "#", let stamp = Int64(line.dropFirst()) {
        finish()
        seconds = stamp
      } else {
        lines.append(line.first == "\\" && line.dropFirst().needsBackslash ? line.dropFirst() : line)
        // Without time stamps every line is an entry, as other programs write it.
        if seconds == nil { finish() }
      }
    }
    // The file ends in a line break, behind which nothing begins.
    if lines.last?.isEmpty == true { lines.removeLast() }
    finish()
    return entries.filter { !$0.text.isEmpty }
  }
}

extension Substring {
  /// Whether a reader would take this line for a time stamp, or for one that was escaped.
  fileprivate var needsBackslash: Bool {
    let rest = drop { $0 == "\\" }
    return rest.first == "#" && rest.dropFirst().first?.isNumber == true
  }
}

/// All bytes of a file, nil if it cannot be read.
private func readFile(_ path: String) -> [UInt8]? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    if count < 0 && errno == EINTR { continue }
    if count < 0 { return nil }
    if count == 0 { return bytes }
    bytes += buffer[..<count]
  }
}
