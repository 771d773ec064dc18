import Diagnostics
import Query

extension Session {
  /// What there is to say of the word at a place, as a page in Markdown: help on a verb, a function, a model; what a
  /// name is; the type of a column. Of an option, it is the page of the verb before it.
  ///
  /// - Parameter cursor: a UTF-8 offset into `text`; it may stand behind the word.
  public func inspection(of text: String, at cursor: Int) -> String? {
    let bytes = Array(text.utf8)
    var end = max(0, min(cursor, bytes.count))
    while end < bytes.count, isOfWord(bytes[end]) { end += 1 }
    let code = String(decoding: bytes[..<end], as: UTF8.self)
    let words = code.split { !$0.utf8.allSatisfy(isOfWord) }.map(String.init)
    guard let word = words.last else { return nil }
    let isAtWord = code.utf8.last.map(isOfWord) ?? false
    if isAtWord, let column = completions(in: text, at: end).candidates.first(where: { $0.isColumn(word) }) {
      return "**\(word)** is a column: \(column.description)."
    }
    for word in words.reversed() {
      let source = Source(name: "inspection", text: word)
      let topic = Identifier(word, SourceSpan(source, 0..<word.utf8.count))
      if let page = try? helpPage(topic: topic, pipeline: nil) { return page }
    }
    return nil
  }

  /// Letters, digits, `_`, and what is not ASCII.
  private func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...0xFF: true
    default: false
    }
  }
}

extension CompletionList.Candidate {
  fileprivate func isColumn(_ name: String) -> Bool { kind == .column && text == Spelling.name(name) }
}
