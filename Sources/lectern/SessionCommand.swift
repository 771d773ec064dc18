import ArgumentParser
import Diagnostics
import Display
import Notebook
import Terminal

/// A subcommand that works with a session: signals are heard, a diagnostic that ends it is shown and becomes the exit
/// status.
protocol SessionCommand: ParsableCommand {
  var options: SessionOptions { get }
  func run(_ output: Output) throws
}

extension SessionCommand {
  func run() throws {
    Signals.start()
    let output = options.output()
    do {
      try run(output)
    } catch let diagnostic as Diagnostic {
      output.writeFinal(diagnostic)
      throw ExitCode(diagnostic.kind == .interruption ? interruptedStatus : 1)
    }
  }
}

extension Output {
  /// Shows a diagnostic that ends the program, when there may be no session whose settings say how.
  fileprivate func writeFinal(_ diagnostic: Diagnostic) {
    let settings = Settings()
    let page = settings.tableStyle(width: TerminalStream.error.size?.columns ?? 100).page
    writeError(diagnostic.styledText(page), settings)
  }
}
