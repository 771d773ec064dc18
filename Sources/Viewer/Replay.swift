import Diagnostics
import Display
import Tables
import Terminal

/// Runs the viewer without a terminal: the work that a key starts is finished before the next key.
struct Replay: EffectPerformer {
  var state: ViewerState
  let host: ViewerHost

  init(state: ViewerState, host: ViewerHost) {
    self.state = state
    self.host = host
    self.state.loadPage()
  }

  /// Presses the keys of a script. Returns how they closed the viewer; nil if they did not.
  mutating func run(_ script: KeyScript) -> ExitAction? {
    for step in script.steps {
      var effects: [Effect] = []
      switch step {
      case .key(let key): effects = state.press(key)
      case .resize(let size): state.size = size
      }
      if let exit = perform(effects) { return exit }
      state.loadPage()
      if let request = state.valuesRequest() { state.receive(request.run(by: host), for: request.sheet) }
      if let request = state.plotRequest() { state.receive(request.run(), for: request.sheet) }
      if let answer = state.linkRequest()?.run() {
        state.receive(answer)
        state.loadPage()
      }
      if let request = state.aggregatesRequest() { state.receive(request.run(by: host)) }
    }
    let exit = perform(state.stopWaitingForKeys())
    state.loadPage()
    return exit
  }

  // MARK: Effects

  mutating func start(_ request: Request) -> [Effect] { state.receive(request.id, request.run(by: host)) }

  mutating func start(_ task: SearchTask) {
    do throws(Diagnostic) {
      try task.run(by: host) { state.receive($0) }
    } catch {
      state.searchStopped(task.id, because: error.message)
    }
  }

  mutating func describe(sheet: Int, column: String, _ value: Value) {
    if let details = host.details(column, value) { state.receive(details: details, about: column, for: sheet) }
  }

  // Work is always finished before the next effect, and there is neither a screen nor a clipboard.
  func cancel() {}
  func stopSearch() {}
  func copy(_ text: String) {}
  func redraw() {}
  func suspend() {}
}
