import Query
import Tables

/// What a prompt shows about a line while it is typed.
extension Session {
  /// The words that a cell may use now: the variables, and the columns of tables among them.
  public var vocabulary: CodeVocabulary {
    var columns: Set<String> = []
    for name in names {
      guard case .table(let plan)? = value(named: name), plan.schema.count <= 1_000 else { continue }
      for field in plan.schema.fields { columns.insert(field.name) }
      if columns.count > 10_000 { break }
    }
    return CodeVocabulary(names: Set(names), columns: columns, isComplete: true)
  }

  /// A hint for the end of a line: the parameters of the function whose bracket is open, or the syntax of the verb
  /// that was just typed.
  public func parameterHint(in line: String) -> String? {
    guard let last = line.last, " (,".contains(last) else { return nil }
    if let call = openCall(line), let function = functions.first(where: { $0.name == call.name }) {
      return call.arguments == 0 && last == "(" ? hint(function.signature, after: call.name + "(") : function.signature
    }
    let place = CompletionPlace(line, cursor: line.utf8.count)
    guard case .inside(let verb, _, let words) = place.kind, words.isEmpty, place.word.isEmpty,
      let declaration = Session.declarations.first(where: { $0.name == verb || $0.synonyms.contains(verb) })
    else { return nil }
    return hint(
      declaration.synopsis.split(separator: "\n").map(\.trimmed).joined(separator: " "), after: declaration.name)
  }

  private func hint(_ text: String, after start: String) -> String? {
    guard text.hasPrefix(start) else { return text.isEmpty ? nil : text }
    let rest = text.dropFirst(start.count).trimmed
    return rest.isEmpty ? nil : rest
  }

  /// The function whose bracket is open at the end of a line, and the number of commas after it.
  private func openCall(_ line: String) -> (name: String, arguments: Int)? {
    let bytes = Array(line.utf8)
    let silent = codePieces(of: line).filter { $0.role == .text || $0.role == .comment }
    var open: [(index: Int, commas: Int)] = []
    for (index, byte) in bytes.enumerated() where !silent.contains(where: { $0.range.contains(index) }) {
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["): open.append((index, 0))
      case UInt8(ascii: ")"), UInt8(ascii: "]"): _ = open.popLast()
      case UInt8(ascii: ","): if !open.isEmpty { open[open.count - 1].commas += 1 }
      default: break
      }
    }
    guard let last = open.last, bytes[last.index] == UInt8(ascii: "(") else { return nil }
    let before = String(decoding: bytes[..<last.index], as: UTF8.self)
    let name = String(before.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }.reversed())
    return name.isEmpty ? nil : (name, last.commas)
  }
}
