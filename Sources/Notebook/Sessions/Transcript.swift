/// A session copied from a terminal, of Lectern or IPython: `In [1]: train | head 3`, continuation lines after
/// `...:`, and the output in between.
enum Transcript {
  /// The code of a transcript, without prompts and output; nil if the text does not begin as a transcript.
  ///
  ///     In [1]: train = load "train_orders"      train = load "train_orders"
  ///     train: 189_622 rows × 3 columns      →   train | filter user_id > 7
  ///     In [2]: train | filter user_id > 7              | head 3
  ///        ...:       | head 3
  static func code(in text: String) -> String? {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard let first = lines.first(where: { !$0.allSatisfy(\.isWhitespace) }), cell(first) != nil else { return nil }
    var code: [Substring] = []
    var isInCell = false
    for line in lines {
      if let start = cell(line) {
        code.append(start)
        isInCell = true
      } else if isInCell, let rest = continuation(line) {
        code.append(rest)
      } else {
        isInCell = false
      }
    }
    return code.joined(separator: "\n")
  }

  /// The text after `In [7]: `, or after the label of an experiment in a lesson, `In [4+1]: `.
  private static func cell(_ line: Substring) -> Substring? {
    line.prefixMatch(of: /\s*In \[[0-9+]+\]: ?/).map { line[$0.range.upperBound...] }
  }

  private static func continuation(_ line: Substring) -> Substring? {
    line.prefixMatch(of: /\s*\.\.\.+: ?/).map { line[$0.range.upperBound...] }
  }
}
