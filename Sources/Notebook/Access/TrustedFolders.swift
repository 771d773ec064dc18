public import Diagnostics
import Formats

/// The folders whose sessions the user trusts, one per line in a file of the program.
///
/// A folder is trusted once, by `--trust`; then everything below it is trusted too.
public struct TrustedFolders: Sendable {
  private var folders: [String]?
  private let file: String?

  /// All folders, for sessions that the program itself makes.
  public static let all = TrustedFolders(folders: nil, file: nil)

  private init(folders: [String]?, file: String?) {
    self.folders = folders
    self.file = file
  }

  /// Reads the folders from a file; none if there is no file.
  public init(in file: String?) {
    let text = file.flatMap { try? readTextFile(at: $0) } ?? ""
    self.init(folders: text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("/") }, file: file)
  }

  /// Whether the folder of a file is trusted. For a link, this is the folder of its target.
  public func contains(folderOf path: String) -> Bool {
    guard let folders else { return true }
    guard let folder = resolvedPath(path).map(folderName) else { return false }
    return folders.contains { isPath(folder, below: $0) }
  }

  /// Trusts the folder of a file; `save` makes this permanent.
  ///
  /// - Throws: if the folder does not exist.
  public mutating func add(folderOf path: String) throws(Diagnostic) {
    guard let known = folders, !contains(folderOf: path) else { return }
    guard let folder = resolvedPath(path).map(folderName), isFileThere(folder), !folder.contains("\n") else {
      throw Diagnostic("the folder of `\(path)` cannot be trusted: its location is unknown")
    }
    folders = known + [folder]
  }

  /// Writes the list to its file, if there is one.
  ///
  /// - Throws: if the file cannot be written.
  public func save() throws(Diagnostic) {
    guard let file, let folders else { return }
    _ = createFolder(folderName(file), mode: 0o700)
    try replaceFile(at: file, with: folders.map { $0 + "\n" }.joined())
  }
}
