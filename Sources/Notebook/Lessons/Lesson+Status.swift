extension Lesson {
  /// The number of the first cell that is run.
  var firstCell: Int {
    for case .cell(let index) in steps { return index + 1 }
    return 1
  }

  /// The cell that directly follows the prose and will be shown; nil if there is none.
  public var followingCell: (number: Int, code: String)? {
    guard position + 1 < steps.count, case .cell(let index) = steps[position + 1] else { return nil }
    let cell = document.cells[index]
    return cell.options.isHidden ? nil : (index + 1, cell.code.trimmedOfLineBreaks)
  }

  /// The cell at which the lesson waits when it goes to this one. A hidden cell runs at once and checks the visible
  /// cell before it: if that has not run, it is the one to wait at.
  func waitingPlace(of number: Int) -> Int {
    guard document.cells.indices.contains(number - 1), document.cells[number - 1].options.isHidden else {
      return number
    }
    let shown = steps.compactMap { if case .cell(let index) = $0 { index + 1 } else { nil } }
      .last { $0 < number && !document.cells[$0 - 1].options.isHidden }
    guard let shown, !finished.contains(shown) else { return number }
    return shown
  }

  /// The cell before the next one; nil at the first.
  public var previousCell: Int? {
    let current = nextCell
    let numbers = steps.compactMap { if case .cell(let index) = $0 { index + 1 } else { nil } }
    return numbers.last { $0 < current && !document.cells[$0 - 1].options.isHidden }
  }

  /// Whether a cell has run, but the lesson went back to before it, so that its output is outdated.
  func isOutdated(_ number: Int) -> Bool { number >= nextCell && finished.contains(number) }

  /// A note on the cells whose output is outdated; nil if there are none.
  package var outdatedCells: String? {
    let numbers = finished.filter(isOutdated).sorted()
    guard let first = numbers.first, let last = numbers.last else { return nil }
    if first == last { return "the output of cell \(first) is outdated" }
    let isRun = numbers.count == last - first + 1
    let which = isRun ? "\(first) to \(last)" : numbers.map { "\($0)" }.joined(separator: ", ")
    return "the output of cells \(which) is outdated"
  }

  /// Whether a line is a command or a request for help: it neither runs the waiting cell nor is an experiment.
  static func isAside(_ line: String) -> Bool {
    let text = line.trimmed
    return text.hasPrefix(":") || text.hasPrefix("?") || text.hasSuffix("?") || text == "help"
      || text.hasPrefix("help ")
  }

  /// The time limit of the waiting cell in seconds.
  public var budget: Double? { waitingCell.flatMap { document.cells[$0 - 1].options.budget } }

  /// The items of the status line, most important first: the position in the lesson, and the keys that work here.
  ///
  /// - Parameter names: gives the name of a key on this terminal.
  public func status(keys names: (Key) -> String) -> [String] {
    let count = document.cells.count
    var items = [nextCell > count ? "all \(count) cells" : "cell \(nextCell) of \(count)"]
    switch next {
    case .ask(.answer): items.append("\(names(.answer)) answer")
    case .ask(.cell(let number, _)), .ask(.overBudget(let number, _)):
      if finished.contains(number) { items.append("has run") }
    case .ask(.experiment): items.append("beside the lesson")
    default: break
    }
    if nextCell <= count { items.append("\(names(.next)) next") }
    if previousCell != nil { items.append("\(names(.back)) back") }
    items.append("\(names(.map)) cells")
    return items
  }
}
