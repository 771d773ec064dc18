import CTerminal
import Glibc

/// Reads cells: at a terminal with editing, history and completion; from a pipe line by line.
///
/// Editing is done by GNU readline, so all of its keys and `~/.inputrc` (`$if lectern`) work. Drawing is done here: a
/// cell of several lines is edited as a whole, with a continuation prompt, and completions are listed below it.
///
/// Use it only on the main thread, one at a time: readline has one global state.
public final class LineEditor {
  /// Whether Enter should insert a line break instead of ending the cell. Two blank lines always end it.
  public var isIncomplete: (String) -> Bool = { _ in false }
  /// The completions at a byte offset of the line.
  public var complete: (_ line: String, _ cursor: Int) -> Completion = { _, cursor in .none(at: cursor) }
  /// The styles of parts of the line while it is typed.
  public var styles: (_ line: String, _ cursor: Int) -> [LineStyle] = { _, _ in [] }
  /// A hint shown after the end of the line.
  public var hint: (_ line: String) -> String? = { _ in nil }
  /// Whether prompts and menus may have colours.
  public var usesColor: Bool
  /// The status line below the line.
  public var status: StatusLine?

  private let applicationName: String
  private let output: Int32
  private let drawsLines: Bool
  private let isInteractive: Bool
  private let history: HistoryFile?
  private var reader = LineReader()
  private var lastEntry: String?

  private var prompt = ""
  private var continuation = ""
  private var drawing = LineDrawing()
  private var menu: [Completion.Candidate] = []
  private var result: LineInput?
  private var takesKeys = false
  /// The input with which the current key ends the line.
  private var ending: LineInput?
  private var isSearchingHistory = false

  /// - Parameter historyFile: where lines are kept between runs; nil keeps them only for this run.
  public init(applicationName: String, historyFile: String?) {
    self.applicationName = applicationName
    history = historyFile.map { HistoryFile(path: $0) }
    isInteractive = TerminalStream.input.isTerminal
    // If standard output is redirected, the prompt is still shown on the terminal.
    let terminal = isInteractive && !TerminalStream.output.isTerminal ? open("/dev/tty", O_WRONLY | O_CLOEXEC) : -1
    output = terminal >= 0 ? terminal : TerminalStream.output.rawValue
    let abilities = TerminalAbilities(isTerminal: isInteractive) { name in getenv(name).map { String(cString: $0) } }
    drawsLines = abilities.cursorMotion
    usesColor = abilities.color > .none
    guard isInteractive else { return }
    Signals.start()
    startReadline()
    if let history {
      line_editor_limit_history(Int32(history.limit))
      for entry in history.load() {
        line_editor_add_history(entry.text, entry.seconds)
        lastEntry = entry.text
      }
    }
  }

  /// Reads one cell.
  ///
  /// - Parameters:
  ///   - prompt: escape sequences in it must be wrapped in `\u{1}…\u{2}`.
  ///   - prefill: the initial text, so that Enter alone runs it.
  ///   - yieldsPrefill: whether text that was typed before the prompt stood there begins a line of its own, without
  ///     `prefill`. Enter and other keys that were typed then find it.
  ///   - takesKeys: whether a bound key ends the line.
  public func readLine(
    prompt: String, prefill: String? = nil, yieldsPrefill: Bool = false, takesKeys: Bool = false
  ) -> LineInput {
    guard isInteractive else { return reader.readLine() }
    self.prompt = prompt
    let dots = continuation(of: prompt)
    continuation = usesColor ? "\u{1}\u{1B}[2m\u{2}\(dots)\u{1}\u{1B}[22m\u{2}" : dots
    result = nil
    ending = nil
    self.takesKeys = takesKeys
    menu = []
    drawing = LineDrawing()
    terminal_forget_events()
    startReadline()
    // Running work may ask for a line; until it is read, Ctrl-C belongs to the line.
    let wasWorking = terminal_set_working(false)
    terminal_hold(TERMINAL_LINE_EDITOR)
    defer {
      terminal_hold(TERMINAL_FREE)
      _ = terminal_set_working(wasWorking)
    }
    line_editor_begin(prompt)
    let ahead = yieldsPrefill ? line_editor_typed_ahead() : -1
    let startsLine = ahead >= 0x20 && ahead != 0x7F
    if let prefill, !prefill.isEmpty, !startsLine {
      line_editor_replace(0, 0, prefill)
      redraw()
    }
    if ahead >= 0 { readKey() }
    while true {
      if let result { return remember(result) }
      wait()
    }
  }

