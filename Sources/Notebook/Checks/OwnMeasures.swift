/// What Lectern itself writes in a cell about time and memory, which is never the same twice.
///
/// It follows from the code, so that a column or a text of the user's own that looks alike is compared.
package struct OwnMeasures: OptionSet, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `took 1.2 s`, of `:time`.
  static let took = OwnMeasures(rawValue: 1)
  /// `wrote 3 rows to a.csv (csv, 14 kB)`, of `save` and of plots.
  static let wrote = OwnMeasures(rawValue: 2)
  /// The column `memory` of `:vars`.
  static let variables = OwnMeasures(rawValue: 4)
  /// The column `size` of `:files`.
  static let files = OwnMeasures(rawValue: 8)
  /// The column `seconds` of `:trace`.
  static let trace = OwnMeasures(rawValue: 16)
  /// The column `seconds` of `tune` and `history`.
  static let seconds = OwnMeasures(rawValue: 32)
  /// Beside them, the cell prints values of the user's own, which may have a column `seconds` too.
  static let ownValues = OwnMeasures(rawValue: 64)
  /// The line with the time below every step of `walk`.
  static let steps = OwnMeasures(rawValue: 128)

  private static let byWord: [Substring: OwnMeasures] = [
    ":time": .took, "save": .wrote, ":vars": .variables, ":files": .files, ":trace": .trace, "tune": .seconds,
    "history": .seconds, "walk": .steps,
  ]

  /// The words that a piece of code has, commands with their colon.
  fileprivate static func words(_ code: Substring) -> [Substring] {
    code.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
  }

  fileprivate init(words: [Substring]) {
    self = words.reduce(into: []) { $0.formUnion(OwnMeasures.byWord[$1] ?? []) }
  }

  /// Of a cell that stands alone.
  package init(code: String) {
    var session = SessionMeasures()
    self = session.next(code)
  }

  /// The columns of a table with such a header whose values are measured.
  func columns(of header: [String]) -> Set<Int> {
    let last = header.count - 1
    if contains(.seconds), !contains(.ownValues) || OwnMeasures.isMeasured(header) {
      return Set(header.indices.filter { header[$0] == "seconds" })
    }
    if contains(.variables), header == ["name", "kind", "what", "memory"] { return [last] }
    if contains(.files), header == ["file", "size"] { return [last] }
    if contains(.trace), header == ["step", "rows", "seconds"] { return [last] }
    return []
  }

  /// Whether a table looks as those of `history` and `tune` do: with iterations, or with a metric.
  private static func isMeasured(_ header: [String]) -> Bool {
    header.contains { $0 == "iteration" || $0.contains("@") || ["rmse", "mae"].contains($0) }
  }

  /// A line that is not of a table, without the time or the size that Lectern wrote.
  ///
  /// - Parameter isWritten: whether the line belongs to a note on what was written, whose lines are wrapped.
  func masking(_ line: String, isWritten: Bool) -> String {
    let words = line.split(separator: " ")
    if contains(.took), words.first == "took", OwnMeasures.isElapsedTime(words.dropFirst()) { return "took ⟨masked⟩" }
    if contains(.wrote), isWritten, words.count > 1, let unit = words.last, unit.last == ")",
      OwnMeasures.sizes.contains(unit.dropLast())
    {
      let number = words[words.count - 2]
      guard number.drop(while: { $0 == "(" }).allSatisfy({ $0.isNumber || $0 == "." }) else { return line }
      return words.dropLast(2).joined(separator: " ") + (number.first == "(" ? " (" : " ") + "⟨masked⟩)"
    }
    return line
  }

  private static let sizes: Set<Substring> = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]

  /// Whether the words are a duration and nothing else: `340 ms`, `3 min 20 s`.
  static func isElapsedTime(_ words: ArraySlice<Substring>) -> Bool {
    let words = Array(words)
    guard words.count == 2 || words.count == 4 else { return false }
    return stride(from: 0, to: words.count, by: 2).allSatisfy { index in
      words[index].allSatisfy { $0.isNumber || $0 == "." || $0 == "_" }
        && ["s", "ms", "µs", "min", "h"].contains(words[index + 1])
    }
  }
}

/// What Lectern writes about time and memory in the cells of a session, one after another: a table with seconds may
/// have a name and be shown later.
package struct SessionMeasures {
  private var names: Set<Substring> = []

  package init() {}

  package mutating func next(_ code: String) -> OwnMeasures {
    var found: OwnMeasures = []
    var statements: [[Substring]] = []
    var continues = false
    for line in code.split(whereSeparator: { $0 == "\n" || $0 == ";" }) {
      let start = line.drop { $0 == " " || $0 == "\t" }
      if start.isEmpty || start.first == "#" { continue }
      if !statements.isEmpty, continues || start.first == "|" {
        statements[statements.count - 1].append(start)
      } else {
        statements.append([start])
      }
      let end = line.last { $0 != " " && $0 != "\t" }
      continues = end == "|" || end == "\\"
    }
    for lines in statements {
      let name = SessionMeasures.assigned(lines[0])
      let words = lines.flatMap(OwnMeasures.words)
      var own = OwnMeasures(words: words)
      let read = name == nil ? words[...] : words.dropFirst()
      if read.contains(where: names.contains) { own.insert(.seconds) }
      if own.contains(.seconds), let name { names.insert(name) }
      // What a command prints is no value, and what has a name is printed elsewhere.
      let isPrinted = name == nil && lines[0].first != ":"
      if lines.contains(where: SessionMeasures.givesSeconds) || isPrinted && !own.contains(.seconds) {
        own.insert(.ownValues)
      }
      found.formUnion(own)
    }
    // The next cell may go on with `_`.
    if found.contains(.seconds) { names.insert("_") } else { names.remove("_") }
    return found
  }

  /// Whether a line makes a column `seconds`: `with seconds = …`.
  private static func givesSeconds(_ line: Substring) -> Bool {
    line.ranges(of: "seconds").contains { range in
      let rest = line[range.upperBound...].drop { $0 == " " || $0 == "`" }
      let isWhole = line[..<range.lowerBound].last.map { !($0.isLetter || $0.isNumber || $0 == "_") } ?? true
      return isWhole && rest.first == "=" && rest.dropFirst().first != "="
    }
  }

  /// The name that a statement gives, as in `runs = …`.
  private static func assigned(_ statement: Substring) -> Substring? {
    let name = statement.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    let rest = statement.dropFirst(name.count).drop { $0 == " " }
    return !name.isEmpty && rest.first == "=" && rest.dropFirst().first != "=" ? name : nil
  }
}
