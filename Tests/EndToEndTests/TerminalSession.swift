import Foundation
import Testing

/// A program in a terminal of its own, driven as a person would: keys in, a screen out.
///
/// The terminal is tmux with a private server and no configuration. Nothing here sleeps for long: whoever expects
/// something polls until it is there, or fails with the screen as it is.
final class TerminalSession {
  static let isAvailable =
    run("/usr/bin/env", ["tmux", "-V"]).status == 0 && FileManager.default.fileExists(atPath: program)

  /// The program that was built beside these tests.
  static let program: String = {
    let tests =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(filePath: tests).deletingLastPathComponent().appending(path: "lectern").path
  }()

  private let server = "lectern-\(UUID().uuidString)"
  /// A home of its own, so that no history and no settings come in from outside.
  let home: URL

  /// - Parameters:
  ///   - arguments: of the program.
  ///   - home: the one of an earlier session, to find what it left.
  init(
    _ arguments: [String] = [], rows: Int = 24, columns: Int = 80, home: URL? = nil, environment: [String: String] = [:]
  ) throws {
    self.home = home ?? FileManager.default.temporaryDirectory.appending(path: "lectern-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: self.home, withIntermediateDirectories: true)
    var settings = [
      "HOME": self.home.path, "INPUTRC": "/dev/null", "PS1": "$ ", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8",
    ]
    settings.merge(environment) { $1 }
    let assignments = settings.map { "\($0.key)=\($0.value)" }
    tmux(
      [
        "-f", "/dev/null", "-u", "new-session", "-d", "-s", "t", "-x", "\(columns)", "-y", "\(rows)", "-c",
        self.home.path,
      ]
        + ["env", "-i", "TERM=tmux-256color"] + assignments + ["bash", "--norc", "--noprofile"])
    try expect("$")
    type(([Self.program] + arguments).map { "'\($0)'" }.joined(separator: " "))
    press("Enter")
  }

  deinit { tmux(["kill-server"]) }

  // MARK: Hands

  func type(_ text: String) { tmux(["send-keys", "-t", "t", "-l", "--", text]) }

  /// Keys by tmux's names: `Enter`, `C-c`, `Up`.
  func press(_ keys: String...) { tmux(["send-keys", "-t", "t"] + keys) }

  /// A block, as a terminal with bracketed paste sends it.
  func paste(_ text: String) {
    tmux(["set-buffer", "--", text])
    tmux(["paste-buffer", "-p", "-t", "t"])
  }

  func resize(rows: Int, columns: Int) { tmux(["resize-window", "-t", "t", "-x", "\(columns)", "-y", "\(rows)"]) }

  // MARK: Eyes

  var screen: String {
    let text = tmux(["capture-pane", "-p", "-t", "t"])
    return text.trimmingCharacters(in: .newlines)
  }

  /// Waits until the screen holds `text`, as often as `times` says.
  func expect(_ text: String, times: Int = 1, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try expect("`\(text)`", sourceLocation: sourceLocation) { screen in
      screen.components(separatedBy: text).count > times
    }
  }

  /// Waits until the screen does not hold `text`.
  func expectGone(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try expect("no `\(text)`", sourceLocation: sourceLocation) { !$0.contains(text) }
  }

  private func expect(_ wanted: String, sourceLocation: SourceLocation, _ holds: (String) -> Bool) throws {
    let end = Date.now + 10
    var last = ""
    while Date.now < end {
      last = screen
      if holds(last) { return }
      usleep(20_000)
    }
    Issue.record(Comment(rawValue: "the screen should show \(wanted):\n\(last)"), sourceLocation: sourceLocation)
    throw CancellationError()
  }

  // MARK: tmux

  @discardableResult
  private func tmux(_ arguments: [String]) -> String {
    Self.run("/usr/bin/env", ["tmux", "-L", server] + arguments).output
  }

  /// Runs a program to its end.
  static func run(_ path: String, _ arguments: [String], input: String? = nil, in folder: URL? = nil) -> (
    status: Int32, output: String, errors: String
  ) {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    let (output, errors, source) = (Pipe(), Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = input == nil ? FileHandle.nullDevice : source
    do { try process.run() } catch { return (-1, "", "\(error)") }
    if let input {
      source.fileHandleForWriting.write(Data(input.utf8))
      try? source.fileHandleForWriting.close()
    }
    let found = output.fileHandleForReading.readDataToEndOfFile()
    let faults = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: found, as: UTF8.self), String(decoding: faults, as: UTF8.self))
  }
}
