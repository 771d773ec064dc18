package import Diagnostics
package import Display
import Tables
package import Terminal

/// The complete state of the viewer between two keys. It is a value: a key makes the next state, and the frame
/// depends only on the state.
package struct ViewerState: Sendable {
  /// A message in the status line.
  package struct Message: Sendable, Hashable {
    package var text: String
    package var isError = false
  }

  /// The work that the host is doing now.
  package struct Work: Sendable {
    package var request: Request
    package var fraction: Double?
    package var detail = ""
  }

  /// The change that `.` repeats.
  enum Change: Sendable {
    case intent(Intent, count: Int?)
    case typed(TextPrompt)
  }

  /// The open sheets; the last one is shown. Never empty.
  package var sheets: [Sheet]
  package var size: TerminalSize
  package let theme: Theme
  /// The URL template of items.
  let links: LinkTemplate?
  private let undoMemory: Int
  /// The tables of the session.
  let tables: [NamedTable]
  package var prompt: TextPrompt?
  package var panel: Panel?
  package var message: Message?
  package var work: Work?
  package var finding: Finding?
  package var keys = KeyReader()
  var lastChange: Change?
  /// The position at which a search that is being typed began.
  var searchOrigin = SearchOrigin()
  /// Whether searches take regular expressions; Ctrl-R in a search changes it.
  var searchesPatterns = false
  /// The sheets that are shown beside each other, and the last row that was looked for in one of them.
  var pair: SheetPair?
  var linked: LinkRequest.Key?
  /// The pages that are being read, by sheet.
  private var loading: [Int: PageRequest] = [:]
  private var identifiers = 0

  package init(
    title: String, source: any ViewerSource, size: TerminalSize, theme: Theme = Theme(), links: LinkTemplate? = nil,
    undoMemory: Int = 32 << 20, tables: [NamedTable] = []
  ) {
    self.undoMemory = undoMemory
    self.tables = tables
    sheets = [Sheet(id: 0, title: title, source: source, theme: theme, undoMemory: undoMemory)]
    self.size = size
    self.theme = theme
    self.links = links
  }

  package var sheet: Sheet {
    get { sheets[sheets.count - 1] }
    set { sheets[sheets.count - 1] = newValue }
  }

  /// The number of lines for rows: the screen without two header lines, the aggregates and the status line.
  package var bodyHeight: Int { bodyHeight(of: sheet) }

  func bodyHeight(of sheet: Sheet) -> Int { max(1, size.rows - 3 - footerHeight(of: sheet)) }

  /// The number of rows of a page.
  var pageHeight: Int { sheet.view.isWrapped ? min(bodyHeight, sheet.view.wrappedRowCount) : bodyHeight }

  /// Returns a number that is not used by any sheet or request.
  mutating func newID() -> Int {
    identifiers += 1
    return identifiers
  }

  mutating func fail(_ text: String) -> [Effect] {
    message = Message(text: text, isError: true)
    return []
  }

  // MARK: Pages

  /// Whether a page is being read, so that the frame has placeholders.
  package var isLoading: Bool { !loading.isEmpty }

  /// Reads what the frame needs. If that needs decoding and `waits` is false, returns the request instead.
  @discardableResult
  package mutating func loadPage(waits: Bool = true) -> PageRequest? {
    let other = otherPane
    loading = loading.filter { id, _ in id == sheet.id || other.map { sheets[$0.index].id == id } ?? false }
    if let request = loadPage(of: sheets.count - 1, columns: tableWidth, waits) {
      // The worker drops a page for a newer one, so the other sheet asks again.
      loading = [sheet.id: request]
      return request
    }
    guard let other, loading[sheet.id] == nil else { return nil }
    return loadPage(of: other.index, columns: other.columns.count, waits)
  }

  /// The request for the page that a sheet lacks; nil if it has all, or if that page is being read.
  private mutating func loadPage(of index: Int, columns: Int, _ waits: Bool) -> PageRequest? {
    let id = sheets[index].id
    let height = bodyHeight(of: sheets[index])
    for _ in 0..<8 {
      guard let request = sheets[index].nextPage(height: height, columns: columns) else {
        loading[id] = nil
        return nil
      }
      if waits || request.isReady {
        take(request.read())
        continue
      }
      if let loading = loading[id], loading.asksTheSame(as: request) { return nil }
      loading[id] = request
      return request
    }
    return nil
  }

  /// Takes a page, and shows an error if part of it could not be read.
  package mutating func take(_ answer: PageAnswer) {
    let id = answer.request.sheet
    if let loading = loading[id], loading.asksTheSame(as: answer.request) { self.loading[id] = nil }
    guard let index = sheets.firstIndex(where: { $0.id == answer.request.sheet }) else { return }
    sheets[index].take(answer)
    if let damage = answer.damage { message = Message(text: damage.message, isError: true) }
  }

  // MARK: Keys

  /// Takes a key and returns the effects to perform.
  package mutating func press(_ key: Key) -> [Effect] {
    if stopsWork(key) { return [.cancel] }
    if panel != nil { return pressInPanel(key) }
    if prompt != nil { return pressInPrompt(key) }
    let effects = keys.press(key).flatMap { perform($0) }
    if let unknown = keys.unknown { return effects + fail("\(unknown.asKey) means nothing here; F1 lists the keys") }
    return effects
  }

  /// Whether a key stops what runs. In a prompt both keys abandon it, and Esc also closes a panel or abandons a
  /// sequence of keys.
  private func stopsWork(_ key: Key) -> Bool {
    let isBusy = work != nil || finding?.isRunning == true || sheet.aggregates.isRunning
    guard isBusy, prompt == nil else { return false }
    return key == .control("c") || key == .escape && panel == nil && keys.pending.isEmpty
  }

  /// Ends the wait for the next key of a sequence.
  package mutating func stopWaitingForKeys() -> [Effect] { keys.complete().flatMap { perform($0) } }

  private mutating func perform(_ reading: KeyReader.Reading) -> [Effect] {
    message = nil
    finding?.isShown = false
    return apply(reading.intent, count: reading.count)
  }

  private mutating func pressInPanel(_ key: Key) -> [Effect] {
    guard var shown = panel else { return [] }
    message = nil
    let last = max(0, shown.lines.count - max(1, size.rows - 2))
    switch key.asCommand {
    case .enter where shown.pipeline != nil:
      return [.leave(.pipeline(shown.pipeline ?? "", runs: false))]
    case .character("q"), .enter, .escape, .control("c"), .control("q"):
      panel = nil
      return []
    case .character("j"), .down, .wheelDown: shown.top += 1
    case .character("k"), .up, .wheelUp: shown.top -= 1
    case .pageDown, .control("f"), .character(" "), .character("f"): shown.top += size.rows - 2
    case .pageUp, .control("b"), .character("b"): shown.top -= size.rows - 2
    case .home, .character("g"): shown.top = 0
    case .end, .character("G"): shown.top = last
    default: return fail("\(KeyName.of(key.asCommand).asKey) means nothing here; q closes")
    }
    shown.top = max(0, min(shown.top, last))
    panel = shown
    return []
  }

  // MARK: Work

  /// Asks the host to run stages, unless it is busy.
  ///
  /// - Parameters:
  ///   - added: the stages to run on `base`, which is the shown table by default.
  ///   - stages: the stages that led to the base; those of the sheet by default.
  ///   - ofPlot: whether a plot is saved, which is not a table.
  mutating func run(
    _ added: [Stage], after stages: [Stage]? = nil, on base: ViewerHost.Base? = nil, root: String? = nil,
    title: String, ofPlot: Bool = false, _ purpose: Request.Purpose
  ) -> [Effect] {
    if let work { return fail("still running \(work.request.title); Ctrl-C stops it") }
    if !ofPlot, let reason = reasonAgainstTable { return fail(reason) }
    let request = Request(
      id: newID(), sheet: sheet.id, version: sheet.version, title: title, root: root ?? sheet.title,
      stages: (stages ?? sheet.stages) + added,
      base: base ?? .shown(sheet.source), verbs: added.map(\.text).joined(separator: " | "), purpose: purpose,
      stage: added.last, shown: sheet.source, marks: sheet.marks, cursor: sheet.view.row)
    work = Work(request: request)
    return [.run(request)]
  }

  /// Takes the progress of a request.
  package mutating func progress(_ id: Int, fraction: Double?, detail: String) {
    guard work?.request.id == id else { return }
    work?.fraction = fraction
    work?.detail = detail
  }

  /// Takes the host's answer. An answer to an outdated request is dropped.
  package mutating func receive(_ id: Int, _ result: Result<Request.Answer, Diagnostic>) -> [Effect] {
    guard let request = work?.request, request.id == id else { return [] }
    work = nil
    switch result {
    case .failure(let error):
      message = Message(
        text: error.kind == .interruption ? "stopped" : error.message + request.remedy, isError: true)
      return []
    case .success(let answer):
      if let plot = answer.plot { return receive(request, plot) }
      return receive(request, answer.source, answer.rows)
    }
  }

  private mutating func receive(_ request: Request, _ plot: Plot) -> [Effect] {
    guard let verb = request.stages.last?.text else { return [] }
    let shown = PlotSheet(plot: plot, verb: verb, source: request.shown, below: request.stages.dropLast())
    sheets.append(
      Sheet(
        id: newID(), title: request.root, kind: .plot(shown), stages: request.stages,
        source: TablePages(Table(Schema([]), [], rowCount: 0)), theme: theme))
    return []
  }

  private mutating func receive(_ request: Request, _ source: any ViewerSource, _ rows: KeptRows) -> [Effect] {
    guard let index = sheets.firstIndex(where: { $0.id == request.sheet }) else { return [] }
    switch request.purpose {
    case .revise(let beforeSort):
      let before = sheets[index].rowCount
      let marked = sheets[index].marks.count
      var rows = rows
      if sheets[index].marks != request.marks {
        // Marks were changed while the request ran.
        rows = KeptRows(
          marks: sheets[index].marks, cursor: request.cursor, of: request.shown, in: source, after: request.stage)
      }
      sheets[index].revise(stages: request.stages, source: source, beforeSort: beforeSort, rows: rows)
      let after = source.rowCount
      let count =
        after == before
        ? counted(before, "row")
        : after < before
          ? "\(grouped(after)) of \(counted(before, "row"))" : "\(counted(before, "row")) became \(grouped(after))"
      let left = sheets[index].marks.count
      let marks = left == marked ? "" : ", \(grouped(left)) of \(grouped(marked)) marked"
      message = Message(text: (["\(request.title): \(count)\(marks)"] + source.notes).joined(separator: "; "))
    case .rename: sheets[index].rename(stages: request.stages, source: source)
    case .travel(let step):
      // If the sheet has changed meanwhile, the result is no longer needed.
      if sheets[index].version == request.version { _ = sheets[index].travel(step, with: source) }
    case .reload:
      sheets[index].reload(source)
      message = Message(text: "read anew: \(counted(source.rowCount, "row"))")
    case .push(let kind):
      sheets.append(
        Sheet(
          id: newID(), title: request.root, kind: kind, stages: request.stages, source: source, theme: theme,
          undoMemory: undoMemory))
      if !source.notes.isEmpty { message = Message(text: source.notes.joined(separator: "; ")) }
    case .plot: break
    case .copy: return copyRows(of: source)
    case .perform(let done): message = Message(text: done)
    }
    return []
  }
}

extension String {
  /// The name of a key in a message. Sequences that no terminal description knows have no name.
  fileprivate var asKey: String { hasSuffix("·") ? "this key" : "`\(self)`" }
}
