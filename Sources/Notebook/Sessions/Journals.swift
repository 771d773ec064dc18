import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The journals of earlier sessions, in the order in which they started.
///
/// The name of a journal is its number. Numbers only grow, so the order does not depend on the clock. A file with the
/// next number is created atomically and exclusively.
public struct Journals: Sendable {
  public let folder: String

  public init(in folder: String) { self.folder = folder }

  /// How many journals are kept of sessions that were closed normally, and how many of those that were not.
  static let keptCount = 20

  /// A journal of an earlier session. It is locked while this object lives.
  public final class Entry {
    public let path: String
    /// Whether its session ended abnormally.
    public let wasCutOff: Bool
    private let file: Int32

    fileprivate init(path: String, file: Int32) {
      self.path = path
      self.file = file
      wasCutOff = !ends(file, with: Array(Journal.farewell.utf8))
    }

    deinit { close(file) }

    /// Its content, read again.
    ///
    /// - Throws: if the file has been damaged.
    public var document: SessionDocument {
      get throws(Diagnostic) { try Journals.document(of: readTextFile(at: path), name: fileName(path)) }
    }

    /// Deletes the journal, after another one has replaced it.
    public func remove() { unlink(path) }

    /// A summary line: when the session started, its lesson, its number of cells, how it ended, and its last line of
    /// code.
    public var summary: String {
      guard let document = try? document else { return "\(fileName(path)), which cannot be read" }
      let last = document.cells.last?.code.trimmed.split(separator: "\n").first.map(String.init) ?? ""
      let lesson = document.frontMatter["lesson"].map { ", lesson \(fileName($0))" } ?? ""
      let began = (document.frontMatter["title"] ?? fileName(path)) + lesson
      return
        "\(began), \(counted(document.cells.count, "cell")), \(wasCutOff ? "ended in the middle" : "left"): \(last)"
    }
  }

  /// The journals of sessions that are not running, newest first.
  public func entries() -> [Entry] {
    paths.reversed().compactMap { path in hold(path).map { Entry(path: path, file: $0) } }
  }

  /// The newest journal of a session that is not running; nil if there is none.
  public func newest() -> Entry? { entries().first }

  /// Deletes the oldest journals of both kinds, so that journals of crashed sessions are not displaced by others.
  public func prune() {
    let entries = entries()
    for isCutOff in [true, false] {
      for entry in entries.filter({ $0.wasCutOff == isCutOff }).dropFirst(Journals.keptCount) { entry.remove() }
    }
  }

  /// Creates and locks the file of the next journal.
  func create() -> (path: String, file: Int32)? {
    guard createFolder(folder, mode: 0o700) else { return nil }
    var number = (paths.last.flatMap(Journals.number) ?? 0) + 1
    while true {
      let digits = String(number)
      let path = "\(folder)/\(String(repeating: "0", count: max(0, 6 - digits.count)))\(digits).md"
      let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      if file >= 0 {
        _ = flock(file, LOCK_EX | LOCK_NB)
        return (path, file)
      }
      // Another session has just taken this number.
      guard errno == EEXIST else { return nil }
      number += 1
    }
  }

  /// Parses a journal. If its end is incomplete because the machine crashed, the complete part counts.
  static func document(of text: String, name: String) throws(Diagnostic) -> SessionDocument {
    var document: SessionDocument
    do throws(Diagnostic) {
      document = try SessionDocument(parsing: text, name: name)
    } catch {
      let lines = text.splitLines()
      guard let torn = lines.lastIndex(where: { $0.hasPrefix("```lectern") || $0.hasPrefix("````") }) else {
        throw error
      }
      document = try SessionDocument(parsing: lines[..<torn].joined(), name: name)
    }
    document.parts = document.cells.flatMap { [.prose(.init(text: "\n", line: 1)), .cell($0)] }
    return document
  }

  /// The journal files, oldest first. Older versions named them by time; these sort before all numbers.
  private var paths: [String] {
    let names = folderEntries(folder).filter { !$0.isFolder && $0.name.hasSuffix(".md") }.map(\.name)
    return names.sorted { (Journals.number($0) ?? 0, $0) < (Journals.number($1) ?? 0, $1) }.map { "\(folder)/\($0)" }
  }

  /// The number in the name of a journal's file.
  private static func number(_ path: String) -> Int? {
    let name = fileName(path).withoutSuffix(".md")
    return (1...12).contains(name.count) && name.allSatisfy(\.isASCII) && name.allSatisfy(\.isNumber) ? Int(name) : nil
  }

  /// Opens and locks a journal, unless it is locked.
  private func hold(_ path: String) -> Int32? {
    let file = open(path, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { return nil }
    if flock(file, LOCK_EX | LOCK_NB) == 0 { return file }
    close(file)
    return nil
  }
}

/// Whether an open file ends with these bytes.
private func ends(_ file: Int32, with bytes: [UInt8]) -> Bool {
  var status = stat()
  guard fstat(file, &status) == 0, Int(status.st_size) >= bytes.count else { return false }
  var found = [UInt8](repeating: 0, count: bytes.count)
  return pread(file, &found, found.count, status.st_size - off_t(bytes.count)) == bytes.count && found == bytes
}
