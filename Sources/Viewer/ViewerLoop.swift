import Diagnostics
import Display
import Parallelism
import Tables
import Terminal

/// The event loop of the viewer at a terminal: waits for keys and for events of other threads, and draws.
struct ViewerLoop: EffectPerformer {
  var state: ViewerState
  let host: ViewerHost
  private let screen: Screen
  private let queue = EventQueue()
  private let pages = SerialWorker()
  private var work = Cancellation()
  private var search = Cancellation()
  private var counting = Cancellation()
  private var following = Cancellation()
  /// What stops the aggregates of a sheet, and of which rows they are.
  private var aggregating = (cancellation: Cancellation(), sheet: -1, version: -1)
  /// When freed memory will be returned to the system; nil if there is none to return.
  private var tidyingDue: ContinuousClock.Instant?
  private var needsRedraw = false
  private var lastFrame: ContinuousClock.Instant?
  private var pageAsked: ContinuousClock.Instant?

  /// The shortest time between two frames that were not caused by a key.
  private static let frameTime = Duration.milliseconds(16)
  /// How long to wait for a page before placeholders are drawn.
  private static let pagePatience = Duration.milliseconds(12)
  /// How long to wait after work before memory is returned to the system, since the next work may follow soon.
  private static let tidyingPatience = Duration.seconds(1)

  init(state: ViewerState, host: ViewerHost, on screen: Screen) {
    self.state = state
    self.host = host
    self.screen = screen
  }

  mutating func run() -> ViewingOutcome {
    defer { cancel() }
    var wasKey = true
    while true {
      loadPage()
      countValues()
      computeAggregates()
      drawPlot()
      followCursor()
      var timeout = timeUntilFrame(afterKey: wasKey)
      if timeout == nil {
        state.frame.draw(on: screen, redraw: needsRedraw)
        needsRedraw = false
        lastFrame = .now
        timeout = state.keys.isAmbiguous ? KeyReader.patience : millisecondsUntilTidying
      }
      let event = screen.next(within: timeout)
      if case .key = event { wasKey = true } else { wasKey = false }
      var effects = take(event)
      // Take all waiting keys before the next frame is drawn.
      while let key = screen.pendingKey() {
        effects += state.press(key)
        wasKey = true
      }
      if let exit = perform(effects) { return ViewingOutcome(exit) }
    }
  }

  /// The milliseconds to wait before drawing; nil to draw now. Waiting a little avoids placeholders, and combines
  /// events that come in quick succession into one frame.
  private func timeUntilFrame(afterKey: Bool) -> Int? {
    var due: ContinuousClock.Instant?
    if let pageAsked, state.isLoading { due = pageAsked + Self.pagePatience }
    if !afterKey, let lastFrame { due = max(due ?? lastFrame, lastFrame + Self.frameTime) }
    guard let due else { return nil }
    let left = due - .now
    return left > .zero ? max(1, Int(left / .milliseconds(1))) : nil
  }

  private var millisecondsUntilTidying: Int? {
    guard let tidyingDue, state.work == nil else { return nil }
    return max(1, Int((tidyingDue - .now) / .milliseconds(1)))
  }

  /// Returns memory to the system if nothing has run for a while.
  private mutating func tidyUp() {
    guard let tidyingDue, state.work == nil, tidyingDue <= .now else { return }
    self.tidyingDue = nil
    Background.start { releaseFreedMemory() }
  }

  /// Counts the values for the panel next to the table. A count for another column is cancelled.
  private mutating func countValues() {
    guard let request = state.valuesRequest() else { return }
    counting.request()
    let cancellation = Cancellation()
    counting = cancellation
    let (host, queue) = (host, queue)
    Background.start {
      let values = Cancellation.$current.withValue(cancellation) { request.run(by: host) }
      queue.post(.values(values, sheet: request.sheet))
    }
  }

  /// Computes the aggregates below the table. Those of rows that are no longer shown are stopped.
  private mutating func computeAggregates() {
    guard let request = state.aggregatesRequest() else { return }
    let isSame = aggregating.sheet == request.sheet && aggregating.version == request.version
    if !isSame { aggregating.cancellation.request() }
    if !isSame || aggregating.cancellation.isRequested {
      aggregating = (Cancellation(), request.sheet, request.version)
    }
    let (host, queue, cancellation) = (host, queue, aggregating.cancellation)
    Background.start {
      let answer = Cancellation.$current.withValue(cancellation) { request.run(by: host) }
      queue.post(.aggregates(answer))
    }
  }

  /// Looks for the row of the other sheet that belongs to the cursor's row. A search for an earlier one is stopped.
  private mutating func followCursor() {
    guard let request = state.linkRequest() else { return }
    following.request()
    let cancellation = Cancellation()
    following = cancellation
    let queue = queue
    Background.start {
      if let answer = Cancellation.$current.withValue(cancellation, operation: { request.run() }) {
        queue.post(.linked(answer))
      }
    }
  }

  private mutating func drawPlot() {
    guard let request = state.plotRequest() else { return }
    let queue = queue
    Background.start { queue.post(.drawing(request.run(), sheet: request.sheet)) }
  }

  private mutating func loadPage() {
    guard let request = state.loadPage(waits: false) else {
      if !state.isLoading { pageAsked = nil }
      return
    }
    pageAsked = pageAsked ?? .now
    let queue = queue
    let ticket = queue.newestPage()
    pages.run {
      // Skips the page if a newer one was requested meanwhile.
      guard queue.isNewest(ticket) else { return }
      queue.post(.page(request.read()))
    }
  }

