extension StyledLine {
  /// Wraps the line at spaces to at most `width` cells. A wider word is broken inside, after `|`, `,` or `/` if it has
  /// any: choices, lists and paths.
  ///
  /// - Parameter indent: the prefix of the second and later lines; it counts towards their width.
  public func wrapped(
    to width: Int, indent: StyledLine = StyledLine(), _ measure: DisplayWidth = DisplayWidth()
  ) -> [StyledLine] {
    if self.width(measure) <= width { return [self] }
    let indentWidth = min(indent.width(measure), max(0, width - 1))
    let indent = indent.cut(to: indentWidth, measure, ellipsis: "")
    var lines: [StyledLine] = []
    var line = StyledLine()
    var used = 0
    var isFresh = true

    func breakLine() {
      lines.append(line)
      line = indent
      used = indentWidth
      isFresh = true
    }

    for word in words(measure).flatMap({ $0.cells > width - indentWidth ? parts(of: $0, measure) : [$0] }) {
      if word.isSpace {
        if isFresh && !lines.isEmpty { continue }
        if used + word.cells > width {
          breakLine()
        } else {
          line.append(word.line)
          used += word.cells
        }
        continue
      }
      if used + word.cells > width, !isFresh { breakLine() }
      isFresh = false
      if used + word.cells <= width {
        line.append(word.line)
        used += word.cells
        continue
      }
      for run in word.line.runs {
        for character in run.text {
          let cells = measure.cells(of: character)
          if used + cells > width, used > indentWidth || lines.isEmpty && used > 0 { breakLine() }
          line.append(String(character), run.role)
          used += cells
          isFresh = false
        }
      }
    }
    lines.append(line)
    return lines.map(\.trimmed)
  }

  private typealias Word = (line: StyledLine, cells: Int, isSpace: Bool)

  /// Splits the line into words and spaces; the role may change inside a word.
  private func words(_ measure: DisplayWidth) -> [Word] {
    var words: [Word] = []
    for run in runs {
      var piece = ""
      var pieceIsSpace = false
      func flush() {
        if piece.isEmpty { return }
        let cells = measure.cells(of: piece)
        if let last = words.last, last.isSpace == pieceIsSpace {
          words[words.count - 1].line.append(piece, run.role)
          words[words.count - 1].cells += cells
        } else {
          words.append((StyledLine(piece, run.role), cells, pieceIsSpace))
        }
        piece = ""
      }
      for character in run.text {
        if (character == " ") != pieceIsSpace {
          flush()
          pieceIsSpace = character == " "
        }
        piece.append(character)
      }
      flush()
    }
    return words
  }

  /// The width of the widest part that is not broken if there is space for it.
  func widestPart(_ measure: DisplayWidth) -> Int {
    words(measure).filter { !$0.isSpace }.flatMap { parts(of: $0, measure) }.reduce(0) { max($0, $1.cells) }
  }

  /// Splits a word after each `|`, `,` and `/`.
  private func parts(of word: Word, _ measure: DisplayWidth) -> [Word] {
    var parts: [Word] = []
    var isComplete = true
    for run in word.line.runs {
      for character in run.text {
        if isComplete { parts.append((StyledLine(), 0, word.isSpace)) }
        parts[parts.count - 1].line.append(String(character), run.role)
        parts[parts.count - 1].cells += measure.cells(of: character)
        isComplete = "|,/".contains(character)
      }
    }
    return parts
  }

  /// The line without trailing spaces.
  var trimmed: StyledLine {
    var runs = self.runs
    while let last = runs.last, last.text.hasSuffix(" ") {
      let text = String(last.text.reversed().drop { $0 == " " }.reversed())
      runs.removeLast()
      if !text.isEmpty {
        runs.append(Run(text, last.role))
        break
      }
    }
    return StyledLine(runs)
  }
}
