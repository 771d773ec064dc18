/// What came of asking for a line.
public enum LineInput: Sendable, Hashable {
  /// A finished cell, without its last line break. It holds line breaks where several lines were typed or pasted.
  case line(String)
  /// Ctrl-D on an empty line, or the end of a file.
  case endOfFile
  /// Ctrl-C: what was typed is gone.
  case interrupted
  /// One of the keys that were asked for, with what was typed so far.
  case key(Key, line: String)
}
