import Query
import Recommenders

/// A piece of code and its role for syntax highlighting.
public struct CodePiece: Sendable, Hashable {
  /// The syntactic role of a piece of code.
  public enum Role: String, Sendable {
    case verb, function, option, name, column, model, keyword, text, number, comment, command
    /// A word in the position of a verb, variable or function that is not known.
    case unknown
  }

  /// UTF-8 offsets.
  public var range: Range<Int>
  public var role: Role
}

/// The known words for highlighting.
public struct CodeVocabulary: Sendable {
  public var names: Set<String>
  public var columns: Set<String>
  /// Whether unknown words are marked as mistakes; not in exported pages, whose variables may be defined anywhere.
  public var isComplete: Bool

  public init(names: Set<String> = [], columns: Set<String> = [], isComplete: Bool = false) {
    (self.names, self.columns, self.isComplete) = (names, columns, isComplete)
  }

  static let verbs = Set(Session.declarations.flatMap { [$0.name] + $0.synonyms })
  static let functions = Set(Query.functions.map(\.name))
  static let models = Set(Models.everywhere.flatMap { [$0.name] + $0.aliases })
  static let keywords: Set<String> = [
    "and", "or", "not", "in", "is", "true", "false", "null", "asc", "desc", "on", "if", "then", "else", "over",
  ]
}

/// The pieces of a cell that have a role, in order. Incomplete or wrong code is highlighted as far as possible.
///
/// - Complexity: O(length).
public func codePieces(of code: String, _ vocabulary: CodeVocabulary = CodeVocabulary()) -> [CodePiece] {
  var scanner = CodeScanner(code, vocabulary)
  scanner.scan()
  return scanner.pieces
}

private struct CodeScanner {
  let bytes: [UInt8]
  let vocabulary: CodeVocabulary
  var pieces: [CodePiece] = []
  var place = 0
  /// Whether nothing of the current statement has been read yet.
  var startsStatement = true
  /// Whether a verb or the head of a pipeline comes next.
  var startsStage = true
  var depth = 0
  var lastVerb = ""
  var lastByte: UInt8 = 0

  init(_ code: String, _ vocabulary: CodeVocabulary) {
    bytes = Array(code.utf8)
    self.vocabulary = vocabulary
  }

