import Formats

/// The files that the cells of a session may access.
///
/// It is decided when the session starts; no cell can extend it.
public enum FileAccess: Sendable, Hashable {
  /// All files of the user.
  case everywhere
  /// For untrusted sessions: reading below the session's folder and the data folder, writing below the session's
  /// folder. Everything else, absolute paths, and replacing a file need the user's permission; without a user they
  /// fail. The folder is a resolved path.
  case beside(folder: String)

  /// The file access of an untrusted session.
  ///
  /// - Parameter path: the session's file; a session from standard input has access to the working directory.
  public static func beside(_ path: String) -> FileAccess {
    // A folder that cannot be resolved gives access to nothing.
    .beside(folder: resolvedPath(folderName(path)) ?? "/dev/null")
  }

  var folder: String? { if case .beside(let folder) = self { folder } else { nil } }
}
