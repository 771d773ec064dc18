import ArgumentParser
import Diagnostics
import Display
import Notebook
import Terminal

/// The prompt: reads cells, runs them and prints their output. A script on standard input is run like a file.
struct Prompt: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open a prompt.",
    discussion: "This is what `lectern` does without a subcommand. A script on standard input runs like a file.")

  @OptionGroup var options: SessionOptions
  @OptionGroup var trust: TrustOptions
  @OptionGroup var timing: TimingOptions

  @ArgumentParser.Option(
    defaultAsFlag: 0,
    help: ArgumentHelp(
      """
      Bring an earlier session back, as after a crash: its cells run again. Without a number, lists them where there are \
      several, and asks.
      """, valueName: "number"))
  var resume: Int?

  func run(_ output: Output) throws {
    guard TerminalStream.input.isTerminal else {
      if resume != nil { throw ValidationError("`--resume` needs a terminal") }
      return try runScript(output)
    }
    let folders = StateFolders()
    if let state = folders.state { _ = createFolder(state, mode: 0o700) }
    let session = options.session(output, readingSettings: true)
    try trust.apply(to: session, at: unsavedSession)
    let terminal = PromptTerminal(session: session, output: output, folders: folders)
    try terminal.open(resuming: resume)
    terminal.loop()
  }

  private func runScript(_ output: Output) throws {
    let text = try working(output) { () throws(Diagnostic) in try readStandardInput() }
    let document = try SessionDocument(parsing: text, name: unsavedSession)
    try runDocument(document, path: unsavedSession, options, trust, timing, output, echoes: document.isMarkdown)
  }
}