  private mutating func take(_ event: Screen.Event) -> [Effect] {
    switch event {
    case .key(let key): return state.press(key)
    case .resized:
      state.size = screen.size
      needsRedraw = true
      return []
    case .woken, .timeout:
      var effects: [Effect] = []
      let events = queue.take()
      tidyUp()
      // A timeout without events ends the wait for the next key of a sequence.
      if case .timeout = event, events.isEmpty, !state.isLoading { effects = state.stopWaitingForKeys() }
      for item in events {
        switch item {
        case .progress(let id, let fraction, let detail): state.progress(id, fraction: fraction, detail: detail)
        case .result(let id, let result):
          effects += state.receive(id, result)
          tidyingDue = .now + Self.tidyingPatience
        case .values(let values, let sheet): state.receive(values, for: sheet)
        case .linked(let answer): state.receive(answer)
        case .drawing(let drawing, let sheet): state.receive(drawing, for: sheet)
        case .aggregates(let answer): state.receive(answer)
        case .page(let answer): state.take(answer)
        case .found(let found): state.receive(found)
        case .searchStopped(let id, let reason): state.searchStopped(id, because: reason)
        case .details(let table, let column, let sheet): state.receive(details: table, about: column, for: sheet)
        }
      }
      return effects
    }
  }

  // MARK: Effects

  mutating func cancel() {
    work.request()
    search.request()
    counting.request()
    aggregating.cancellation.request()
    following.request()
  }

  mutating func stopSearch() { search.request() }
  mutating func copy(_ text: String) { screen.copy(text) }
  mutating func redraw() { needsRedraw = true }

  mutating func suspend() {
    screen.suspend()
    state.size = screen.size
    needsRedraw = true
  }

  mutating func describe(sheet: Int, column: String, _ value: Value) {
    let (details, queue) = (host.details, queue)
    Background.start {
      if let table = details(column, value) { queue.post(.details(table, column: column, sheet: sheet)) }
    }
  }

  mutating func start(_ request: Request) -> [Effect] {
    let cancellation = Cancellation()
    work = cancellation
    let (host, queue) = (host, queue)
    let passes = Passes()
    let progress = Progress { moment in
      guard let events = passes.events(of: moment) else { return }
      queue.post(.progress(id: request.id, fraction: events.fraction, detail: events.detail))
    }
    Background.start {
      let result = Cancellation.$current.withValue(cancellation) {
        Progress.$current.withValue(progress) {
          Progress.ofLoops("") { request.run(by: host) }
        }
      }
      queue.post(.result(id: request.id, result))
    }
    return []
  }

  mutating func start(_ task: SearchTask) {
    search.request()
    let cancellation = Cancellation()
    search = cancellation
    let (host, queue) = (host, queue)
    Background.start {
      Cancellation.$current.withValue(cancellation) {
        do throws(Diagnostic) {
          try task.run(by: host) { queue.post(.found($0)) }
        } catch {
          queue.post(.searchStopped(id: task.id, error.kind == .interruption ? nil : error.message))
        }
      }
    }
  }
}

/// Events from other threads for the drawing thread.
private final class EventQueue: Sendable {
  enum Event: Sendable {
    case progress(id: Int, fraction: Double?, detail: String)
    case result(id: Int, Result<Request.Answer, Diagnostic>)
    case page(PageAnswer)
    case found(SearchTask.Event)
    case searchStopped(id: Int, String?)
    case details(Table, column: String, sheet: Int)
    case values(ColumnValues, sheet: Int)
    case linked(LinkRequest.Answer)
    case drawing(PlotDrawing, sheet: Int)
    case aggregates(AggregatesRequest.Answer)
  }

  private struct Contents {
    var events: [Event] = []
    var pages = 0
  }

  private let contents = Mutex(Contents())

  func post(_ item: Event) {
    contents.withLock { $0.events.append(item) }
    Screen.wake()
  }

  func take() -> [Event] {
    contents.withLock { contents in
      defer { contents.events = [] }
      return contents.events
    }
  }

  /// Returns a new page number, the largest so far.
  func newestPage() -> Int {
    contents.withLock { contents in
      contents.pages += 1
      return contents.pages
    }
  }

  func isNewest(_ page: Int) -> Bool { contents.withLock { $0.pages == page } }
}

/// Computes the progress of work with several passes, where each loop over the rows is one pass. The number of passes
/// is not known in advance. After a few passes the fraction says nothing, so the elapsed time is shown instead.
private final class Passes: Sendable {
  private struct State {
    var completed = 0
    var number = 1
    var told: ContinuousClock.Instant?
  }

  private let state = Mutex(State())
  private let start = ContinuousClock.now
  /// The shortest time between two progress events.
  private static let interval = Duration.milliseconds(100)
  private static let fewPasses = 3

  /// The progress to draw for a snapshot; nil if the last one was drawn a moment ago.
  func events(of moment: Progress.Snapshot) -> (fraction: Double?, detail: String)? {
    state.withLock { state in
      if moment.completed < state.completed / 2 { state.number += 1 }
      state.completed = moment.completed
      let now = ContinuousClock.now
      if let told = state.told, now - told < Self.interval { return nil }
      state.told = now
      if moment.title.isEmpty, state.number > Self.fewPasses {
        return (nil, "\((now - start).components.seconds) s")
      }
      let pass = state.number > 1 && moment.title.isEmpty ? "of pass \(state.number)" : moment.detail
      return (Double(moment.completed) / Double(max(1, moment.total)), pass)
    }
  }
}
