import Display
import Notebook
import Terminal

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Where pieces of output go: results and dim lines to stdout, diagnostics to stderr. Where a cell writes a table to stdout
/// (`save "-"`), all else goes to stderr: it is no part of that table.
///
/// A reader who has left (`| head`) ends the process quietly, a disk that is full with status 1.
final class Output {
  private let colors: Colors
  private let errorColors: Colors
  private let hyperlinks: Bool
  let progress = ProgressLine()
  /// Receives what is shown, for terminals elsewhere.
  var audience: ((StyledText) -> Void)?
  /// How many rows of the screen were written since this was set.
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
  /// Ends the process where its output goes nowhere: quietly if nobody listens any more, else with status 1, since
  /// whoever reads the file later has to know that something is missing.
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