  mutating func scan() {
    while place < bytes.count {
      let byte = bytes[place]
      switch byte {
      case UInt8(ascii: "\n"): endLine()
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): place += 1
      case UInt8(ascii: "#"): take(lineEnd, .comment)
      case UInt8(ascii: ":") where startsStatement: take(wordEnd(place + 1), .command); skipLine()
      case UInt8(ascii: "\""), UInt8(ascii: "'"): takeSignificant(quoteEnd, .text)
      case UInt8(ascii: "`"): takeSignificant(quoteEnd, .column)
      case UInt8(ascii: "$"): takeSignificant(wordEnd(place + 1), .name)
      case UInt8(ascii: "0")...UInt8(ascii: "9"): takeSignificant(numberEnd, .number)
      case _ where isWord(byte): takeWord()
      default: takeSymbol(byte)
      }
    }
  }

  private mutating func take(_ end: Int, _ role: CodePiece.Role?) {
    let end = max(end, place + 1)
    if let role { pieces.append(CodePiece(range: place..<min(end, bytes.count), role: role)) }
    place = end
  }

  private mutating func takeSignificant(_ end: Int, _ role: CodePiece.Role?) {
    take(end, role)
    (startsStatement, startsStage) = (false, false)
    lastByte = UInt8(ascii: "x")
  }

  private mutating func skipLine() { place = lineEnd }

  private mutating func endLine() {
    place += 1
    let goesOn = depth > 0 || "|,=+-*/<>".utf8.contains(lastByte) || nextByte(from: place) == UInt8(ascii: "|")
    if !goesOn { (startsStatement, startsStage, lastByte) = (true, true, 0) }
  }

  private mutating func takeSymbol(_ byte: UInt8) {
    let isAssignment = byte == UInt8(ascii: "=") && lastByte == UInt8(ascii: "n") && depth == 0
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
    default: break
    }
    place += 1
    startsStage = byte == UInt8(ascii: "|") || isAssignment || byte == UInt8(ascii: "(") && startsStage
    startsStatement = false
    lastByte = byte
  }

  private mutating func takeWord() {
    let end = wordEnd(place)
    let word = String(decoding: bytes[place..<end], as: UTF8.self)
    let isTarget = startsStatement && isAssigned(after: end)
    let role = isTarget ? .name : role(of: word, end)
    let beginsStatement = startsStatement
    if startsStage, CodeVocabulary.verbs.contains(word) { lastVerb = word }
    takeSignificant(end, role)
    // Of several assignment targets, the next word is one too.
    if isTarget {
      startsStatement = beginsStatement && nextByte(from: end) == UInt8(ascii: ",")
      if startsStatement { place = (bytes[end...].firstIndex(of: UInt8(ascii: ",")) ?? end) + 1 }
      lastByte = UInt8(ascii: "n")
    }
  }

  private func role(of word: String, _ end: Int) -> CodePiece.Role? {
    let next = nextByte(from: end)
    if startsStage {
      if CodeVocabulary.verbs.contains(word), !(lastByte == 0 && vocabulary.names.contains(word)) { return .verb }
      if vocabulary.names.contains(word) || word.hasPrefix("_") { return .name }
      if word == "help" { return .command }
      // Only a verb can follow a `|`; elsewhere an expression may begin with a function.
      if lastByte == UInt8(ascii: "|") { return next == nil || !vocabulary.isComplete ? nil : .unknown }
    }
    if next == UInt8(ascii: "(") {
      if CodeVocabulary.functions.contains(word) { return .function }
      if CodeVocabulary.keywords.contains(word) { return .keyword }
      return vocabulary.isComplete ? .unknown : nil
    }
    if next == UInt8(ascii: "="), !isEquality(after: end) { return .option }
    if CodeVocabulary.keywords.contains(word) { return .keyword }
    if lastVerb == "fit" || lastVerb == "tune", CodeVocabulary.models.contains(word) { return .model }
    if vocabulary.columns.contains(word) { return .column }
    if vocabulary.names.contains(word) { return .name }
    return startsStage && vocabulary.isComplete && next == UInt8(ascii: "|") ? .unknown : nil
  }

  // MARK: - Looking ahead

  private func isWord(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == UInt8(ascii: "_")
      || (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
      || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private func wordEnd(_ start: Int) -> Int {
    guard start < bytes.count else { return bytes.count }
    return bytes[start...].firstIndex { !isWord($0) } ?? bytes.count
  }

  private var numberEnd: Int {
    var end = place
    while end < bytes.count, isWord(bytes[end]) || bytes[end] == UInt8(ascii: ".") { end += 1 }
    return end
  }

  private var lineEnd: Int { bytes[place...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count }

  private var quoteEnd: Int {
    var end = place + 1
    while end < bytes.count, bytes[end] != bytes[place] { end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1 }
    return min(end + 1, bytes.count)
  }

  /// The next byte that is not white space, also on later lines.
  private func nextByte(from start: Int) -> UInt8? {
    guard start < bytes.count else { return nil }
    return bytes[start...].first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
  }

  private func isEquality(after end: Int) -> Bool {
    guard let sign = bytes[end...].firstIndex(of: UInt8(ascii: "=")) else { return false }
    return sign + 1 < bytes.count && bytes[sign + 1] == UInt8(ascii: "=")
  }

  /// Whether `name =` or `name, other =` begins here.
  private func isAssigned(after end: Int) -> Bool {
    var needsComma = false
    for (index, byte) in bytes[end...].enumerated() {
      switch byte {
      case UInt8(ascii: "="):
        let after = end + index + 1
        return after >= bytes.count || bytes[after] != UInt8(ascii: "=")
      case UInt8(ascii: " "): needsComma = needsComma || index == 0 || isWord(bytes[end + index - 1])
      case UInt8(ascii: ","): needsComma = false
      case _ where isWord(byte) && !needsComma: continue
      default: return false
      }
    }
    return false
  }
}
