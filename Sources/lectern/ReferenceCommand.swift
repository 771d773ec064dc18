import ArgumentParser
import Diagnostics
import Display
import Formats
import Notebook
import Terminal

/// Prints the reference, or writes it as pages for `man`.
struct Reference: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the reference manual, in Markdown.",
    discussion: "Every verb, function, model, metric, split, plot, format, command and setting, with examples.")

  @ArgumentParser.Option(
    name: .customLong("man"),
    help: ArgumentHelp("Write the pages that `man` shows into a folder instead.", valueName: "folder"),
    completion: .directory)
  var manualFolder: String?

  func run() throws {
    guard let manualFolder else { return TerminalStream.output.write(referenceManual()).leaveIfIncomplete() }
    try Output(usesColor: true).showingDiagnostics {
      guard createFolder(manualFolder) else { throw Diagnostic("cannot make the folder `\(manualFolder)`") }
      for page in try manualPages() { try replaceFile(at: "\(manualFolder)/\(page.fileName)", with: page.text) }
    }
  }
}
