import ArgumentParser
import Diagnostics
import Foundation
import Jupyter
import Notebook
import Terminal

/// Lectern in Jupyter.
struct Kernel: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make Lectern a kernel of Jupyter.",
    discussion:
      """
      `lectern kernel install` tells Jupyter that there is a kernel; JupyterLab then offers notebooks in Lectern, and \
      `jupyter console --kernel lectern` opens a prompt. A notebook that `lectern export --to ipynb` wrote runs there. \
      The kernel needs ZeroMQ (libzmq.so.5, in Debian the package libzmq5).
      """,
    subcommands: [KernelInstall.self, KernelRun.self])
}

/// Writes what Jupyter finds the kernel by.
struct KernelInstall: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Tell Jupyter that Lectern is a kernel.",
    discussion: """
      Writes `kernels/NAME/kernel.json` into your own Jupyter folder, or below another one. Run it again after the \
      program has moved.
      """)

  @ArgumentParser.Option(
    help: ArgumentHelp(
      "Write below `share/jupyter` of this folder, such as that of a virtual environment, and not into your own.",
      valueName: "folder"),
    completion: .directory)
  var prefix: String?
  @ArgumentParser.Option(help: ArgumentHelp("What Jupyter calls the kernel.", valueName: "name"))
  var name = "lectern"
  @OptionGroup var options: SessionOptions

  func run() throws {
    let output = options.output()
    try output.showingDiagnostics { () throws in
      guard
        let folder = prefix.map({ $0 + "/share/jupyter" })
          ?? KernelSpecification.userFolder(environment: ProcessInfo.processInfo.environment)
      else { throw Diagnostic("there is no home to write to", hint: "`--prefix FOLDER` names a folder") }
      let path = try KernelSpecification(program: ownPath(), name: name).install(into: folder)
      let session = Session()
      output.show(.note("wrote \(path)"), of: session)
      output.show(.note("`jupyter lab` offers it; `jupyter console --kernel \(name)` opens a prompt"), of: session)
    }
  }

  /// The program's own path, which Jupyter is to start.
  private func ownPath() -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
  }
}

/// Answers Jupyter, which starts it.
struct KernelRun: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Answer Jupyter: it starts this by itself.",
    discussion: "Ends when Jupyter says so, or when a cell does by `:quit`.")

  @Argument(help: ArgumentHelp("Says where Jupyter listens.", valueName: "connection-file"), completion: .file())
  var connectionFile: String
  @OptionGroup var options: SessionOptions

  func run(_ output: Output) throws {
    let connection = try working(output) { () throws(Diagnostic) in try ConnectionFile(at: connectionFile) }
    let session = options.session(output, readingSettings: true)
    let kernel = JupyterKernel(session: session, version: version)
    let interrupts = kernel.interrupts
    try Signals.withInterrupts({ interrupts.request() }) { () throws(Diagnostic) in try kernel.serve(connection) }
  }
}
