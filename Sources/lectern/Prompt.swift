import ArgumentParser
import Diagnostics
import Display
import Notebook
import Terminal

/// The prompt: reads a cell, runs it, prints what it says, and again. A script on standard input runs like a file.
struct Prompt: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open a prompt (what no subcommand does).", shouldDisplay: false)

  @OptionGroup var options: SessionOptions
  @OptionGroup var timing: TimingOptions

  func run() throws {
    guard TerminalStream.input.isTerminal else { return try runScript() }
    Signals.start()
    let folders = StateFolders()
    if let state = folders.state { _ = createFolder(state, mode: 0o700) }
    let output = options.output()
    let session = options.session(output, readingSettings: true)
    let terminal = PromptTerminal(session: session, output: output, history: folders.history)
    terminal.greet()
    terminal.loop()
  }

  private func runScript() throws {
    Signals.start()
    let output = options.output()
    do {
      let text = try readStandardInput()
      let document = try SessionDocument(parsing: text, name: "standard input")
      try runDocument(document, path: "standard input", options, timing, output, echoes: document.isMarkdown)
    } catch let diagnostic as Diagnostic {
      throw output.failing(with: diagnostic)
    }
  }
}

extension Output {
  /// Shows a diagnostic that ends the program, and the status to end with.
  func failing(with diagnostic: Diagnostic) -> ExitCode {
    let settings = Settings()
    writeError(
      diagnostic.styledText(settings.tableStyle(width: TerminalStream.error.size?.columns ?? 100).page), settings)
    return ExitCode(diagnostic.kind == .interruption ? interruptedStatus : 1)
  }
}
