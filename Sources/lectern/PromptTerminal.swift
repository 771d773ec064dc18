import Diagnostics
import Display
import Notebook
import Terminal

/// A session at a terminal: prompts, editing, completion, and the loop that ties them together.
final class PromptTerminal {
  private let session: Session
  private let output: Output
  private let editor: LineEditor

  init(session: Session, output: Output, history: String?) {
    self.session = session
    self.output = output
    editor = LineEditor(applicationName: "lectern", historyFile: history)
    editor.isIncomplete = Session.isIncomplete
    editor.complete = { [session] line, cursor in
      let list = session.completions(in: line, at: cursor)
      return Completion(
        range: list.range,
        candidates: list.candidates.map { .init($0.text, description: $0.description) },
        appendCharacter: list.addsSpace ? " " : nil)
    }
    session.host.isInteractive = true
    session.allowViewing(usesColor: editor.usesColor && session.settings.color)
    session.host.waitForEnter = { [weak self] prompt throws(Diagnostic) in try self?.waitForEnter(prompt) }
    session.host.edit = editText
  }

  func greet() {
    output.write(
      StyledText("Lectern \(version) · `:help` for help, Ctrl-D leaves".replacing("`", with: ""), .dim),
      session.settings)
  }

  /// Reads and runs cells until the person leaves.
  func loop() {
    var prefill: String?
    while !session.isOver {
      switch editor.readLine(prompt: prompt("In [\(session.nextCell)]: "), prefill: prefill) {
      case .line(let cell):
        prefill = nil
        run(cell)
        prefill = session.takePrefill()
      case .interrupted: prefill = nil
      case .endOfFile:
        session.leave()
      }
    }
  }

  func run(_ cell: String) {
    let outcome = working(output) { session.run(cell) }
    _ = outcome
    if !cell.allSatisfy(\.isWhitespace) { output.write(StyledText(""), session.settings) }
  }

  /// The prompt with its colour, wrapped so that the editor knows what takes no room.
  private func prompt(_ text: String) -> String {
    editor.usesColor && session.settings.color ? "\u{1}\u{1B}[32m\u{2}\(text)\u{1}\u{1B}[39m\u{2}" : text
  }

  // MARK: - Playing a session

  /// Teaches the open session: its prose is shown, its cells stand at the prompt already, Enter runs them.
  func play() {
    while !session.isOver, let (prose, cell) = session.advance() {
      showProse(prose)
      if cell.options.isHidden {
        run(cell.code)
        continue
      }
      guard playCell(cell) else { return }
    }
    if let rest = session.remainingProse { showProse(rest) }
    output.write(StyledText("that was the last cell; Ctrl-D leaves", .dim), session.settings)
    loop()
  }

  /// A cell at the prompt, until Enter has run it or something in its place that was typed over it; false at the end.
  private func playCell(_ cell: SessionDocument.Cell) -> Bool {
    while !session.isOver {
      let line = editor.readLine(prompt: prompt("In [\(session.nextCell)]: "), prefill: cell.code.trimmingNewlines)
      switch line {
      case .line(let code):
        run(code)
        // Something else that was asked in between does not use the cell up.
        if code == cell.code.trimmingNewlines || !session.wasAside(code) { return !session.isOver }
      case .interrupted: continue
      case .endOfFile:
        session.leave()
        return false
      }
    }
    return false
  }

  private func showProse(_ prose: String) {
    guard !prose.allSatisfy(\.isWhitespace) else { return }
    output.show(.page(prose), of: session)
    output.write(StyledText(""), session.settings)
  }

  private func waitForEnter(_ prompt: String) throws(Diagnostic) {
    switch editor.readLine(prompt: self.prompt("\(prompt) ")) {
    case .line: return
    case .interrupted, .endOfFile: throw .interrupted
    }
  }
}

extension String {
  /// The text without line breaks at its end.
  var trimmingNewlines: String {
    var text = self
    while text.last?.isNewline == true { text.removeLast() }
    return text
  }
}
