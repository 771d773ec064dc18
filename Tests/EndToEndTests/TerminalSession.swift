import Foundation
import Glibc
import Testing

/// A folder that stands for a person's home, so that no history and no settings come in from outside; gone with the last
/// session that lives in it.
final class Home {
  let folder = FileManager.default.temporaryDirectory.appending(path: "lectern-test-\(UUID().uuidString)")
  var path: String { folder.path }

  init() { try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func write(_ text: String, to name: String) throws {
    try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
  }

  func read(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }
}

/// A program in a terminal of its own, driven as a person would: keys in, a screen out.
///
/// The terminal is tmux with a private server and no configuration. Nothing here sleeps for long: whoever expects
/// something polls until it is there, or fails with the screen as it is.
final class TerminalSession {
  static let isAvailable =
    ChildProcess("tmux", ["-V"]).status == 0 && FileManager.default.fileExists(atPath: program)

  /// The program that was built beside these tests.
  static let program: String = {
    let tests =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(filePath: tests).deletingLastPathComponent().appending(path: "lectern").path
  }()

  private static var programFolder: String { URL(filePath: program).deletingLastPathComponent().path }

  private let server = "lectern-\(UUID().uuidString)"
  let home: Home
  private var questions = 0

  /// - Parameters:
  ///   - arguments: of the program; nil leaves the shell to `run`.
  ///   - home: the one of an earlier session, to find what it left.
  init(
    _ arguments: [String]? = [], rows: Int = 24, columns: Int = 80, home: Home = Home(),
    environment: [String: String] = [:]
  ) throws {
    self.home = home
    var settings = [
      "HOME": home.path, "INPUTRC": "/dev/null", "PS1": "$ ", "SWIFT_BACKTRACE": "enable=no",
      "PATH": "\(Self.programFolder):/usr/bin:/bin",
      "LANG": "C.UTF-8",
    ]
    settings.merge(environment) { $1 }
    let assignments = settings.map { "\($0.key)=\($0.value)" }
    tmux(
      ["-f", "/dev/null", "-u", "new-session", "-d", "-s", "t", "-x", "\(columns)", "-y", "\(rows)"]
        + ["-c", home.path, "env", "-i", "TERM=tmux-256color"] + assignments + ["bash", "--norc", "--noprofile"])
    tmux(["set-option", "-s", "set-clipboard", "on"])
    try expectShell()
    if let arguments { run((["lectern"] + arguments).map { "'\($0)'" }.joined(separator: " ")) }
  }

  /// A session whose first prompt has appeared.
  static func atPrompt(home: Home = Home()) throws -> TerminalSession {
    let session = try TerminalSession(home: home)
    try session.expect("In [1]:")
    return session
  }

  deinit { tmux(["kill-server"]) }

  // MARK: Hands

  /// A line for the shell or the prompt.
  func run(_ line: String) {
    type(line)
    press("Enter")
  }

  func type(_ text: String) { tmux(["send-keys", "-t", "t", "-l", "--", text]) }

  /// Keys by tmux's names: `Enter`, `C-c`, `Up`.
  func press(_ keys: String...) { tmux(["send-keys", "-t", "t"] + keys) }

  /// A block, as a terminal with bracketed paste sends it.
  func paste(_ text: String) {
    tmux(["set-buffer", "--", text])
    tmux(["paste-buffer", "-p", "-t", "t"])
  }

  func resize(rows: Int, columns: Int) { tmux(["resize-window", "-t", "t", "-x", "\(columns)", "-y", "\(rows)"]) }

  /// Sends a signal to the program that the shell waits for.
  func kill(_ signal: Int32) {
    let shell = tmux(["display-message", "-p", "-t", "t", "#{pane_pid}"]).trimmingCharacters(
      in: .whitespacesAndNewlines)
    let children = try? String(contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
    for child in (children ?? "").split(separator: " ").compactMap({ pid_t($0) }) { Glibc.kill(child, signal) }
  }

  // MARK: Eyes

  var screen: String {
    let text = tmux(["capture-pane", "-p", "-t", "t"])
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Waits until the screen holds `text`, as often as `times` says.
  func expect(_ text: String, times: Int = 1, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try expect("`\(text)`", sourceLocation: sourceLocation) { screen in
      screen.components(separatedBy: text).count > times
    }
  }

  /// Waits for the shell's prompt: the program has ended, or has not begun.
  func expectShell(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try expect("the shell's prompt", sourceLocation: sourceLocation) { $0 == "$" || $0.hasSuffix("\n$") }
  }

  /// Waits until the screen does not hold `text`.
  func expectGone(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try expect("no `\(text)`", sourceLocation: sourceLocation) { !$0.contains(text) }
  }

  private func expect(_ wanted: String, sourceLocation: SourceLocation, _ holds: (String) -> Bool) throws {
    // Only what never comes is waited for so long; a busy machine may take its time.
    let end = Date.now + 180
    var last = ""
    while Date.now < end {
      last = screen
      if holds(last) { return }
      usleep(20_000)
    }
    Issue.record(Comment(rawValue: "the screen should show \(wanted):\n\(last)"), sourceLocation: sourceLocation)
    throw CancellationError()
  }

  /// Whether the program has the terminal's second screen.
  var isFullScreen: Bool { tmux(["display-message", "-p", "-t", "t", "#{alternate_on}"]).hasPrefix("1") }

  /// What a program has put into the terminal's clipboard.
  var clipboard: String { tmux(["show-buffer"]) }

  /// The modes of the terminal as the shell's children see them.
  func modes(sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    questions += 1
    // What is typed is not what is printed, and no answer is like the one before.
    run("clear; stty -g | cksum; echo answer\\ \(questions)")
    try expect("answer \(questions)", sourceLocation: sourceLocation)
    return screen.split(separator: "\n").first.map(String.init) ?? ""
  }

  // MARK: tmux

  @discardableResult
  private func tmux(_ arguments: [String]) -> String {
    ChildProcess("tmux", ["-L", server] + arguments).output
  }
}
