public import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The cells of a running session, written down as they are executed: what a crash leaves behind.
///
/// A journal is a session file. A cell stands in it before its results are shown, with the seeds drawn for it, and gets
/// its output when it has ended: a cell without output was running when the process died. Bytes go to the system, not to
/// the disk: a process that dies loses none, and no prompt waits for a disk. The file is locked as long as its session
/// lives, so that nobody resumes it from under it.
public final class Journal {
  private let folder: String
  /// What the file starts with.
  private var opening: String
  private var file: Int32 = -1
  /// Where the running cell starts in the file.
  private var end = 0
  /// The file, once there is one: a session in which nothing was executed leaves none.
  public private(set) var path: String?

  /// - Parameter document: what was executed before, of a session that is resumed; its front matter, of a new one.
  public init(in folder: String, startingWith document: SessionDocument) {
    self.folder = folder
    opening = document.text
  }

  deinit { if file >= 0 { close(file) } }

  /// The front matter of a session that begins here and now.
  public static func frontMatter(of session: Session) -> FrontMatter {
    var entries = [(key: "title", value: "Lectern, \(now("%Y-%m-%d %H:%M"))")]
    if let directory = workingDirectory() { entries.append(("directory", directory)) }
    if let data = session.dataFolder { entries.append(("data", data)) }
    if let seed = session.seed { entries.append(("seed", String(seed))) }
    if let folder = session.access.folder { entries.append(("safe", folder)) }
    return FrontMatter(entries + session.lessonEntries)
  }

  /// Makes the file, if there is none yet: what a resumed session starts with must not wait for its first cell.
  public func begin() throws(Diagnostic) { if file < 0 { try create() } }

  /// Writes a cell that runs from now on, or says it anew: with the seeds that were drawn, with its output.
  func write(_ cell: SessionDocument.Cell) throws(Diagnostic) {
    try begin()
    try put("\n" + cell.text)
  }

  /// Writes a cell that has ended.
  func finish(_ cell: SessionDocument.Cell) throws(Diagnostic) {
    try write(cell)
    end += 1 + cell.text.utf8.count
  }

  /// Writes that the session was left in peace.
  func leave() throws(Diagnostic) {
    guard file >= 0 else { return }
    try put("\n" + Journal.farewell)
  }

  static let farewell = "<!-- left -->\n"

  private func create() throws(Diagnostic) {
    guard let made = Journals(in: folder).create() else { throw failure(of: folder) }
    (path, file) = (made.path, made.file)
    try put(opening)
    end = opening.utf8.count
    opening = ""
  }

  /// Writes a text where the running cell starts, and ends the file there.
  private func put(_ text: String) throws(Diagnostic) {
    var bytes = Array(text.utf8)[...]
    var offset = end
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, off_t(offset)) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw failure(of: path ?? folder) }
      bytes = bytes.dropFirst(written)
      offset += written
    }
    guard ftruncate(file, off_t(offset)) == 0 else { throw failure(of: path ?? folder) }
  }

  private func failure(of path: String) -> Diagnostic {
    Diagnostic(
      "the journal cannot be written: \(String(cString: strerror(errno)))", kind: .warning,
      hint: "the session continues without one; `:save FILE` keeps it", place: path)
  }
}

/// The local time, written as `strftime` does.
private func now(_ format: String) -> String {
  var moment = time(nil)
  var fields = tm()
  localtime_r(&moment, &fields)
  var text = [CChar](repeating: 0, count: 64)
  let count = strftime(&text, text.count, format, &fields)
  return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

private func workingDirectory() -> String? {
  guard let path = getcwd(nil, 0) else { return nil }
  defer { free(path) }
  return String(cString: path)
}
