package import Diagnostics
import Display
import Tables
package import Terminal

/// Everything the viewer knows between two keys. A value: a key makes the next one, and a frame is a function of it.
package struct ViewerState: Sendable {
  package struct Message: Sendable, Hashable {
    package var text: String
    package var isError = false
  }

  /// What the host is doing now.
  package struct Work: Sendable {
    package var request: Request
    package var fraction: Double?
    package var detail = ""
  }

  /// From the one opened first to the one in sight; never empty.
  package var sheets: [Sheet]
  package var size: TerminalSize
  package var prompt: TextPrompt?
  package var panel: Panel?
  package var message: Message?
  package var work: Work?
  package var keys = KeyReader()
  var lastSearch: Search?
  var lastChange: (intent: Intent, count: Int?)?
  private var identifiers = 0

  package init(title: String, source: any ViewerSource, size: TerminalSize) {
    sheets = [Sheet(id: 0, title: title, source: source)]
    self.size = size
  }

  package var sheet: Sheet {
    get { sheets[sheets.count - 1] }
    set { sheets[sheets.count - 1] = newValue }
  }

  /// Rows of the table that the screen has room for: all but the two header lines and the last.
  package var bodyHeight: Int { max(1, size.rows - 3) }

  /// Reads what the frame needs. A page that cannot be read says so and shows nothing.
  package mutating func loadPage() {
    do throws(Diagnostic) {
      try sheet.loadPage(height: bodyHeight, columns: size.columns)
    } catch {
      message = Message(text: error.message, isError: true)
    }
  }

  // MARK: Keys

  package mutating func press(_ key: Key) -> [Effect] {
    if key == .control("c"), work != nil { return [.cancel] }
    if panel != nil { return pressInPanel(key) }
    if prompt != nil { return pressInPrompt(key) }
    guard let (intent, count) = keys.press(key) else { return [] }
    message = nil
    return apply(intent, count: count)
  }

  private mutating func pressInPanel(_ key: Key) -> [Effect] {
    guard var shown = panel else { return [] }
    let last = max(0, shown.lines.count - max(1, size.rows - 2))
    switch key.asCommand {
    case .enter where shown.pipeline != nil: return [.leave(pipeline: shown.pipeline)]
    case .character("q"), .enter, .escape, .control("c"), .control("q"):
      panel = nil
      return []
    case .character("j"), .down, .wheelDown: shown.top += 1
    case .character("k"), .up, .wheelUp: shown.top -= 1
    case .pageDown, .control("f"), .character(" "), .character("f"): shown.top += size.rows - 2
    case .pageUp, .control("b"), .character("b"): shown.top -= size.rows - 2
    case .home, .character("g"): shown.top = 0
    case .end, .character("G"): shown.top = last
    default: return []
    }
    shown.top = max(0, min(shown.top, last))
    panel = shown
    return []
  }

  private mutating func pressInPrompt(_ key: Key) -> [Effect] {
    guard var typed = prompt else { return [] }
    let outcome = typed.press(key)
    prompt = typed
    switch outcome {
    case .typing: return []
    case .abandoned:
      prompt = nil
      return []
    case .accepted:
      let chosen = choices.indices.contains(typed.choice) ? choices[typed.choice].name : choices.last?.name
      prompt = nil
      message = nil
      return accept(typed, chosen: chosen)
    }
  }

  private mutating func accept(_ typed: TextPrompt, chosen: String?) -> [Effect] {
    let text = typed.text
    switch typed.purpose {
    case .search(let backwards, let everywhere): return search(text, backwards: backwards, everywhere: everywhere)
    case .filter: return text.isEmpty ? withoutFilters() : revise(adding: .filter(text))
    case .addColumn: return text.isEmpty ? [] : revise(adding: .with(text))
    case .save:
      if text.isEmpty { return [] }
      let stage = Stage.verb("save \(PipelineText.quoted(text))")
      return run(sheet.shownStages + [stage], title: stage.text, .perform("saved to \(text)"))
    case .column:
      guard let chosen, let place = sheet.view.order.firstIndex(where: { sheet.source.schema[$0].name == chosen })
      else { return fail("no column like `\(text)`") }
      sheet.view.go(toColumn: place)
      return []
    case .palette:
      if let row = Int(text.filter { $0 != "_" }) {
        goToRow(row - 1)
        return []
      }
      guard let command = Command.all.first(where: { $0.name == chosen }) else {
        return fail("no command like `\(text)`")
      }
      return apply(command.intent, count: nil)
    }
  }

  /// What the prompt lists above itself: commands or columns.
  package var choices: [(name: String, description: String)] {
    guard let prompt else { return [] }
    switch prompt.purpose {
    case .palette where Int(prompt.text) == nil:
      return Command.matching(prompt.text).map { ($0.name, $0.keys.joined(separator: " ") + "  " + $0.summary) }
    case .column:
      let query = prompt.text.lowercased()
      let fields = sheet.view.order.map { sheet.source.schema[$0] }
      let starting = fields.filter { $0.name.lowercased().hasPrefix(query) }
      let holding = fields.filter { $0.name.lowercased().contains(query) && !$0.name.lowercased().hasPrefix(query) }
      return (starting + holding).map { ($0.name, "\($0.type)") }
    default: return []
    }
  }

  // MARK: Work

  /// Asks the host for a pipeline, unless it is busy.
  mutating func run(_ stages: [Stage], title: String, _ purpose: Request.Purpose) -> [Effect] {
    if let work { return fail("still running \(work.request.title); Ctrl-C stops it") }
    if case .record = sheet.kind { return fail("this is one row: q goes back to its table") }
    let request = Request(
      id: newID(), sheet: sheet.id, title: title, stages: stages, purpose: purpose)
    work = Work(request: request)
    return [.run(request)]
  }

  /// A number that no sheet and no request has yet.
  mutating func newID() -> Int {
    identifiers += 1
    return identifiers
  }

  mutating func fail(_ text: String) -> [Effect] {
    message = Message(text: text, isError: true)
    return []
  }

  package mutating func progress(_ id: Int, fraction: Double, detail: String) {
    guard work?.request.id == id else { return }
    work?.fraction = fraction
    work?.detail = detail
  }

  /// Takes what the host found. An answer to a question that nobody asks any more is dropped.
  package mutating func receive(_ id: Int, _ result: Result<any ViewerSource, Diagnostic>) -> [Effect] {
    guard let request = work?.request, request.id == id else { return [] }
    work = nil
    switch result {
    case .failure(let error):
      message = Message(text: error.kind == .interruption ? "stopped" : error.message, isError: true)
      return []
    case .success(let source):
      return receive(request, source)
    }
  }

  private mutating func receive(_ request: Request, _ source: any ViewerSource) -> [Effect] {
    guard let index = sheets.firstIndex(where: { $0.id == request.sheet }) else { return [] }
    switch request.purpose {
    case .revise:
      let before = sheets[index].rowCount
      sheets[index].revise(stages: request.stages, source: source)
      let after = source.rowCount
      let count = after == before ? counted(before, "row") : "\(grouped(after)) of \(counted(before, "row"))"
      message = Message(text: "\(request.title): \(count)")
      return []
    case .push(let kind):
      let title = sheets[index].title
      sheets.append(Sheet(id: newID(), title: title, kind: kind, stages: request.stages, source: source))
      return []
    case .perform(let done):
      message = Message(text: done)
      return []
    case .find(let search, let wrapped):
      // The row is one of a sheet that is no longer in sight.
      return index == sheets.count - 1 ? found(search, wrapped: wrapped, in: source) : []
    }
  }
}
