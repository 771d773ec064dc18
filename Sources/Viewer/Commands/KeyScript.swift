package import Diagnostics
package import Terminal

/// A script of keys as text: `llF<Enter>/shirt<Enter>n`.
package struct KeyScript: Sendable, Hashable {
  package enum Step: Sendable, Hashable {
    case key(Key)
    case resize(TerminalSize)
  }

  package private(set) var steps: [Step] = []

  /// - Throws: if a name in angle brackets is not a key.
  package init(_ text: String) throws(Diagnostic) {
    var rest = text[...]
    while let character = rest.first {
      rest.removeFirst()
      if character.isNewline { continue }
      if character == "<", let end = rest.firstIndex(of: ">"), rest[..<end].first?.isLetter == true {
        steps.append(try Self.step(String(rest[..<end])))
        rest = rest[rest.index(after: end)...]
      } else {
        steps.append(.key(.character(character)))
      }
    }
  }

  private static func step(_ name: String) throws(Diagnostic) -> Step {
    if name.hasPrefix("Size ") {
      let numbers = name.dropFirst(5).split(separator: "x").compactMap { Int($0) }
      if numbers.count == 2, numbers.allSatisfy({ (1...10_000).contains($0) }) {
        return .resize(TerminalSize(rows: numbers[1], columns: numbers[0]))
      }
    }
    guard let key = KeyName.key(name) else {
      throw Diagnostic("no key is called `<\(name)>`", hint: "`<Enter>`, `<Ctrl-F>`, `<PgDn>`, `<Size 60x12>`")
    }
    return .key(key)
  }
}
