package import Terminal

/// Turns keys into intents: counts, prefixes, and the keyboard layout.
package struct KeyReader: Sendable {
  package typealias Reading = (intent: Intent, count: Int?)

  /// What was pressed of a sequence that is not complete: `12`, `z`.
  package private(set) var pending = ""
  private var sequence: [String] = []
  private var count: Int?
  /// `f` pages at once; a number and Enter right after it say that it meant to freeze.
  private var followsPaging = false

  private static let intents: [[String]: Intent] = {
    var intents: [[String]: Intent] = [:]
    for command in Command.all {
      for keys in command.keys { intents[KeyName.split(keys)] = command.intent }
    }
    return intents
  }()

  /// All beginnings of longer sequences.
  private static let prefixes = Set(intents.keys.flatMap { keys in (1..<keys.count).map { Array(keys.prefix($0)) } })

  package init() {}

  /// How long to wait for the key that a sequence which is complete could go on with: `-` and `-S`.
  package static let patience = 400

  /// Whether a sequence is complete and may still go on.
  package var isAmbiguous: Bool { Self.intents[sequence] != nil }

  /// The intents that are complete with this key, and the counts before them.
  package mutating func press(_ key: Key) -> [Reading] {
    if case .click(let row, let column) = key {
      self = KeyReader()
      return [(.move(.point(row: row, column: column)), nil)]
    }
    let name = KeyName.of(key.asCommand)
    if sequence.isEmpty, let digit = Int(name), name.count == 1, digit > 0 || count != nil {
      count = min((count ?? 0) * 10 + digit, 1_000_000_000_000)
      pending += name
      return []
    }
    if followsPaging, count != nil, name == "Enter" {
      defer { self = KeyReader() }
      return [(.columns(.freeze), count)]
    }
    let longer = sequence + [name]
    if Self.prefixes.contains(longer) {
      sequence = longer
      pending += name
      return []
    }
    if let intent = Self.intents[longer] {
      let reading = (intent, count)
      self = KeyReader()
      followsPaging = name == "f" && longer.count == 1
      return [reading]
    }
    // What was complete without this key stands, and the key begins anew.
    if isAmbiguous { return complete() + press(key) }
    self = KeyReader()
    return []
  }

  /// What is meant where no further key comes.
  package mutating func complete() -> [Reading] {
    defer { self = KeyReader() }
    return Self.intents[sequence].map { [($0, count)] } ?? []
  }
}

/// Keys as help writes them: `j`, `Ctrl-F`, `PgDn`.
package enum KeyName {
  private static let named: [(name: String, key: Key)] =
    [
      ("Space", .character(" ")), ("Enter", .enter), ("Home", .home), ("End", .end), ("PgUp", .pageUp),
      ("PgDn", .pageDown), ("Tab", .tab), ("Esc", .escape), ("↑", .up), ("↓", .down), ("←", .left), ("→", .right),
      ("Backspace", .backspace), ("Del", .delete), ("WheelUp", .wheelUp), ("WheelDown", .wheelDown),
    ] + (1...12).reversed().map { ("F\($0)", .function($0)) }

  package static func of(_ key: Key) -> String {
    switch key {
    case .control(let character): return "Ctrl-" + character.uppercased()
    case .wheelUp: return "Ctrl-Y"
    case .wheelDown: return "Ctrl-E"
    default:
      if let found = named.first(where: { $0.key == key }) { return found.name }
      if case .character(let character) = key { return String(character) }
      return "·"
    }
  }

  /// The key of a name; nil of what names none.
  package static func key(_ name: String) -> Key? {
    if let found = named.first(where: { $0.name == name }) { return found.key }
    if name.hasPrefix("Ctrl-"), let last = name.last, name.count == 6 {
      return .control(Character(last.lowercased()))
    }
    return name.count == 1 ? name.first.map { .character($0) } : nil
  }

  /// The keys of a sequence: `zEnter` is `z` and `Enter`.
  package static func split(_ keys: String) -> [String] {
    var rest = keys[...]
    var names: [String] = []
    while let first = rest.first {
      var name = String(first)
      if let found = named.first(where: { rest.hasPrefix($0.name) }) { name = found.name }
      if rest.hasPrefix("Ctrl-") { name = String(rest.prefix(6)) }
      names.append(name)
      rest.removeFirst(name.count)
    }
    return names
  }
}
