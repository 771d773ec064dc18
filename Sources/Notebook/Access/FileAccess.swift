import Formats

/// Which files the cells of a session may touch.
///
/// Whoever starts a session decides; nothing that a cell can say widens it.
public enum FileAccess: Sendable, Hashable {
  /// Any that the person may touch.
  case everywhere
  /// Of a stranger's session: reading below its folder and the data folder, writing below its folder. Anything else, a
  /// path from the root, and replacing a file are asked for at a prompt and fail elsewhere. The folder is resolved.
  case beside(folder: String)

  /// What a session in a file may touch that nobody vouches for.
  ///
  /// - Parameter path: the session's file; the working directory counts for one that came from standard input.
  public static func beside(_ path: String) -> FileAccess {
    // A folder that cannot be told holds nothing.
    .beside(folder: resolvedPath(folderName(path)) ?? "/dev/null")
  }

  var folder: String? { if case .beside(let folder) = self { folder } else { nil } }
}
