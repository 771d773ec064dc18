package import Terminal

/// Turns keys into intents: counts, prefixes, and the keyboard layout.
package struct KeyReader: Sendable {
  /// What was pressed of a sequence that is not complete: `12`, `z`.
  package private(set) var pending = ""
  private var sequence = ""
  private var count: Int?

  private static let intents: [String: Intent] = {
    var intents: [String: Intent] = [:]
    for command in Command.all {
      for keys in command.keys { intents[keys] = command.intent }
    }
    return intents
  }()

  /// All beginnings of longer sequences.
  private static let prefixes: Set<String> = {
    let long = Command.all.flatMap(\.keys).filter { $0.first == "g" || $0.first == "z" }
    return Set(long.map { String($0.prefix(1)) })
  }()

  package init() {}

  /// The intent that is complete with this key, and the count before it.
  package mutating func press(_ key: Key) -> (intent: Intent, count: Int?)? {
    let name = Self.name(key.asCommand)
    if sequence.isEmpty, let digit = Int(name), name.count == 1, digit > 0 || count != nil {
      count = min((count ?? 0) * 10 + digit, 1_000_000_000_000)
      pending += name
      return nil
    }
    sequence += name
    if Self.prefixes.contains(sequence) {
      pending += name
      return nil
    }
    defer { self = KeyReader() }
    return Self.intents[sequence].map { ($0, count) }
  }

  /// The key as help writes it.
  package static func name(_ key: Key) -> String {
    switch key {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .control(let character): "Ctrl-" + character.uppercased()
    case .up: "↑"
    case .down: "↓"
    case .left: "←"
    case .right: "→"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .enter: "Enter"
    case .tab: "Tab"
    case .escape: "Esc"
    case .function(let number): "F\(number)"
    case .wheelUp: "Ctrl-Y"
    case .wheelDown: "Ctrl-E"
    case .backTab, .backspace, .delete, .insert, .click, .other: "·"
    }
  }
}
