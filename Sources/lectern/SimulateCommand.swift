import ArgumentParser
import Diagnostics
import Notebook
import Terminal

/// Writes the seminar's four tables with simulated orders.
struct Simulate: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the seminar's four tables with made-up orders.",
    discussion:
      "The same scale and seed give the same files. Scale 1 is 19 million orders to learn from and 8 million to test on."
  )

  @Argument(help: "The folder to write to; made if it is not there.", completion: .directory)
  var folder: String
  @ArgumentParser.Option(name: .long, help: ArgumentHelp("How large: 1 is the shop's own size.", valueName: "factor"))
  var scale = 0.01
  @ArgumentParser.Option(name: .long, help: ArgumentHelp("Another seed makes another shop.", valueName: "number"))
  var seed: UInt64 = 0
  @OptionGroup var options: SessionOptions

  func run(_ output: Output) throws {
    let session = options.session(output)
    try working(output) { () throws(Diagnostic) in
      try simulate(into: folder, scale: scale, seed: seed) { output.show(.note($0), of: session) }
    }
  }
}
