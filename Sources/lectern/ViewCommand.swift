import ArgumentParser
import Diagnostics
import Display
import Formats
import Notebook
import Terminal

/// Opens the viewer on a file.
struct View: SessionCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open a file in the full-screen viewer.",
    discussion: """
      With `--keys` nothing is opened: the keys in the file are pressed one after another and the last screen is \
      printed. Keys stand as they are typed, `<Enter>` and `<Ctrl-F>` by name, `<Size 60x12>` resizes.
      """)

  @Argument(
    help: "A table's file in any format that `load` reads, a folder of part files, or an address.", completion: .file())
  var file: String
  @ArgumentParser.Option(help: ArgumentHelp("A file of keys to press.", valueName: "file"), completion: .file())
  var keys: String?
  @ArgumentParser.Option(
    help: ArgumentHelp("The size of the screen that the keys are pressed on.", valueName: "columnsxrows"))
  var size = "80x24"
  @OptionGroup var options: SessionOptions

  private var sides: [Int] { size.split(separator: "x").compactMap { Int($0) } }

  func validate() throws {
    guard sides.count == 2, sides.allSatisfy({ (1...10_000).contains($0) }) else {
      throw ValidationError("--size is COLUMNSxROWS, as in 80x24")
    }
  }

  func run(_ output: Output) throws {
    let session = options.session(output, readingSettings: true)
    if let keys {
      let script = try readTextFile(at: keys)
      session.replayViewing(keys: script, rows: sides[1], columns: sides[0]) { frame in
        output.write(StyledText(frame), session.settings)
      }
    } else {
      session.allowViewing(usesColor: !options.noColor && TerminalAbilities(of: .output).color > .none)
    }
    let code = "load \(Spelling.text(file)) | view"
    guard working(output, { session.run(code, name: "view") }) == .finished else { throw ExitCode(1) }
    // Without a prompt, the pipeline made in the viewer is printed.
    if let line = session.takePrefill() { output.write(StyledText(line), session.settings) }
  }
}
