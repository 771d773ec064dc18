import Diagnostics
import Display
import Notebook
import Terminal

/// A session at a terminal: prompts, editing, completion, and the loop that ties them together.
final class PromptTerminal {
  private let session: Session
  private let output: Output
  private let editor: LineEditor
  private let journals: Journals?
  /// What stands at the next prompt already.
  private var prefill: String?

  init(session: Session, output: Output, folders: StateFolders) {
    self.session = session
    self.output = output
    journals = folders.journals.map { Journals(in: $0) }
    editor = LineEditor(applicationName: "lectern", historyFile: folders.history)
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

  /// Greets, and begins a session of which a journal is kept: a new one, or the last one again.
  func open(resuming: Bool) throws {
    say("Lectern \(version) · :help for help, Ctrl-D leaves")
    if resuming, let last = try journals?.newest() {
      try resume(last)
    } else {
      if resuming {
        say("there is no earlier session to resume: this is a new one")
      } else if let last = try? journals?.newest(), last.wasCutOff {
        say("the last session ended in the middle: lectern --resume brings it back")
      }
      keepJournal(startingWith: SessionDocument(frontMatter: Journal.frontMatter(of: session), parts: []))
    }
    journals?.prune()
  }

  /// Reads and runs cells until the person leaves.
  func loop() {
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
    session.endJournal()
  }

  private func keepJournal(startingWith document: SessionDocument) {
    session.journal = journals.map { Journal(in: $0.folder, startingWith: document) }
  }

  /// Runs an earlier session's cells again. Its journal makes way for the new one once all of them have run.
  private func resume(_ last: Journals.Entry) throws {
    let resumption = try working(output) { () throws(Diagnostic) in
      try Echo.off { () throws(Diagnostic) in
        try session.resume(last.document) { [output, session] cell, number in
          output.echo(cell, number: number, session.settings)
        }
      }
    }
    let count = resumption.document.cells.count
    say("\(count) \(count == 1 ? "cell" : "cells") of the last session run again")
    keepJournal(startingWith: resumption.document)
    try session.journal?.begin()
    if resumption.isComplete { last.remove() }
    if let unfinished = resumption.unfinished {
      say("the cell that was running when it ended stands at the prompt")
      prefill = unfinished
    }
  }

  private func say(_ text: String) { output.write(StyledText(text, .dim), session.settings) }

  func run(_ cell: String) {
    _ = Echo.off { working(output) { session.run(cell) } }
    if !cell.allSatisfy(\.isWhitespace) { output.write(StyledText(""), session.settings) }
  }

  /// The prompt with its colour, wrapped so that the editor knows what takes no room.
  private func prompt(_ text: String) -> String {
    editor.usesColor && session.settings.color ? "\u{1}\u{1B}[32m\u{2}\(text)\u{1}\u{1B}[39m\u{2}" : text
  }

  // MARK: - Playing a session

  /// Teaches the open session: its prose is shown, its cells stand at the prompt already, Enter runs them.
  func play() {
    keepJournal(startingWith: SessionDocument(frontMatter: Journal.frontMatter(of: session), parts: []))
    while !session.isOver, let (prose, cell) = session.advance() {
      showProse(prose)
      if cell.options.isHidden {
        run(cell.code)
        continue
      }
      guard playCell(cell) else { return session.endJournal() }
    }
    if let rest = session.remainingProse { showProse(rest) }
    say("that was the last cell; Ctrl-D leaves")
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
    // readline shows what is typed only where the terminal did.
    switch Echo.on(during: { editor.readLine(prompt: self.prompt("\(prompt) ")) }) {
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
