import Diagnostics
import Display
import Notebook
import Terminal

extension PromptTerminal {
  /// Teaches a session file: shows its prose, and puts its cells at the prompt, where Enter runs them.
  func play(_ document: SessionDocument, text: String, at path: String) throws(Diagnostic) {
    if session.access != .everywhere {
      say("this session reads and writes only beside itself; --trust trusts its folder from now on")
    }
    try session.teach(document, text: text, at: path)
    keepJournal(startingWith: SessionDocument(frontMatter: Journal.frontMatter(of: session), parts: []))
    teach()
  }

  /// Runs the lesson until the user leaves.
  func teach() {
    editor.bind(LessonKeys.all.map(\.key))
    openToFollowers()
    defer { closeToFollowers() }
    var saidTheEnd = false
    while !session.isOver {
      session.readLessonAgain()
      guard let next = session.lesson?.next else { break }
      tellFollowers()
      if next != .ask(.end) { saidTheEnd = false }
      switch next {
      case .show(let markdown, let line): showPage(of: markdown, from: line)
      case .runHidden(let number):
        Echo.off { working(output) { session.runHiddenLessonCell(number) } }
      case .ask(.more): ask("Enter goes on ")
      case .ask(.answer(let title)): ask("\(sanitised(title)) – \(LessonKeys.name(.answer)) shows it, Enter goes on ")
      case .ask(.cell(let number, let code)): ask("In [\(number)]: ", prefill: code)
      case .ask(.experiment(let number, let experiment)): ask("In [\(number)+\(experiment)]: ")
      case .ask(.overBudget(let number, let seconds)):
        say("cell \(number) took longer than its \(durationText(seconds: seconds)); Ctrl-C gives it again")
        ask("Enter shows what is recorded and goes on ")
      case .ask(.end):
        if !saidTheEnd { say("that was the last cell; Ctrl-D leaves") }
        saidTheEnd = true
        let number = session.lesson?.nextCell ?? 1
        ask("In [\(number)+\((session.lesson?.experiments ?? 0) + 1)]: ")
      }
    }
    session.endJournal()
  }

  /// Reads a line for the lesson.
  private func ask(_ text: String, prefill: String? = nil) {
    editor.status = session.lesson.map {
      StatusLine($0.status(keys: LessonKeys.name), isEnlarged: session.settings.projector)
    }
    defer { editor.status = nil }
    let own = draft ?? session.takePrefill()
    draft = nil
    // Who typed while a cell ran did not see the next one: Enter on an empty line shows it again.
    let input = editor.readLine(
      prompt: prompt(text), prefill: own ?? prefill, yieldsPrefill: own == nil, takesKeys: true)
    switch input {
    case .line(let line):
      showFollowers(line, prompt: text)
      output.rowsShown = editor.rows(of: line, prompt: text)
      work(on: line) { session.runInLesson(line) }
      if !line.allSatisfy(\.isWhitespace) { output.write(StyledText(""), session.settings) }
    case .key(let key, let line):
      guard let lessonKey = LessonKeys.meaning(of: key) else { return draft = line }
      if lessonKey == .next, session.lesson?.isWaitingCell(line) == true { showFollowers(line, prompt: text) }
      output.rowsShown = editor.rows(of: line, prompt: text)
      work(on: line) { draft = session.lessonKey(lessonKey, line: line) }
      if lessonKey != .next || !line.allSatisfy(\.isWhitespace) { output.write(StyledText(""), session.settings) }
    case .interrupted: session.lessonInterrupted()
    case .endOfFile: session.leave()
    }
  }

  /// Runs a line. If it is a cell that exceeds its time limit, a remark says so while it runs.
  private func work(on line: String, _ body: () -> Void) {
    let isCell = session.lesson?.isWaitingCell(line) ?? false
    if isCell { tellFollowers(isRunning: true) }
    let budget = isCell ? session.lesson?.budget : nil
    let alarm = budget.map { BudgetAlarm(seconds: $0, output.progress) }
    defer { alarm?.cancel() }
    Echo.off { working(output, body) }
  }

  /// Shows as much of the prose as fits the screen; if possible, the page ends at a blank line in its last third.
  private func showPage(of markdown: String, from line: Int) {
    let page = session.presentation.styledText(.page(markdown)) ?? StyledText()
    let (lines, headings) = (page.lines, headingLines(of: page))
    let height = max(4, (TerminalStream.output.size?.rows ?? 24) - 2)
    let (plain, taken) = (lines.map(\.plain), min(output.rowsShown, height))
    var end = pageEnd(of: plain, from: line, height: height, taken: taken, headings: headings)
    // The cell after the prose should be on the same screen.
    if end == lines.count, let (number, code) = session.lesson?.followingCell {
      let rows = editor.rows(of: code, prompt: "In [\(number)]: ")
      let room = max(4, height - min(rows, height / 2))
      end = pageEnd(of: plain, from: line, height: room, taken: taken, headings: headings)
    }
    output.write(StyledText(Array(lines[min(line, end)..<end])), session.settings)
    if end == lines.count { output.write(StyledText(""), session.settings) }
    session.lessonShown(lines: end, of: lines.count)
  }
}
