/// The syntactic position of the cursor in a line, determined from the text to its left.
///
/// An incomplete line cannot be parsed, so only quotes, brackets and bars are examined.
struct CompletionPlace {
  enum FileKind: Hashable {
    case any, sessions
    /// Files that `load` reads.
    case tables
  }

  enum Kind: Hashable {
    case start
    /// After a `|`, with the text of the pipeline before it.
    case verb(pipeline: String)
    case command
    case setting
    case settingValue(String)
    /// After the name of a command, without its colon.
    case argument(command: String)
    case file(FileKind)
    case sessionValue
    case topic
    /// After the name of a verb, with the text of the pipeline before it, and the words in between.
    case inside(verb: String, pipeline: String, words: [String])
    case optionValue(verb: String, option: String, pipeline: String)
    case nothing
  }

  let kind: Kind
  /// The word being typed, up to the cursor.
  let word: String
  /// Its range in bytes of the line.
  let range: Range<Int>
  /// A prefix of the word that is not part of a name: `?`.
  let prefix: String

  init(_ text: String, cursor: Int) {
    let bytes = Array(text.utf8.prefix(cursor))
    let statement = CompletionPlace.statement(in: bytes)
    var line = String(decoding: bytes[statement.start...], as: UTF8.self)
    // What `:time` measures is a statement like any other.
    if line.trimmed.hasPrefix(":time "), let colon = line.firstIndex(of: ":") {
      line = String(line[colon...].dropFirst(":time ".count))
    }
    if let quote = statement.openQuote {
      self.init(inQuotes: bytes, from: statement.start, quote)
      return
    }
    let trimmed = line.drop { $0 == " " }
    if trimmed.hasPrefix(":") {
      self.init(command: trimmed, bytes.count)
      return
    }
    if trimmed.hasPrefix("?") {
      self.init(.topic, String(trimmed), bytes.count, prefix: "?")
      return
    }
    if trimmed.hasPrefix("help ") {
      self.init(.topic, String(trimmed.dropFirst(5)), bytes.count)
      return
    }
    self.init(pipeline: line, bytes.count)
  }

  private init(inQuotes bytes: [UInt8], from start: Int, _ quote: Int) {
    let inside = String(decoding: bytes[(quote + 1)...], as: UTF8.self)
    let before = String(decoding: bytes[start..<quote], as: UTF8.self).trimmed
    let kinds: [(String, FileKind)] = [
      ("load", .tables), (":open", .sessions), (":save", .sessions), ("save", .any), ("save=", .any),
    ]
    let kind = kinds.first { before.hasSuffix($0.0) }?.1
    self.init(kind.map(Kind.file) ?? .nothing, inside, bytes.count)
  }

  private init(command line: Substring, _ end: Int) {
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let last = words.last ?? ""
    switch (words.first, words.count) {
    case (_, ...1): self.init(.command, last, end)
    case (":set", 2): self.init(.setting, last, end)
    case (":set", 3): self.init(.settingValue(words[1]), last, end)
    case (":help", 2): self.init(.topic, last, end)
    case (":open", 2), (":save", 2): self.init(.file(.sessions), last, end)
    default: self.init(.argument(command: String(words[0].dropFirst())), last, end)
    }
  }

