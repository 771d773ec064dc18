extension FrontMatter {
  /// The fingerprints of the tables with which the session was recorded.
  var tables: [String: TableFingerprint] {
    var tables: [String: TableFingerprint] = [:]
    for (key, value) in entries {
      guard let name = key.afterPrefix("tables."), let fingerprint = TableFingerprint(value) else { continue }
      tables[name] = fingerprint
    }
    return tables
  }

  /// The version of Lectern that recorded the session.
  public var recordedVersion: String? { self["lectern"] }

  /// The front matter with other fingerprints and another version. An empty front matter stays empty.
  func recording(
    _ tables: [(name: String, fingerprint: TableFingerprint)], version: String
  ) -> FrontMatter {
    guard !text.isEmpty else { return self }
    var lines: [String] = []
    var isOfTables = false
    for line in text.splitLines() {
      isOfTables = line.hasPrefix("tables:") || isOfTables && line.first?.isWhitespace == true
      if !isOfTables, !line.hasPrefix("lectern:") { lines.append(String(line)) }
    }
    guard let end = lines.lastIndex(where: { $0.trimmed == "---" }), end > 0 else { return self }
    var added = ["lectern: \(version)\n"]
    if !tables.isEmpty {
      added.append("tables:\n")
      added += tables.map { "  \(quotedKey($0.name)): \($0.fingerprint.text)\n" }
    }
    lines.insert(contentsOf: added, at: end)
    return FrontMatter(
      text: lines.joined(), entries: FrontMatter.entries(in: lines[1..<lines.count - 1].map { $0[...] }))
  }

  /// A name as a quoted YAML key.
  private func quotedKey(_ name: String) -> String {
    "\"" + name.map { "\"\\".contains($0) ? "\\\($0)" : $0.isNewline ? " " : String($0) }.joined() + "\""
  }

  /// The keys and values of lines. An indented key is appended to the key above it, with a dot.
  static func entries(in lines: some Sequence<Substring>) -> [(key: String, value: String)] {
    var entries: [(key: String, value: String)] = []
    var group = ""
    for line in lines {
      guard let (name, rest) = key(of: line.trimmed) else { continue }
      var value = rest.trimmed
      if value.count >= 2, let quote = value.first, quote == value.last, quote == "\"" || quote == "'" {
        value = String(value.dropFirst().dropLast())
      }
      let isSetIn = line.first?.isWhitespace == true
      if !isSetIn { group = name }
      entries.append((isSetIn && !group.isEmpty ? "\(group).\(name)" : name, value))
    }
    return entries
  }

  /// The key of a line, which may be quoted, and the text after its colon.
  private static func key(of line: String) -> (name: String, rest: Substring)? {
    guard line.first == "\"" else {
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (line[..<colon].trimmed, line[line.index(after: colon)...])
    }
    var name = ""
    var rest = line.dropFirst()
    while let character = rest.popFirst() {
      if character == "\\", let escaped = rest.popFirst() {
        name.append(escaped)
      } else if character == "\"" {
        return rest.first == ":" ? (name, rest.dropFirst()) : nil
      } else {
        name.append(character)
      }
    }
    return nil
  }
}

extension String {
  /// The text after a prefix; nil if the text does not begin with it.
  fileprivate func afterPrefix(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