  private func wait() {
    switch terminal_wait(TerminalStream.input.rawValue, -1) {
    case TERMINAL_INPUT: readKey()
    case TERMINAL_INTERRUPT: end(with: .interrupted)
    case TERMINAL_RESIZE:
      line_editor_resize()
      send(drawing.erase(columns: size.columns))
      redraw()
    case TERMINAL_STOP:
      finishDrawing(remark: "^Z")
      line_editor_pause()
      terminal_stop_process()
      line_editor_resume()
      redraw()
    case TERMINAL_CONTINUE:
      // After a stop that could not be caught, the terminal has the shell's modes.
      line_editor_pause()
      line_editor_resume()
      send(drawing.erase(columns: size.columns))
      redraw()
    default: break
    }
  }

  private func readKey() {
    menu = []
    line_editor_read_key()
    // Must not be called from inside readline, which continues with the line after the key.
    if let ending, result == nil { end(with: ending) }
  }

  /// Ends the line without accepting it.
  private func end(with input: LineInput) {
    finishDrawing(remark: input == .interrupted ? "^C" : "")
    result = input
    line_editor_abandon()
  }

  private func remember(_ input: LineInput) -> LineInput {
    guard case .line(let text) = input, text != lastEntry, !text.allSatisfy(\.isWhitespace) else { return input }
    lastEntry = text
    let entry = HistoryFile.Entry(seconds: Int64(time(nil)), text: text)
    line_editor_add_history(entry.text, entry.seconds)
    history?.append(entry)
    return input
  }

  // MARK: What readline calls

  private func startReadline() {
    let callbacks = line_editor_callbacks(
      context: Unmanaged.passUnretained(self).toOpaque(),
      perform: { context, command in LineEditor.editor(context)?.perform(command) },
      draw: drawsLines ? { context in LineEditor.editor(context)?.redraw() } : nil,
      finish: { context, line in LineEditor.editor(context)?.finish(line.map { String(cString: $0) }) })
    line_editor_start(applicationName, TerminalStream.input.rawValue, output, callbacks)
  }

  private static func editor(_ context: UnsafeMutableRawPointer?) -> LineEditor? {
    context.map { Unmanaged<LineEditor>.fromOpaque($0).takeUnretainedValue() }
  }

  private func finish(_ line: String?) {
    guard let line else {
      if drawsLines { finishDrawing(remark: "") } else { send("\n") }
      result = .endOfFile
      return
    }
    if drawsLines { send(drawing.leave()) }
    result = .line(line)
  }

  private func perform(_ command: line_editor_command) {
    switch command {
    case LINE_EDITOR_ENTER: enter()
    case LINE_EDITOR_NEW_LINE: insert("\n")
    case LINE_EDITOR_COMPLETE: completeWord()
    case LINE_EDITOR_UP: move(-1)
    case LINE_EDITOR_DOWN: move(1)
    case LINE_EDITOR_INTERRUPT: ending = .interrupted
    case LINE_EDITOR_BOUND_KEY:
      if takesKeys, let key = boundKey() { ending = .key(key, line: text) }
    case LINE_EDITOR_CLEAR_SCREEN:
      guard drawsLines else { return }
      drawing = LineDrawing()
      send("\u{1B}[H\u{1B}[2J")
      redraw()
    default: break
    }
  }

  private func enter() {
    let text = text
    let hasTwoBlankLines = cursor == text.utf8.count && text.utf8.elementsEndInTwoBlankLines
    guard hasTwoBlankLines || !isIncomplete(text) else { return insert("\n") }
    // A pasted block ends with a line break, which does not start another line.
    let end = text.utf8.count
    let lineBreaks = text.utf8.reversed().prefix { $0 == UInt8(ascii: "\n") }.count
    line_editor_replace(Int32(end - lineBreaks), Int32(end), "")
    // Draws all rows, so that the complete cell is visible above its result.
    if drawsLines { draw(height: .max, isLast: true) }
    line_editor_accept()
  }