  private init(pipeline line: String, _ end: Int) {
    let word = String(line.reversed().prefix { CompletionPlace.isWordCharacter($0) }.reversed())
    if word.hasPrefix("$") {
      self.init(.sessionValue, word, end)
      return
    }
    let before = String(line.dropLast(word.count))
    let bar = CompletionPlace.lastBar(before)
    let stage = bar.map { String(before[before.index(after: $0)...]) } ?? before
    var pipeline = bar.map { String(before[..<$0]) } ?? ""
    if bar == nil || pipeline.allSatisfy(\.isWhitespace) { pipeline = bar == nil ? "" : "_" }
    pipeline = CompletionPlace.withoutTargets(pipeline)
    let words = stage.split { !CompletionPlace.isWordCharacter($0) }.map(String.init)
    if bar == nil {
      let isVerb = ["load", "table"].contains(words.last ?? "")
      self.init(words.isEmpty || before.trimmed.hasSuffix("=") ? .start : isVerb ? .nothing : .start, word, end)
      return
    }
    guard let verb = words.first else {
      self.init(.verb(pipeline: pipeline), word, end)
      return
    }
    if let option = CompletionPlace.option(before: before, words), words.count > 1 {
      self.init(.optionValue(verb: verb, option: option, pipeline: pipeline), word, end)
    } else {
      let model = words.count > 1 ? pipeline + " |" + stage : pipeline
      let needsModel = CompletionCatalog.modelVerbs.contains(verb)
      self.init(
        .inside(verb: verb, pipeline: needsModel ? model : pipeline, words: Array(words.dropFirst())), word, end
      )
    }
  }

  /// The option whose value is being typed: `show=`, or a list that is still open, `show=[recall, `.
  private static func option(before text: String, _ words: [String]) -> String? {
    if text.hasSuffix("=") { return words.last }
    guard let bracket = text.lastIndex(of: "["), !text[bracket...].contains("]"), text[..<bracket].hasSuffix("=") else {
      return nil
    }
    let name = text[..<bracket].dropLast().reversed().prefix { isWordCharacter($0) }
    return name.isEmpty ? nil : String(name.reversed())
  }

  private init(_ kind: Kind, _ word: String, _ end: Int, prefix: String = "") {
    self.kind = kind
    self.word = word
    self.prefix = prefix
    range = end - word.utf8.count..<end
  }

  /// The word after the last `verb` in a text: the model in `train | fit EASE reg`.
  static func firstWord(after verb: String, in text: String) -> String? {
    let words = text.split { !isWordCharacter($0) }.map(String.init)
    guard let index = words.lastIndex(of: verb), index + 1 < words.count else { return nil }
    return words[index + 1]
  }

  private static func isWordCharacter(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_" || character == "$"
  }

  /// The start of the statement at the cursor, and the position of an open quote in it.
  private static func statement(in bytes: [UInt8]) -> (start: Int, openQuote: Int?) {
    var start = 0
    var quote: (byte: UInt8, at: Int)?
    var depth = 0
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if let open = quote {
        if byte == UInt8(ascii: "\\") { index += 1 } else if byte == open.byte { quote = nil }
      } else {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = (byte, index)
        case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
        case UInt8(ascii: ";"): start = index + 1
        case UInt8(ascii: "\n"):
          // A continuation line belongs to the same statement.
          let next = bytes[(index + 1)...].first { $0 != UInt8(ascii: " ") }
          let last = bytes[..<index].last { $0 != UInt8(ascii: " ") }
          let goesOn = next == UInt8(ascii: "|") || last.map { "|,([".utf8.contains($0) } ?? false || depth > 0
          if !goesOn { start = index + 1 }
        default: break
        }
      }
      index += 1
    }
    return (start, quote?.at)
  }

  /// The last `|` outside of quotes. Inside an open bracket, the pipeline in the bracket counts.
  private static func lastBar(_ text: String) -> String.Index? {
    var quote: Character?
    var last: String.Index?
    for index in text.indices {
      let character = text[index]
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == "|" {
        last = index
      }
    }
    return last
  }

  /// A pipeline without its assignment targets, and without the text before an open bracket.
  private static func withoutTargets(_ text: String) -> String {
    var pipeline = text
    if let open = unclosedBracket(pipeline) { pipeline = String(pipeline[pipeline.index(after: open)...]) }
    guard let equals = pipeline.firstIndex(of: "="), !pipeline[..<equals].contains(where: { "|(\"'".contains($0) })
    else { return pipeline }
    return String(pipeline[pipeline.index(after: equals)...])
  }

  private static func unclosedBracket(_ text: String) -> String.Index? {
    var open: [String.Index] = []
    for index in text.indices {
      if text[index] == "(" { open.append(index) } else if text[index] == ")" { _ = open.popLast() }
    }
    return open.last
  }
}
