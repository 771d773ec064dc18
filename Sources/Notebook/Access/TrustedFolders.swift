public import Diagnostics
import Formats

/// The folders whose sessions the person trusts, a line each in a file of the program's own.
///
/// A folder is trusted once, by `--trust`, and all that lies below it from then on.
public struct TrustedFolders: Sendable {
  private var folders: [String]?
  private let file: String?

  /// Every folder: of sessions that the program itself makes.
  public static let all = TrustedFolders(folders: nil, file: nil)

  private init(folders: [String]?, file: String?) {
    self.folders = folders
    self.file = file
  }

  /// Those that are written in a file; none where there is no file.
  public init(in file: String?) {
    let text = file.flatMap { try? readTextFile(at: $0) } ?? ""
    self.init(folders: text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("/") }, file: file)
  }

  /// Whether the folder that a file lies in is one of them, or below one: the file that a link leads to, not the link.
  public func contains(folderOf path: String) -> Bool {
    guard let folders else { return true }
    guard let folder = resolvedPath(path).map(folderName) else { return false }
    return folders.contains { isPath(folder, below: $0) }
  }

  /// Trusts the folder that a file lies in; `save` makes it last.
  ///
  /// - Throws: a folder that is not there.
  public mutating func add(folderOf path: String) throws(Diagnostic) {
    guard let known = folders, !contains(folderOf: path) else { return }
    guard let folder = resolvedPath(path).map(folderName), isFileThere(folder), !folder.contains("\n") else {
      throw Diagnostic("the folder of `\(path)` cannot be trusted: its location is unknown")
    }
    folders = known + [folder]
  }

  /// Writes them down; without a file of the program's own nothing is kept.
  ///
  /// - Throws: a list that cannot be written.
  public func save() throws(Diagnostic) {
    guard let file, let folders else { return }
    _ = createFolder(folderName(file), mode: 0o700)
    try replaceFile(at: file, with: folders.map { $0 + "\n" }.joined())
  }
}
