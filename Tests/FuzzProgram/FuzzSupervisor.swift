import Foundation
import Fuzzing

/// Starts children, watches that they get on, and says what became of them.
final class FuzzSupervisor {
  private let options: FuzzOptions
  private let folder = FileManager.default.currentDirectoryPath + "/.build/fuzz"
  private var isClean = true

  init(_ options: FuzzOptions) { self.options = options }

  /// Lives that one child lives: few enough that what it has leaked is soon gone.
  private static let livesPerChild = 50

  /// Whether nothing was wrong.
  func run() throws -> Bool {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for kind in options.kinds { try run(kind) }
    return isClean
  }

  private func run(_ kind: FuzzKind) throws {
    let lives = options.from..<options.from + max(1, (options.rounds + kind.inputsPerLife - 1) / kind.inputsPerLife)
    say(
      "\(kind.name): about \(options.rounds) inputs with seed \(options.seed), lives \(lives.lowerBound) to \(lives.upperBound - 1)"
    )
    let start = Date()
    var waiting = stride(from: lives.lowerBound, to: lives.upperBound, by: Self.livesPerChild).map {
      $0..<min($0 + Self.livesPerChild, lives.upperBound)
    }
    waiting.reverse()
    var children: [Child] = []
    var (inputs, values, deaths, complaints) = (0, 0, 0, 0)
    while !waiting.isEmpty || !children.isEmpty {
      while children.count < options.jobs, let next = waiting.popLast() {
        children.append(try Child(kind, next, options, folder: folder, number: children.count))
      }
      Thread.sleep(forTimeInterval: 0.05)
      for (index, child) in children.enumerated().reversed() {
        guard let end = child.end(patience: options.patience) else { continue }
        children.remove(at: index)
        let reached = FuzzTrace(path: child.trace)
        inputs += reached?.inputs ?? 0
        values += reached?.values ?? 0
        switch end {
        case .clean: break
        case .complained: complaints += 1
        case .died(let how):
          deaths += 1
          report(how, kind, reached, of: child)
          let next = (reached?.life ?? child.lives.lowerBound) + 1
          if next < child.lives.upperBound { waiting.append(next..<child.lives.upperBound) }
        }
        try? FileManager.default.removeItem(atPath: child.trace)
      }
    }
    let seconds = Int(Date().timeIntervalSince(start))
    say(
      "\(kind.name): \(inputs) inputs tried, \(values) gave a value, \(deaths) ended the process, \(complaints) processes complained; \(seconds) s\n"
    )
    if deaths + complaints > 0 { isClean = false }
  }

  private func report(_ how: String, _ kind: FuzzKind, _ reached: FuzzTrace?, of child: Child) {
    let life = reached?.life ?? child.lives.lowerBound
    let path = "\(folder)/\(kind.name)-\(options.seed)-\(life).txt"
    try? (reached?.input ?? "").write(toFile: path, atomically: true, encoding: .utf8)
    say(
      """
      \(kind.name), life \(life): \(how), trying
      \(reached?.input.prefix(2_000) ?? "nothing yet")
      which is in \(path); again by: fuzz \(kind.name) --seed \(options.seed) --from \(life) --rounds 1

      """)
  }
}

/// A child process at work.
private final class Child {
  let lives: Range<Int>
  let trace: String
  private let process = Process()
  private var inputs = -1
  private var since = Date()

  enum End { case clean, complained, died(String) }

  init(_ kind: FuzzKind, _ lives: Range<Int>, _ options: FuzzOptions, folder: String, number: Int) throws {
    self.lives = lives
    trace = "\(folder)/\(kind.name)-\(ProcessInfo.processInfo.processIdentifier)-\(lives.lowerBound).trace"
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments =
      [
        kind.name, "--seed", "\(options.seed)", "--lives", "\(lives.lowerBound)", "\(lives.upperBound)", "--trace",
        trace,
      ] + (options.showsRefusals ? ["--refusals"] : [])
    process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  /// How it ended; nil while it gets on. One that tries the same input for too long is ended.
  func end(patience: Int) -> End? {
    guard process.isRunning else {
      if process.terminationReason == .uncaughtSignal { return .died("signal \(process.terminationStatus) ended it") }
      switch process.terminationStatus {
      case 0: return .clean
      case 1: return .complained
      default: return .died("it ended with status \(process.terminationStatus)")
      }
    }
    if let reached = FuzzTrace(path: trace), reached.inputs != inputs {
      (inputs, since) = (reached.inputs, Date())
    }
    guard Date().timeIntervalSince(since) > Double(patience) else { return nil }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return .died("it took more than \(patience) s")
  }
}
