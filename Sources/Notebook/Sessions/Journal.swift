public import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file to which the cells of a running session are written as they are executed, to recover them after a crash.
///
/// A journal is a session file. A cell is written before its results are shown, with the seeds drawn for it; its
/// output is added when it ends. So a cell without output was running when the process died. Data is handed to the
/// system but not synced to the disk: it survives a crash of the process, and no prompt waits for the disk. The file
/// is locked while its session runs, so that no other process can resume it.
public final class Journal {
  private let folder: String
  /// The start of the file.
  private var opening: String
  private var file: Int32 = -1
  /// The file position of the running cell.
  private var end = 0
  /// The path of the file. It is created with the first cell.
  public private(set) var path: String?

  /// - Parameter document: the earlier cells of a resumed session; for a new session, its front matter.
  public init(in folder: String, startingWith document: SessionDocument) {
    self.folder = folder
    opening = document.text
  }

  deinit { if file >= 0 { close(file) } }

  /// The front matter of a session that starts now.
  public static func frontMatter(of session: Session) -> FrontMatter {
    var entries = [(key: "title", value: "Lectern, \(now("%Y-%m-%d %H:%M"))")]
    if let directory = workingDirectory() { entries.append(("directory", directory)) }
    if let data = session.dataFolder { entries.append(("data", data)) }
    if let seed = session.seed { entries.append(("seed", String(seed))) }
    if let folder = session.access.folder { entries.append(("safe", folder)) }
    return FrontMatter(entries + session.lessonEntries)
  }

  /// Creates the file if it does not exist. A resumed session needs it before its first cell.
  public func begin() throws(Diagnostic) { if file < 0 { try create() } }

  /// Writes the running cell, or replaces it with a version that has drawn seeds or output.
  func write(_ cell: SessionDocument.Cell) throws(Diagnostic) {
    try begin()
    try put("\n" + cell.text)
  }

  /// Writes a cell that has ended.
  func finish(_ cell: SessionDocument.Cell) throws(Diagnostic) {
    try write(cell)
    end += 1 + cell.text.utf8.count
  }

  /// Records that the session was closed normally.
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

  /// Writes a text at the position of the running cell, and truncates the file after it.
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

/// The local time, formatted as by `strftime`.
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