  /// Moves to the line above or below; from the first or last line, through the history. If text is before the
  /// cursor, only history entries that begin with it are shown.
  private func move(_ direction: Int32) {
    let bytes = Array(text.utf8)
    let offset = min(cursor, bytes.count)
    let lineStart = (bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    let lineEnd = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    let isContinuing = line_editor_repeats_history()
    if !isContinuing || !isSearchingHistory {
      if direction < 0 && lineStart > 0 {
        let start = (bytes[..<(lineStart - 1)].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        return placeCursor(bytes, from: start, to: lineStart - 1, column: columns(bytes[lineStart..<offset]))
      }
      if direction > 0 && lineEnd < bytes.count {
        let end = bytes[(lineEnd + 1)...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        return placeCursor(bytes, from: lineEnd + 1, to: end, column: columns(bytes[lineStart..<offset]))
      }
    }
    if !isContinuing { isSearchingHistory = offset > 0 }
    line_editor_recall(direction, isSearchingHistory)
  }

  private func columns(_ bytes: ArraySlice<UInt8>) -> Int { visibleCells(String(decoding: bytes, as: UTF8.self)).width }

  private func placeCursor(_ bytes: [UInt8], from start: Int, to end: Int, column: Int) {
    var offset = start
    var width = 0
    for scalar in String(decoding: bytes[start..<end], as: UTF8.self).unicodeScalars {
      width += CharacterCells(scalar).width
      if width > column { break }
      offset += UTF8.width(scalar)
    }
    line_editor_set_cursor(Int32(offset))
  }

  private func completeWord() {
    let text = text
    let bytes = Array(text.utf8)
    let completion = complete(text, cursor)
    let range = completion.range.clamped(to: 0..<bytes.count)
    guard !completion.candidates.isEmpty else { return }
    let typed = String(decoding: bytes[range], as: UTF8.self)
    let next = String(decoding: bytes[range.upperBound...], as: UTF8.self).first
    if let replacement = completion.replacement(for: typed, next: next) {
      line_editor_replace(Int32(range.lowerBound), Int32(range.upperBound), replacement.text)
      if replacement.isFinal { return }
    }
    menu = completion.candidates
  }

  // MARK: Drawing

  private var text: String { String(cString: line_editor_text()) }
  private var cursor: Int { Int(line_editor_cursor()) }
  /// How many rows of the screen a line takes up behind its prompt.
  public func rows(of line: String, prompt: String) -> Int {
    LineLayout(
      prompt: prompt, continuation: continuation(of: prompt), line: line, cursor: 0, columns: size.columns
    ).rows.count
  }

  /// What stands before the second and later lines of a cell.
  private func continuation(of prompt: String) -> String {
    String(repeating: " ", count: max(0, LineLayout.width(ofPrompt: prompt) - 5)) + "...: "
  }

  private var size: TerminalSize { TerminalStream.input.size ?? TerminalSize(rows: 24, columns: 80) }

  private func insert(_ addition: String) { line_editor_replace(Int32(cursor), Int32(cursor), addition) }

  private func send(_ text: String) { _ = writeAll(Array(text.utf8), to: output) }

  private func redraw() {
    // After the line is finished, readline would request another drawing.
    if drawsLines && result == nil { draw(height: size.rows) }
  }

  private func draw(height: Int, isLast: Bool = false) {
    let size = size
    var layout = LineLayout(
      prompt: String(cString: line_editor_prompt()), continuation: continuation, line: text, cursor: cursor,
      columns: size.columns, styles: styles(text, isLast ? -1 : cursor))
    if !isLast, cursor == text.utf8.count, let hint = hint(text) { layout.append(hint: hint, usesColor: usesColor) }
    let room = max(1, min(size.rows - layout.rows.count, size.rows * 2 / 3))
    layout.append(
      menu: CompletionMenu(candidates: menu, usesColor: usesColor).rows(columns: size.columns, height: room))
    if !isLast, let rows = status?.rows(columns: size.columns, usesColor: usesColor),
      layout.rows.count + rows.count < size.rows
    {
      layout.append(menu: rows)
    }
    send(drawing.update(to: layout, height: height))
  }

  private func finishDrawing(remark: String) {
    menu = []
    line_editor_set_cursor(Int32(text.utf8.count))
    if drawsLines && result == nil { draw(height: size.rows, isLast: true) }
    send(drawing.leave(remark))
  }
}

extension String.UTF8View {
  /// Whether the last two lines are blank.
  fileprivate var elementsEndInTwoBlankLines: Bool {
    var lineBreaks = 0
    for byte in reversed() {
      if byte == UInt8(ascii: "\n") { lineBreaks += 1 } else if byte != UInt8(ascii: " ") { break }
      if lineBreaks == 2 { return true }
    }
    return false
  }
}
