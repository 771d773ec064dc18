package import Terminal

/// Converts keys to intents: handles counts, key sequences and the keyboard layout.
package struct KeyReader: Sendable {
  package typealias Reading = (intent: Intent, count: Int?)

  /// The keys of an incomplete sequence: `12`, `z`.
  package private(set) var pending = ""
  /// The last keys, if they mean nothing: `F13`, `zx`.
  package private(set) var unknown: String?
  private var sequence: [String] = []
  private var count: Int?
  /// Whether the last key was `f`, which pages immediately. `f2 Enter` freezes columns instead.
  private var followsPaging = false

  private static let intents: [[String]: Intent] = {
    var intents: [[String]: Intent] = [:]
    for command in Command.all {
      for keys in command.keys { intents[KeyName.split(keys)] = command.intent }
    }
    return intents
  }()

  /// All proper prefixes of key sequences.
  private static let prefixes = Set(intents.keys.flatMap { keys in (1..<keys.count).map { Array(keys.prefix($0)) } })

  package init() {}

  /// How many milliseconds to wait for the next key if a complete sequence is also a prefix of a longer one: `-` and
  /// `-S`.
  package static let patience = 400

  /// Whether the keys so far are a complete sequence and also a prefix of a longer one.
  package var isAmbiguous: Bool { Self.intents[sequence] != nil }

  /// Takes a key. Returns the intents that it completes, with their counts.
  package mutating func press(_ key: Key) -> [Reading] {
    unknown = nil
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
    // The previous keys were a complete sequence; this key starts a new one.
    if isAmbiguous { return complete() + press(key) }
    let keys = pending + name
    let abandons = name == "Esc" || !pending.isEmpty && ["Ctrl-C", "Ctrl-G", "Backspace"].contains(name)
    self = KeyReader()
    if !abandons { unknown = keys }
    return []
  }

  /// Returns the intent of the keys so far, when no further key follows.
  package mutating func complete() -> [Reading] {
    defer { self = KeyReader() }
    return Self.intents[sequence].map { [($0, count)] } ?? []
  }
}

/// The names of keys in the help: `j`, `Ctrl-F`, `PgDn`.
package enum KeyName {
  private static let named: [(name: String, key: Key)] =
    [
      ("Space", .character(" ")), ("Enter", .enter), ("Home", .home), ("End", .end), ("PgUp", .pageUp),
      ("PgDn", .pageDown), ("Tab", .tab), ("Esc", .escape), ("↑", .up), ("↓", .down), ("←", .left), ("→", .right),
      ("Backspace", .backspace), ("Del", .delete), ("Ins", .insert), ("Shift-Tab", .backTab), ("WheelUp", .wheelUp),
      ("WheelDown", .wheelDown),
    ] + (1...63).reversed().map { ("F\($0)", .function($0)) }

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

  /// The key with this name; nil if there is none.
  package static func key(_ name: String) -> Key? {
    if let found = named.first(where: { $0.name == name }) { return found.key }
    if name.hasPrefix("Ctrl-"), let last = name.last, name.count == 6 {
      return .control(Character(last.lowercased()))
    }
    return name.count == 1 ? name.first.map { .character($0) } : nil
  }

  /// Splits a sequence into keys: `zEnter` is `z` and `Enter`.
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
