import ArgumentParser
import Diagnostics
import Display
import Notebook
import Terminal

/// The prompt: reads a cell, runs it, prints what it says, and again. A script on standard input runs like a file.
struct Prompt: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open a prompt.",
    discussion: "This is what `lectern` does without a subcommand. A script on standard input runs like a file.")

  @OptionGroup var options: SessionOptions
  @OptionGroup var timing: TimingOptions

  @Flag(help: "Bring the last session back, as after a crash: its cells run again.")
  var resume = false

  func run(_ output: Output) throws {
    guard TerminalStream.input.isTerminal else {
      if resume { throw ValidationError("`--resume` needs a terminal") }
      return try runScript(output)
    }
    let folders = StateFolders()
    if let state = folders.state { _ = createFolder(state, mode: 0o700) }
    let session = options.session(output, readingSettings: true)
    let terminal = PromptTerminal(session: session, output: output, folders: folders)
    try terminal.open(resuming: resume)
    terminal.loop()
  }

  private func runScript(_ output: Output) throws {
    let document = try SessionDocument(parsing: readStandardInput(), name: "standard input")
    try runDocument(document, path: "standard input", options, timing, output, echoes: document.isMarkdown)
  }
}
