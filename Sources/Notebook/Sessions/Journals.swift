import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The journals of earlier sessions, in the order in which those began.
///
/// A journal's name is its number. Numbers only grow, so the order is that of the sessions whatever the clock has been
/// set to meanwhile; making the file under the next number and nobody else's is one step.
public struct Journals: Sendable {
  public let folder: String

  public init(in folder: String) { self.folder = folder }

  /// How many are kept of those that ended well, and how many of those that did not.
  static let keptCount = 20

  /// One of an earlier session, held against others as long as it lives.
  public final class Entry {
    public let path: String
    /// Whether its session ended in the middle.
    public let wasCutOff: Bool
    private let file: Int32

    fileprivate init(path: String, file: Int32) {
      self.path = path
      self.file = file
      wasCutOff = !ends(file, with: Array(Journal.farewell.utf8))
    }

    deinit { close(file) }

    /// Its cells, read anew.
    ///
    /// - Throws: a file that somebody else has changed into something else.
    public var document: SessionDocument {
      get throws(Diagnostic) { try Journals.document(of: readTextFile(at: path), name: fileName(path)) }
    }

    /// Removes it: another journal has taken its place.
    public func remove() { unlink(path) }

    /// A line that tells it from others: when it began, how many cells, how it ended, what was done last.
    public var summary: String {
      guard let document = try? document else { return "\(fileName(path)), which cannot be read" }
      let last = document.cells.last?.code.trimmed.split(separator: "\n").first.map(String.init) ?? ""
      let began = document.frontMatter["title"] ?? fileName(path)
      return
        "\(began), \(counted(document.cells.count, "cell")), \(wasCutOff ? "ended in the middle" : "left"): \(last)"
    }
  }

  /// Those that no running session holds, the newest first.
  public func entries() -> [Entry] {
    paths.reversed().compactMap { path in hold(path).map { Entry(path: path, file: $0) } }
  }

  /// The newest that no running session holds; nil if there is none.
  public func newest() -> Entry? { entries().first }

  /// Removes the oldest of each kind but for those that are kept: crashed sessions do not go because others were left.
  public func prune() {
    let entries = entries()
    for isCutOff in [true, false] {
      for entry in entries.filter({ $0.wasCutOff == isCutOff }).dropFirst(Journals.keptCount) { entry.remove() }
    }
  }

  /// Makes the next journal's file and holds it.
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
      // Another session has just begun under this number.
      guard errno == EEXIST else { return nil }
      number += 1
    }
  }

  /// A journal's cells. One that was being written when all the machine stopped may be torn: it counts as far as it goes.
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

  /// Their files, the oldest first. Those of versions that named them by the time come before all numbers.
  private var paths: [String] {
    let names = folderEntries(folder).filter { !$0.isFolder && $0.name.hasSuffix(".md") }.map(\.name)
    return names.sorted { (Journals.number($0) ?? 0, $0) < (Journals.number($1) ?? 0, $1) }.map { "\(folder)/\($0)" }
  }

  /// The number that a journal's file is named by.
  private static func number(_ path: String) -> Int? {
    let name = fileName(path).withoutSuffix(".md")
    return (1...12).contains(name.count) && name.allSatisfy(\.isASCII) && name.allSatisfy(\.isNumber) ? Int(name) : nil
  }

  /// Opens a journal that nobody holds and holds it.
  private func hold(_ path: String) -> Int32? {
    let file = open(path, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { return nil }
    if flock(file, LOCK_EX | LOCK_NB) == 0 { return file }
    close(file)
    return nil
  }
}

/// Whether the last bytes of an open file are these.
private func ends(_ file: Int32, with bytes: [UInt8]) -> Bool {
  var status = stat()
  guard fstat(file, &status) == 0, Int(status.st_size) >= bytes.count else { return false }
  var found = [UInt8](repeating: 0, count: bytes.count)
  return pread(file, &found, found.count, status.st_size - off_t(bytes.count)) == bytes.count && found == bytes
}
