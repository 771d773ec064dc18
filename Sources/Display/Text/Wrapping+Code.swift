extension StyledLine {
  /// Wraps a line of code to at most `width` cells: before a `|` if one stands far enough to the right, else after a
  /// comma, else at another space. A text in quotes, and any other token, stays whole if it fits a line.
  ///
  /// What begins with `|` continues a statement, so a line that was broken there can be pasted.
  ///
  /// - Parameter indent: how many cells the second and later lines are indented; they count towards the width.
  public func wrappedAsCode(
    to width: Int, indent: Int = 0, _ measure: DisplayWidth = DisplayWidth()
  ) -> [StyledLine] {
    if self.width(measure) <= width { return [self] }
    let indent = max(0, min(indent, width / 2))
    let code = CodeCharacters(self, measure)
    var lines: [StyledLine] = []
    var start = 0
    while start < code.count {
      let room = max(1, lines.isEmpty ? width : width - indent)
      let end = code.lineEnd(from: start, room)
      var line = StyledLine()
      line.append(spaces: lines.isEmpty ? 0 : indent)
      for character in code.characters[start..<end] { line.append(character.text, character.role) }
      lines.append(line.trimmed)
      start = code.characters[end...].firstIndex { $0.text != " " } ?? code.count
    }
    return lines
  }
}

/// The characters of a line of code, and how good each place is to break the line there.
private struct CodeCharacters {
  struct Character {
    var text: String
    var role: Role
    var cells: Int
    /// How good a break before this character is.
    var quality = Quality.none
  }

  /// Where a line of code may be broken, the worst place first.
  enum Quality: Int, Comparable {
    case none, insideText, space, comma, stage

    static func < (left: Quality, right: Quality) -> Bool { left.rawValue < right.rawValue }

    /// The share of the line that has to stand before such a break, in sixths.
    var sixths: Int {
      switch self {
      case .stage: 2
      case .comma: 3
      case .none, .insideText, .space: 0
      }
    }
  }

  var characters: [Character] = []
  var count: Int { characters.count }

  init(_ line: StyledLine, _ measure: DisplayWidth) {
    for run in line.runs {
      for character in run.text {
        characters.append(
          Character(text: String(character), role: run.role, cells: measure.cells(of: character)))
      }
    }
    rate()
  }

  private mutating func rate() {
    var quote: String?
    var (depth, isComment) = (0, false)
    // Before the first token there is nothing to break.
    let first = characters.firstIndex { $0.text != " " } ?? 0
    for index in characters.indices.dropFirst(first) {
      let text = characters[index].text
      if index > first, characters[index - 1].text == " ", text != " " {
        characters[index].quality = quality(of: index, isText: quote != nil, isComment: isComment, depth: depth)
      }
      if let open = quote {
        if text == open, characters[index - 1].text != "\\" { quote = nil }
      } else if !isComment {
        switch text {
        case "\"", "'", "`": quote = text
        case "#": isComment = true
        case "(", "[", "{": depth += 1
        case ")", "]", "}": depth = max(0, depth - 1)
        default: break
        }
      }
    }
  }

  private func quality(of index: Int, isText: Bool, isComment: Bool, depth: Int) -> Quality {
    if isText { return .insideText }
    if isComment { return .space }
    if characters[index].text == "|" { return depth == 0 ? .stage : .comma }
    return characters[..<index].last { $0.text != " " }?.text == "," ? .comma : .space
  }

  /// The end of the line that begins at `start`: the best place among those that fit, of equal ones the last.
  func lineEnd(from start: Int, _ room: Int) -> Int {
    var (end, used) = (start, 0)
    let leading = characters[start...].prefix { $0.text == " " }.count
    var best: (place: Int, quality: Quality)?
    while end < count {
      let character = characters[end]
      if end > start, character.quality > .none, (used - leading) * 6 >= room * character.quality.sixths,
        character.quality >= best?.quality ?? .none
      {
        best = (end, character.quality)
      }
      // A space at the end is not shown.
      if used + character.cells > room, character.text != " " { return best?.place ?? max(end, start + 1) }
      used += character.cells
      end += 1
    }
    return end
  }
}
