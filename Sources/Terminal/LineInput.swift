/// The result of reading a line.
public enum LineInput: Sendable, Hashable {
  /// A complete cell without its last line break. It contains line breaks if several lines were typed or pasted.
  case line(String)
  /// Ctrl-D on an empty line, or the end of a file.
  case endOfFile
  /// Ctrl-C: the typed text is discarded.
  case interrupted
  /// A bound key, with the text typed so far.
  case key(Key, line: String)
}
