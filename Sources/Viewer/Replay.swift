import Diagnostics
import Display
import Terminal

/// The viewer without a terminal: what a key asks for is done before the next is pressed.
struct Replay {
  private(set) var state: ViewerState
  let host: ViewerHost

  init(state: ViewerState, host: ViewerHost) {
    self.state = state
    self.host = host
    self.state.loadPage()
  }

  /// How the keys left the viewer; nil where they did not.
  mutating func run(_ script: KeyScript) -> ExitAction? {
    for step in script.steps {
      var effects: [Effect] = []
      switch step {
      case .key(let key): effects = state.press(key)
      case .resize(let size): state.size = size
      }
      if let departure = perform(effects) { return departure }
      state.loadPage()
      if let request = state.valuesRequest() { state.receive(request.run(by: host), for: request.sheet) }
    }
    let departure = perform(state.stopWaitingForKeys())
    state.loadPage()
    return departure
  }

  private mutating func perform(_ effects: [Effect]) -> ExitAction? {
    for effect in effects {
      switch effect {
      case .leave(let departure): return departure
      case .run(let request):
        if let departure = perform(state.receive(request.id, request.run(by: host))) { return departure }
      case .search(let task):
        do throws(Diagnostic) {
          try task.run { state.receive($0) }
        } catch {
          state.searchStopped(task.id, because: error.message)
        }
      case .describe(let sheet, let column, let value):
        if let details = host.details(column, value) { state.receive(details: details, about: column, for: sheet) }
      case .open(let address): if !host.open(address) { state.show(address: address) }
      case .copy(let text): state.copied(to: host.keep(text))
      case .dump(let path):
        state.loadPage()
        state.dumped(to: path, failure: host.failure(writing: state.frame.text + "\n", to: path))
      case .redraw, .suspend, .cancel, .stopSearch: break
      }
    }
    return nil
  }
}

extension ViewerHost {
  /// Writes a file; what went wrong, if something did.
  func failure(writing text: String, to path: String) -> Diagnostic? {
    do throws(Diagnostic) {
      try write(text, path)
      return nil
    } catch {
      return error
    }
  }
}
