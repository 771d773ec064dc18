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
