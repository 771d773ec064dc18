import Display
import Notebook
import Terminal

/// Where pieces of output go: results and dim lines to stdout, diagnostics to stderr.
///
/// A reader who has left (`| head`) ends the process quietly.
final class Output {
  private let colors: Colors
  private let errorColors: Colors
  private let hyperlinks: Bool
  let progress = ProgressLine()

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
    } else {
      write(text, session.settings)
    }
  }

  func write(_ text: StyledText, _ settings: Settings) {
    progress.clear()
    let shown = text.terminalText(settings.color ? colors : .none, links: hyperlinks && settings.links)
    write(shown + "\n", to: .output)
  }

  func writeError(_ text: StyledText, _ settings: Settings) {
    progress.clear()
    write(text.terminalText(settings.color ? errorColors : .none) + "\n", to: .error)
  }

  private func write(_ text: String, to stream: TerminalStream) {
    if !stream.write(text), stream == .output { leaveQuietly() }
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
