import ArgumentParser
import Notebook

/// Prints the reference manual.
struct Reference: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the reference manual, in Markdown.",
    discussion: "Every verb, function, model, metric, split, plot, format, command and setting, with examples.")

  func run() { print(referenceManual(), terminator: "") }
}
