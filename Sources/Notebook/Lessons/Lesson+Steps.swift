extension Lesson {
  /// Splits a document into steps: prose, split at pauses and answers, and cells. A skipped cell is shown with its
  /// recorded output and does not run.
  static func steps(of document: SessionDocument) -> [Step] {
    var steps: [Step] = []
    var index = 0
    for part in document.parts {
      switch part {
      case .prose(let prose): steps += Lesson.steps(ofProse: prose.text)
      case .cell(let cell):
        steps.append(cell.options.isSkipped ? .prose(cell.text) : .cell(index))
        index += 1
      }
    }
    return steps
  }

  /// Splits prose at `<!-- pause -->` and `<details>` blocks on lines of their own, outside of code.
  private static func steps(ofProse text: String) -> [Step] {
    var steps: [Step] = []
    var prose = ""
    var answer: String?
    var fence: String?
    func endProse() {
      if !prose.allSatisfy(\.isWhitespace) { steps.append(.prose(prose)) }
      prose = ""
    }
    for line in text.splitLines() {
      let word = line.trimmed
      if let open = fence {
        if word.hasPrefix(open), word.allSatisfy({ $0 == open.first }) { fence = nil }
      } else if word.hasPrefix("```") || word.hasPrefix("~~~") {
        fence = String(word.prefix { $0 == word.first })
      } else if answer == nil, word == "<!-- pause -->" {
        endProse()
        steps.append(.pause)
        continue
      } else if answer == nil, word.lowercased().hasPrefix("<details") {
        endProse()
        answer = ""
      }
      guard answer != nil else {
        prose += line
        continue
      }
      answer? += line
      if fence == nil, word.lowercased().hasSuffix("</details>"), let block = answer {
        steps.append(Lesson.answer(in: block))
        answer = nil
      }
    }
    // A block that is never closed is prose, so that no part of the lesson is lost.
    if let answer { prose += answer }
    endProse()
    return steps
  }

  /// The title and the text of a `<details>` block.
  private static func answer(in block: String) -> Step {
    var text = block
    var title = "answer"
    if let start = text.range(of: "<summary>"), let end = text.range(of: "</summary>"),
      start.upperBound <= end.lowerBound
    {
      title = String(text[start.upperBound..<end.lowerBound]).trimmed
      text.removeSubrange(start.lowerBound..<end.upperBound)
    }
    if let end = text.range(of: ">") { text.removeSubrange(text.startIndex..<end.upperBound) }
    if let close = text.range(of: "</details>") { text.removeSubrange(close) }
    return .answer(title: title.isEmpty ? "answer" : title, text: text)
  }

  /// Replaces the document after its file was changed during the lesson. The waiting cell stays the waiting one,
  /// wherever it is now. Cells that have run and are unchanged stay finished.
  ///
  /// - Returns: the first cell that has run and was changed.
  public mutating func replace(with changed: SessionDocument) -> Int? {
    let old = self
    let oldCells = document.cells
    let cells = changed.cells
    let number = nextCell
    document = changed
    steps = Lesson.steps(of: changed)
    let firstChanged = finished.sorted().first { cell in
      cell > cells.count || oldCells[cell - 1].code != cells[cell - 1].code
    }
    var target = number
    if number <= oldCells.count {
      let same = cells.indices.filter { cells[$0].code == oldCells[number - 1].code }
      if same.count == 1 { target = same[0] + 1 }
    }
    if let firstChanged { finished = finished.filter { $0 < firstChanged } }
    let isSamePlace =
      target == number && position < min(old.steps.count, steps.count)
      && old.steps[...position] == steps[...position]
    guard !isSamePlace else { return firstChanged }
    let stands = steps.firstIndex(of: .cell(target - 1)) ?? steps.count
    let wasAtCell = old.waitingCell != nil
    let before = steps[..<stands].lastIndex { if case .cell = $0 { true } else { false } }
    let start = before.map { $0 + 1 } ?? 0
    let oldStart =
      old.steps[..<min(old.position, old.steps.count)]
      .lastIndex { if case .cell = $0 { true } else { false } }.map { $0 + 1 } ?? 0
    position = wasAtCell ? stands : min(stands, start + old.position - oldStart)
    shownLines = 0
    isPageFull = false
    return firstChanged
  }
}

extension String {
  /// The first occurrence of a word, ignoring case.
  fileprivate func range(of word: String) -> Range<Index>? {
    var start = startIndex
    while let end = index(start, offsetBy: word.count, limitedBy: endIndex) {
      if self[start..<end].lowercased() == word { return start..<end }
      start = index(after: start)
    }
    return nil
  }
}
