import Diagnostics
import Display
import Tables

/// Performs the effects of a `ViewerState`: at a terminal, where work runs on other threads, or in a replay, where it
/// finishes before the next key.
protocol EffectPerformer {
  var state: ViewerState { get set }
  var host: ViewerHost { get }

  /// Runs verbs. Returns the effects that follow if the work finishes at once.
  mutating func start(_ request: Request) -> [Effect]
  mutating func start(_ task: SearchTask)
  /// Looks up an item in other tables.
  mutating func describe(sheet: Int, column: String, _ value: Value)
  mutating func cancel()
  mutating func stopSearch()
  /// Copies a text to the clipboard, if there is one.
  mutating func copy(_ text: String)
  mutating func redraw()
  mutating func suspend()
}

extension EffectPerformer {
  /// Performs effects in order, and the effects that follow from them. Returns how the viewer is closed, if it is.
  mutating func perform(_ effects: [Effect]) -> ExitAction? {
    for effect in effects {
      switch effect {
      case .leave(let exit): return exit
      case .run(let request): if let exit = perform(start(request)) { return exit }
      case .search(let task): start(task)
      case .stopSearch: stopSearch()
      case .cancel: cancel()
      case .describe(let sheet, let column, let value): describe(sheet: sheet, column: column, value)
      case .complete(let request): state.receive(request.run(by: host))
      case .open(let address): if !host.open(address) { state.show(address: address) }
      case .copy(let text):
        copy(text)
        state.copied(to: host.keep(text))
      case .dump(let path):
        state.loadPage()
        state.dumped(to: path, failure: host.failure(writing: state.frame.text + "\n", to: path))
      case .redraw: redraw()
      case .suspend: suspend()
      }
    }
    return nil
  }
}

extension ViewerHost {
  /// Writes a file. Returns the error, if there is one.
  fileprivate func failure(writing text: String, to path: String) -> Diagnostic? {
    do throws(Diagnostic) {
      try write(text, path)
      return nil
    } catch {
      return error
    }
  }
}
