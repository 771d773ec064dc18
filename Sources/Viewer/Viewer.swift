import Diagnostics
import Dispatch
import Parallelism
import Synchronization
import Terminal

/// The full-screen viewer: a table of any size under the fingers.
///
/// Keys become intents, intents change a `ViewerState`, and a state is drawn as a `Frame`; this type only connects them
/// to a terminal. Pipelines run on another thread, so the table can be read on while one does.
public enum Viewer {
  public enum Outcome: Sendable, Hashable {
    case closed
    /// What was done, as a line for the prompt.
    case pipeline(String)
    /// There is no terminal to draw on: print the table instead.
    case noTerminal
  }

  /// Shows a table until it is closed. For the main thread.
  ///
  /// - Parameter name: how a pipeline begins that starts from this table: `train`, `_7`, `load "orders.parquet"`.
  public static func show(
    _ source: any ViewerSource, name: String, host: ViewerHost, usesColor: Bool = true
  ) -> Outcome {
    guard let screen = Screen(usesColor: usesColor, mouse: false) else { return .noTerminal }
    defer { screen.close() }
    var session = Session(state: ViewerState(title: name, source: source, size: screen.size), host: host)
    return session.run(on: screen)
  }

  /// What other threads tell the one that draws.
  private enum News: Sendable {
    case progress(id: Int, fraction: Double, detail: String)
    case result(id: Int, Result<any ViewerSource, Diagnostic>)
  }

  private final class Inbox: Sendable {
    private let news = Mutex<[News]>([])

    func post(_ item: News) {
      news.withLock { $0.append(item) }
      Screen.wake()
    }

    func take() -> [News] {
      news.withLock { news in
        defer { news = [] }
        return news
      }
    }
  }

  private struct Session {
    var state: ViewerState
    let host: ViewerHost
    let inbox = Inbox()
    var cancellation = Cancellation()
    var needsRedraw = false

    mutating func run(on screen: Screen) -> Outcome {
      defer { cancellation.request() }
      while true {
        state.loadPage()
        state.frame.draw(on: screen, redraw: needsRedraw)
        needsRedraw = false
        var effects = take(screen.next(), screen)
        // All keys that are waiting, before the next frame.
        while let key = screen.pendingKey() { effects += state.press(key) }
        for effect in effects {
          if let outcome = perform(effect, on: screen) { return outcome }
        }
      }
    }

    private mutating func take(_ event: Screen.Event, _ screen: Screen) -> [Effect] {
      switch event {
      case .key(let key): return state.press(key)
      case .resized:
        state.size = screen.size
        needsRedraw = true
        return []
      case .woken, .timeout:
        var effects: [Effect] = []
        for item in inbox.take() {
          switch item {
          case .progress(let id, let fraction, let detail): state.progress(id, fraction: fraction, detail: detail)
          case .result(let id, let result): effects += state.receive(id, result)
          }
        }
        return effects
      }
    }

    private mutating func perform(_ effect: Effect, on screen: Screen) -> Outcome? {
      switch effect {
      case .leave(let pipeline): return pipeline.map { .pipeline($0) } ?? .closed
      case .redraw: needsRedraw = true
      case .suspend: screen.suspend()
      case .cancel: cancellation.request()
      case .copy(let text): screen.copy(text)
      case .run(let request): start(request)
      }
      return nil
    }

    private mutating func start(_ request: Request) {
      let cancellation = Cancellation()
      self.cancellation = cancellation
      let (id, verbs, run, inbox) = (request.id, request.text, host.run, inbox)
      let progress = Progress { moment in
        let fraction = Double(moment.completed) / Double(max(1, moment.total))
        inbox.post(.progress(id: id, fraction: fraction, detail: moment.detail))
      }
      DispatchQueue.global().async {
        let result = Cancellation.$current.withValue(cancellation) {
          Progress.$current.withValue(progress) {
            Result { () throws(Diagnostic) in try run(verbs) }
          }
        }
        inbox.post(.result(id: id, result))
      }
    }
  }
}
