import Display

/// What the terminal that teaches a lesson tells those that follow it.
public struct LessonReport: Codable, Sendable, Hashable {
  public enum Phase: String, Codable, Sendable, Hashable {
    /// Prose is shown, page by page.
    case prose
    /// A folded answer waits to be opened.
    case answer
    /// The cell stands at the prompt.
    case waiting
    case running
    /// Something else is typed in front of the cell.
    case experiment
    /// All cells have run.
    case end
  }

  /// The lesson's file, as its path is resolved.
  public var file: String
  public var title: String
  /// When the terminal began to teach, in seconds since 1970.
  public var started: Double
  /// How long the lesson is to take, in seconds; nil where nothing says so.
  public var planned: Double?
  public var phase: Phase
  /// The cell that comes next, or runs; one more than there are, at the end.
  public var nextCell: Int
  public var cellCount: Int
  /// How many cells have run well.
  public var finishedCount: Int
  /// The heading under which the lesson stands.
  public var heading: String?
  /// What the file notes for the speaker between the last cell and the next.
  public var notes: [String]
  public var code: String
  /// Seconds that the next cell may take.
  public var budget: Double?
  /// The first line of the cell after the next.
  public var codeAfter: String?
}

extension Lesson {
  /// What is told of the lesson now.
  ///
  /// - Parameters:
  ///   - started: when it began, in seconds since 1970.
  ///   - planned: how long it is to take where its file does not say so, in seconds.
  public func report(file: String, started: Double, planned: Double? = nil, isRunning: Bool = false) -> LessonReport {
    let cells = document.cells
    let number = nextCell
    let cell = cells.indices.contains(number - 1) ? cells[number - 1] : nil
    let following = cells.dropFirst(number).first { !$0.options.isHidden && !$0.options.isSkipped }
    return LessonReport(
      file: file, title: document.title ?? fileName(file), started: started,
      planned: planned ?? document.frontMatter["duration"].flatMap(LessonReport.seconds),
      phase: isRunning ? .running : phase, nextCell: number, cellCount: cells.count, finishedCount: finished.count,
      heading: prose(before: number).flatMap(headings).last,
      notes: prose(from: lastShownCell, to: number).flatMap(notes),
      code: cell?.code.trimmedOfLineBreaks ?? "", budget: cell?.options.budget,
      codeAfter: following?.code.split(separator: "\n").first.map(String.init))
  }

  private var phase: LessonReport.Phase {
    switch next {
    case .show, .ask(.more): .prose
    case .runHidden: .running
    case .ask(.answer): .answer
    case .ask(.cell), .ask(.overBudget): .waiting
    case .ask(.experiment): .experiment
    case .ask(.end): .end
    }
  }

  /// The last cell before the next that is seen; 0 before the first.
  private var lastShownCell: Int { previousCell ?? 0 }

  /// The prose that stands before a cell.
  private func prose(before number: Int) -> [String] { prose(from: 0, to: number) }

  /// The prose between two cells, that after the first and before the second.
  private func prose(from first: Int, to last: Int) -> [String] {
    var number = 0
    var found: [String] = []
    for part in document.parts {
      switch part {
      case .cell: number += 1
      case .prose(let prose) where number >= first && number < last: found.append(prose.text)
      case .prose: break
      }
    }
    return found
  }

  /// The headings of a piece of Markdown, outside of its code.
  private func headings(in text: String) -> [String] {
    var isCode = false
    return text.split(separator: "\n").compactMap { line in
      if line.hasPrefix("```") || line.hasPrefix("~~~") { isCode.toggle() }
      guard !isCode, line.hasPrefix("#") else { return nil }
      return line.drop { $0 == "#" }.trimmed
    }
  }

  /// The texts of `<!-- note: … -->`, which may be several lines long.
  private func notes(in text: String) -> [String] {
    var found: [String] = []
    var rest = text[...]
    while let start = rest.firstRange(of: "<!--"), let end = rest[start.upperBound...].firstRange(of: "-->") {
      let comment = rest[start.upperBound..<end.lowerBound].trimmed
      if comment.lowercased().hasPrefix("note:") { found.append(comment.dropFirst("note:".count).trimmed) }
      rest = rest[end.upperBound...]
    }
    return found
  }
}

extension LessonReport {
  /// The seconds of `80`, `80 min`, `1h 20m`, `90m`; a bare number is minutes. Nil for anything else.
  public static func seconds(_ text: String) -> Double? {
    let units: [String: Double] = [
      "h": 3600, "hour": 3600, "hours": 3600, "m": 60, "min": 60, "minutes": 60, "s": 1, "": 60,
    ]
    var total = 0.0
    var rest = text.lowercased().filter { !$0.isWhitespace }[...]
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isNumber || $0 == "." }
      rest = rest.dropFirst(digits.count)
      let word = rest.prefix { !$0.isNumber }
      rest = rest.dropFirst(word.count)
      guard let number = Double(String(digits)), let unit = units[String(word)] else { return nil }
      total += number * unit
    }
    return total > 0 && total <= 86_400 ? total : nil
  }
}
