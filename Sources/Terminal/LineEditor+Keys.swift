import CTerminal

extension LineEditor {
  /// The keys for lessons. readline does not use them, except for Page Up and Page Down in some users' `inputrc`. A
  /// presenter's remote control sends these two.
  static let sequences: [(key: Key, sequence: String)] = [
    (.pageUp, "\\e[5~"), (.pageDown, "\\e[6~"), (.function(6), "\\e[17~"), (.function(7), "\\e[18~"),
    (.function(8), "\\e[19~"), (.function(9), "\\e[20~"),
  ]

  /// Makes `readLine` return these keys when it is asked to, instead of passing them to readline.
  public func bind(_ keys: [Key]) {
    for (key, sequence) in LineEditor.sequences where keys.contains(key) { line_editor_bind(sequence) }
  }

  /// The bound key that readline reports.
  func boundKey() -> Key? {
    let bytes = String(cString: line_editor_key_sequence())
    return LineEditor.sequences.first { bytes.hasSuffix($0.sequence.dropFirst(2)) }?.key
  }
}
