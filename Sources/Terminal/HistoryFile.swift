import Glibc

/// The file of lines from earlier sessions, oldest first.
///
/// The format is readline's history with timestamps: a line `#1700000000`, then the lines of the entry. A line of an
/// entry that looks like a timestamp gets a leading backslash. Each entry is appended with a single write, so
/// parallel sessions do not lose each other's entries. The file is rewritten only to drop the oldest entries.
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

  /// Loads the entries; none if the file cannot be read. A file far over the limit is shortened.
  package func load() -> [Entry] {
    guard let bytes = readFile(path) else { return [] }
    let entries = Self.parse(bytes)
    guard entries.count > limit else { return entries }
    let kept = Array(entries.suffix(limit))
    if entries.count > limit + limit / 4 { replace(with: kept) }
    return kept
  }

  /// Appends an entry. Errors are ignored: the session has its own journal.
  package func append(_ entry: Entry) {
    var descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    if descriptor < 0 && errno == ENOENT {
      makeFolders()
      descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    }
    guard descriptor >= 0 else { return }
    _ = writeAll(Self.format(entry), to: descriptor)
    close(descriptor)
  }

  private func replace(with entries: [Entry]) {
    let temporary = path + ".\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    let isWritten = writeAll(entries.flatMap(Self.format), to: descriptor) == .complete && fsync(descriptor) == 0
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

  package static func format(_ entry: Entry) -> [UInt8] {
    var bytes = Array("#\(entry.seconds)\n".utf8)
    for line in entry.text.utf8.split(separator: lineBreak, omittingEmptySubsequences: false) {
      if needsBackslash(line) { bytes.append(backslash) }
      bytes += line
      bytes.append(lineBreak)
    }
    return bytes
  }

  package static func parse(_ bytes: [UInt8]) -> [Entry] {
    var entries: [Entry] = []
    var text: [UInt8] = []
    var hasLines = false
    var seconds: Int64?
    func finish() {
      if !text.isEmpty { entries.append(Entry(seconds: seconds ?? 0, text: String(decoding: text, as: UTF8.self))) }
      text.removeAll(keepingCapacity: true)
      hasLines = false
    }
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: lineBreak) ?? bytes.count
      var line = bytes[start..<end]
      start = end + 1
      if line.first == hash, let stamp = Int64(String(decoding: line.dropFirst(), as: UTF8.self)) {
        finish()
        seconds = stamp
        continue
      }
      if line.first == backslash && needsBackslash(line) { line.removeFirst() }
      if hasLines { text.append(lineBreak) }
      text += line
      hasLines = true
      // In a file without timestamps, as other programs write it, every line is an entry.
      if seconds == nil { finish() }
    }
    finish()
    return entries
  }

  private static let lineBreak = UInt8(ascii: "\n")
  private static let backslash = UInt8(ascii: "\\")
  private static let hash = UInt8(ascii: "#")

  /// Whether this line would be read as a timestamp or as an escaped one.
  private static func needsBackslash(_ line: some Collection<UInt8>) -> Bool {
    let rest = line.drop { $0 == backslash }
    guard rest.first == hash, let next = rest.dropFirst().first else { return false }
    return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) || next == UInt8(ascii: "-")
      || next == UInt8(ascii: "+")
  }
}

/// The bytes of a file; nil if it cannot be read.
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
