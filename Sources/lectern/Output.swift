import Display
import Notebook
import Terminal

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Writes results and notes to stdout, diagnostics to stderr. If a cell writes a table to stdout (`save "-"`),
/// everything else goes to stderr, because it is not part of the table.
///
/// If the reader has closed the pipe (`| head`), the process ends silently; if the disk is full, with status 1.
final class Output {
  private let colors: Colors
  private let errorColors: Colors
  private let hyperlinks: Bool
  let progress = ProgressLine()
  /// Receives the shown text, for followers.
  var audience: ((StyledText) -> Void)?
  /// The number of screen rows written since this was set to 0.
  var rowsShown = 0

  init(usesColor: Bool) {
    let abilities = TerminalAbilities(of: .output)
    colors = usesColor ? Colors(abilities.color) : .none
    errorColors = usesColor ? Colors(TerminalAbilities(of: .error).color) : .none
    hyperlinks = abilities.hyperlinks
  }

  func show(_ piece: Piece, of session: Session) {
    guard let text = session.presentation.styledText(piece) else { return }
    if case .diagnostic = piece {
      writeError(text, session.settings)
    } else if session.outputIsTaken {
      writeError(text, session.settings)
    } else {
      write(text, session.settings)
    }
  }

  func write(_ text: StyledText, _ settings: Settings) {
    progress.clear()
    audience?(text)
    count(text)
    let shown = text.terminalText(settings.color ? colors : .none, links: hyperlinks && settings.links)
    write(shown + "\n", to: .output)
  }

  func writeError(_ text: StyledText, _ settings: Settings) {
    progress.clear()
    audience?(text)
    count(text)
    write(text.terminalText(settings.color ? errorColors : .none) + "\n", to: .error)
  }

  private func count(_ text: StyledText) {
    let columns = max(1, TerminalStream.output.size?.columns ?? .max)
    for line in text.lines { rowsShown += max(1, (line.width() - 1) / columns + 1) }
  }

  private func write(_ text: String, to stream: TerminalStream) {
    let delivery = stream.write(text)
    if stream == .output { delivery.leaveIfIncomplete() }
  }
}

extension TerminalStream.Delivery {
  /// Ends the process if its output cannot be written: silently if the reader has closed the pipe, else with status
  /// 1, so that an incomplete file is noticed.
  func leaveIfIncomplete() {
    switch self {
    case .complete: return
    case .unheard: exit(0)
    case .failed(let number):
      let reason = String(cString: strerror(number))
      TerminalStream.error.write("error: the standard output cannot be written: \(reason)\n")
      exit(1)
    }
  }
}

extension Colors {
  init(_ ability: TerminalAbilities.Color) {
    self =
      switch ability {
      case .none: .none
      case .sixteen: .eight
      case .indexed, .direct: .many
      }
  }
}
