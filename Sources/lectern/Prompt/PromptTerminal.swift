import Diagnostics
import Display
import Notebook
import Terminal

/// A session at a terminal: prompts, editing, completion, and the main loop.
final class PromptTerminal {
  let session: Session
  let output: Output
  let editor: LineEditor
  private let journals: Journals?
  /// The initial text of the next prompt.
  private var prefill: String?
  /// The line that was being typed at a lesson's prompt when one of the lesson's keys was pressed.
  var draft: String?
  /// The broadcast to followers; nil if there is no lesson or it failed to start.
  var followers: LessonBroadcast?
  /// The last state sent to them.
  var lastReport: LessonReport?
  /// The start of the lesson, in seconds since 1970.
  var lessonStarted = 0.0
  /// The planned duration in seconds, if given on the command line.
  var plannedDuration: Double?

  init(session: Session, output: Output, folders: StateFolders) {
    self.session = session
    self.output = output
    journals = folders.journals.map { Journals(in: $0) }
    editor = LineEditor(applicationName: "lectern", historyFile: folders.history)
    editor.isIncomplete = { [session] line in
      session.lesson?.commandBehindCell(line) == nil && Session.isIncomplete(line)
    }
    editor.complete = { [session] line, cursor in
      let list = session.completions(in: line, at: cursor)
      return Completion(
        range: list.range,
        candidates: list.candidates.map { .init($0.text, description: $0.description) },
        appendCharacter: list.addsSpace ? " " : nil)
    }
    colourLines()
    session.host.isInteractive = true
    session.host.height = { TerminalStream.output.size?.rows }
    session.allowViewing(usesColor: editor.usesColor && session.settings.color)
    session.host.waitForEnter = { [weak self] prompt throws(Diagnostic) in try self?.waitForEnter(prompt) }
    session.host.confirm = { [weak self] question throws(Diagnostic) in try self?.confirm(question) ?? false }
    session.host.edit = editText
  }

  /// Prints a greeting and starts a session with a journal: a new session, or an earlier one that is resumed.
  ///
  /// - Parameter number: the number of the earlier session, counted from the latest; 0 asks if there are several; nil
  ///   starts a new session.
  func open(resuming number: Int?) throws {
    say("Lectern \(version) · :help for help, Ctrl-D leaves")
    let earlier = journals?.entries() ?? []
    if let number, let chosen = try choose(from: earlier, number) {
      try resume(chosen)
    } else {
      if number != nil {
        say("there is no earlier session to resume: this is a new one")
      } else {
        let cutOff = earlier.count { $0.wasCutOff }
        if cutOff == 1 { say("an earlier session ended in the middle: lectern --resume brings it back") }
        if cutOff > 1 { say("\(cutOff) earlier sessions ended in the middle: lectern --resume lists them") }
      }
      keepJournal(startingWith: SessionDocument(frontMatter: Journal.frontMatter(of: session), parts: []))
    }
    journals?.prune()
  }

  /// Chooses an earlier session: the only one, or the one with this number, which is asked for if it is 0.
  private func choose(from earlier: [Journals.Entry], _ number: Int) throws -> Journals.Entry? {
    if number == 0 {
      guard earlier.count > 1 else { return earlier.first }
      for (index, entry) in earlier.enumerated() { say("\(index + 1)  \(entry.summary)") }
      guard case .line(let answer) = editor.readLine(prompt: prompt("which one? [1] ")) else {
        throw Diagnostic.interrupted
      }
      let text = answer.filter { !$0.isWhitespace }
      return try choose(from: earlier, text.isEmpty ? 1 : Int(text) ?? -1)
    }
    guard earlier.indices.contains(number &- 1) else {
      throw Diagnostic(
        "there is no earlier session of that number",
        hint: earlier.isEmpty
          ? nil : "there are 1 to \(earlier.count), the last one first: `lectern --resume` lists them")
    }
    return earlier[number - 1]
  }

  /// Reads and runs cells until the user leaves.
  func loop() {
    if session.lesson != nil { return teach() }
    while !session.isOver {
      switch editor.readLine(prompt: prompt("In [\(session.nextCell)]: "), prefill: prefill) {
      case .line(let cell):
        prefill = nil
        run(cell)
        prefill = session.takePrefill()
      case .interrupted, .key: prefill = nil
      case .endOfFile:
        session.leave()
      }
    }
    session.endJournal()
  }

  func keepJournal(startingWith document: SessionDocument) {
    session.journal = journals.map { Journal(in: $0.folder, startingWith: document) }
  }

  /// Replays an earlier session. Its journal is deleted once all cells have run.
  private func resume(_ last: Journals.Entry) throws {
    let resumption = try working(output) { () throws(Diagnostic) in
      try Echo.off { () throws(Diagnostic) in
        try session.resume(last.document) { [output, session] cell, label in
          output.echo(cell, label: label, of: session)
        }
      }
    }
    let count = resumption.document.cells.count
    say("\(count) \(count == 1 ? "cell" : "cells") of the session run again")
    if !resumption.leftOut.isEmpty {
      say("skipped, because these statements write files that may have changed since:")
      for stage in resumption.leftOut { say("  | \(stage.split(whereSeparator: \.isNewline).joined(separator: " "))") }
    }
    keepJournal(startingWith: resumption.document)
    try session.journal?.begin()
    if resumption.isComplete { last.remove() }
    if let unfinished = resumption.unfinished {
      say("the cell that was running when it ended stands at the prompt")
      prefill = unfinished
    }
  }

  func say(_ text: String) { output.show(.note(text), of: session) }

  func run(_ cell: String, access: FileAccess = .everywhere) {
    _ = Echo.off { working(output) { session.run(cell, access: access) } }
    if !cell.allSatisfy(\.isWhitespace) { output.write(StyledText(""), session.settings) }
  }

  /// The prompt with its colour; escape sequences are marked so that the editor does not count them.
  func prompt(_ text: String) -> String {
    editor.usesColor && session.settings.color ? "\u{1}\u{1B}[32m\u{2}\(text)\u{1}\u{1B}[39m\u{2}" : text
  }

  private func confirm(_ question: String) throws(Diagnostic) -> Bool {
    output.progress.clear()
    say(sanitised(question))
    switch Echo.on(during: { editor.readLine(prompt: self.prompt("[y/N] ")) }) {
    case .line(let answer): return isYes(answer)
    case .interrupted, .endOfFile, .key: throw .interrupted
    }
  }

  private func waitForEnter(_ prompt: String) throws(Diagnostic) {
    while true {
      // readline echoes input only if the terminal did.
      let input = Echo.on { editor.readLine(prompt: self.prompt("\(prompt) "), takesKeys: session.lesson != nil) }
      switch input {
      case .line: return
      case .key(let key, _): if LessonKeys.meaning(of: key) == .next { return }
      case .interrupted, .endOfFile: throw .interrupted
      }
    }
  }
}
