/// A regular expression of characters, `.`, `[0-9]`, `+`, `^` and groups: every way to match is listed, the best first.
struct NaivePattern {
  private indirect enum Node {
    case character(Unicode.Scalar), any, digit, start
    case group(Int, [Node])
    case many(Node)
  }

  /// Where the whole match lies, and each group that took part.
  struct Match {
    let range: Range<Int>
    let groups: [Int: Range<Int>]
  }

  private typealias End = (place: Int, groups: [Int: Range<Int>])

  private var nodes: [Node] = []
  private(set) var groupCount = 0

  init(_ text: String) throws {
    var rest = Array(text.unicodeScalars)[...]
    nodes = try sequence(&rest)
    if !rest.isEmpty { throw NaiveFailure.types }
  }

  private mutating func sequence(_ rest: inout ArraySlice<Unicode.Scalar>) throws -> [Node] {
    var nodes: [Node] = []
    while let next = rest.first, next != ")" {
      rest.removeFirst()
      switch next {
      case ".": nodes.append(.any)
      case "^": nodes.append(.start)
      case "(":
        groupCount += 1
        let number = groupCount
        let inner = try sequence(&rest)
        guard rest.popFirst() == ")" else { throw NaiveFailure.types }
        nodes.append(.group(number, inner))
      case "[":
        guard rest.starts(with: "0-9]".unicodeScalars) else { throw NaiveFailure.unknown(.fault) }
        rest.removeFirst(4)
        nodes.append(.digit)
      case "+":
        guard let last = nodes.popLast() else { throw NaiveFailure.types }
        nodes.append(.many(last))
      case "*", "?", "{", "|", "\\", "$": throw NaiveFailure.unknown(.fault)
      default: nodes.append(.character(next))
      }
    }
    return nodes
  }

  /// All matches from the left, none inside another; an empty one may stand at the end.
  func matches(in text: [Unicode.Scalar]) -> [Match] {
    var found: [Match] = []
    var place = 0
    while place <= text.count {
      guard let end = ends(of: nodes[...], (place, [:]), text).first else {
        place += 1
        continue
      }
      found.append(Match(range: place..<end.place, groups: end.groups))
      place = max(end.place, place + 1)
    }
    return found
  }

  private func ends(of nodes: ArraySlice<Node>, _ start: End, _ text: [Unicode.Scalar]) -> [End] {
    guard let first = nodes.first else { return [start] }
    return ends(of: first, start, text).flatMap { ends(of: nodes.dropFirst(), $0, text) }
  }

  private func ends(of node: Node, _ start: End, _ text: [Unicode.Scalar]) -> [End] {
    func one(where holds: (Unicode.Scalar) -> Bool) -> [End] {
      start.place < text.count && holds(text[start.place]) ? [(start.place + 1, start.groups)] : []
    }
    switch node {
    case .character(let wanted): return one { $0 == wanted }
    case .any: return one { $0 != "\n" }
    case .digit: return one { ("0"..."9").contains($0) }
    case .start: return start.place == 0 ? [start] : []
    case .group(let number, let inner):
      return ends(of: inner[...], start, text).map { end in
        (end.place, end.groups.merging([number: start.place..<end.place]) { $1 })
      }
    case .many(let inner):
      // As many as there are, then fewer.
      return ends(of: inner, start, text).flatMap { end in
        (end.place > start.place ? ends(of: node, end, text) : []) + [end]
      }
    }
  }

  /// A replacement with what its groups, `$0` to `$9`, matched.
  func replacement(_ written: String, of match: Match, in text: [Unicode.Scalar]) throws -> String {
    var result = ""
    var rest = Array(written.unicodeScalars)[...]
    while let next = rest.popFirst() {
      guard next == "$" else {
        result.unicodeScalars.append(next)
        continue
      }
      guard let number = rest.popFirst().flatMap({ Int(String($0)) }) else { throw NaiveFailure.unknown(.fault) }
      result += try group(number, of: match, in: text) ?? ""
    }
    return result
  }

  /// What a group matched; nil of one that took no part.
  func group(_ number: Int, of match: Match, in text: [Unicode.Scalar]) throws -> String? {
    guard (0...groupCount).contains(number) else { throw NaiveFailure.refused }
    let range = number == 0 ? match.range : match.groups[number]
    return range.map { String(String.UnicodeScalarView(text[$0])) }
  }
}
