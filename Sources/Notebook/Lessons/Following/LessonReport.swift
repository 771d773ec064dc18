import Display

/// The state of a lesson, as sent to followers.
public struct LessonReport: Codable, Sendable, Hashable {
  /// The phase of a lesson.
  public enum Phase: String, Codable, Sendable, Hashable {
    /// Prose is being shown.
    case prose
    /// A folded answer may be opened.
    case answer
    /// The cell is at the prompt.
    case waiting
    case running
    /// An experiment is being typed before the cell.
    case experiment
    /// All cells have run.
    case end
  }

  /// The resolved path of the lesson's file.
  public var file: String
  public var title: String
  /// The start of the lesson, in seconds since 1970.
  public var started: Double
  /// The planned duration in seconds; nil if unknown.
  public var planned: Double?
  public var phase: Phase
  /// The number of the next or running cell; at the end, one more than the number of cells.
  public var nextCell: Int
  public var cellCount: Int
  /// The number of cells that finished successfully.
  public var finishedCount: Int
  /// The current heading.
  public var heading: String?
  /// The speaker's notes between the previous cell and the next one.
  public var notes: [String]
  public var code: String
  /// The time limit of the next cell in seconds.
  public var budget: Double?
  /// The first line of the cell after the next.
  public var codeAfter: String?
}

extension Lesson {
  /// The current state of the lesson.
  ///
  /// - Parameters:
  ///   - started: the start of the lesson, in seconds since 1970.
  ///   - planned: the planned duration in seconds, if the file does not give one.
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

  /// The last visible cell before the next; 0 before the first.
  private var lastShownCell: Int { previousCell ?? 0 }

  /// The prose before a cell.
  private func prose(before number: Int) -> [String] { prose(from: 0, to: number) }

  /// The prose between two cells.
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

  /// The headings of Markdown, outside of code.
  private func headings(in text: String) -> [String] {
    var isCode = false
    return text.split(separator: "\n").compactMap { line in
      if line.hasPrefix("```") || line.hasPrefix("~~~") { isCode.toggle() }
      guard !isCode, line.hasPrefix("#") else { return nil }
      return line.drop { $0 == "#" }.trimmed
    }
  }

  /// The texts of `<!-- note: … -->`, which may have several lines.
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
  /// Parses a duration to seconds: `80`, `80 min`, `1h 20m`, `90m`; a number without unit means minutes. Nil for
  /// other text.
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
