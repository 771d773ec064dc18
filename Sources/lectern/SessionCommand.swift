import ArgumentParser
import Diagnostics
import Display
import Notebook
import Terminal

/// A subcommand that works with a session: installs signal handlers, shows the diagnostic that ends it, and turns it
/// into an exit status.
protocol SessionCommand: ParsableCommand {
  var options: SessionOptions { get }
  func run(_ output: Output) throws
}

extension SessionCommand {
  func run() throws {
    Signals.start()
    let output = options.output()
    try output.showingDiagnostics { try run(output) }
  }
}

extension Output {
  /// Runs a subcommand's work. A diagnostic that ends it is shown and becomes the exit status.
  func showingDiagnostics(_ work: () throws -> Void) throws {
    do {
      try work()
    } catch let diagnostic as Diagnostic {
      writeFinal(diagnostic)
      throw ExitCode(diagnostic.kind == .interruption ? interruptedStatus : 1)
    }
  }

  /// Shows a diagnostic that ends the program, possibly before there is a session with settings.
  private func writeFinal(_ diagnostic: Diagnostic) {
    let settings = Settings()
    let page = settings.tableStyle(width: TerminalStream.error.size?.columns ?? 100).page
    writeError(diagnostic.styledText(page), settings)
  }
}
