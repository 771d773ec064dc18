public import Display

/// Code as styled text, for printing.
public func codeText(_ code: String, _ vocabulary: CodeVocabulary = CodeVocabulary()) -> StyledText {
  let bytes = Array(code.utf8)
  var lines = [StyledLine()]
  func append(_ range: Range<Int>, _ role: Role) {
    let text = String(decoding: bytes[range], as: UTF8.self)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if index > 0 { lines.append(StyledLine()) }
      lines[lines.count - 1].append(String(line), role)
    }
  }
  var end = 0
  for piece in codePieces(of: code, vocabulary) {
    append(end..<piece.range.lowerBound, .plain)
    append(piece.range, piece.role.displayRole)
    end = piece.range.upperBound
  }
  append(end..<bytes.count, .plain)
  return StyledText(lines)
}

/// Code behind its prompt, as it stood when it was typed.
///
/// - Parameter width: the width of the screen, at which long lines are broken between tokens; nil keeps lines whole.
public func echoedText(_ code: String, prompt: String, width: Int?) -> StyledText {
  var text = StyledText()
  for line in codeText(code.trimmedOfLineBreaks).lines {
    let indent = line.plain.prefix { $0 == " " }.count + 4
    let pieces = width.map { line.wrappedAsCode(to: max(1, $0 - prompt.count), indent: indent) } ?? [line]
    for piece in pieces {
      let margin = text.isEmpty ? prompt : String(repeating: " ", count: prompt.count)
      text.append(StyledLine(margin, .dim) + piece)
    }
  }
  return text
}

extension CodePiece.Role {
  fileprivate var displayRole: Role {
    switch self {
    case .verb, .command, .keyword: .code
    case .function, .model: .keyword
    case .option: .label
    case .name: .strong
    case .text: .warning
    case .number: .number
    case .comment: .dim
    case .unknown: .error
    case .column: .plain
    }
  }
}
