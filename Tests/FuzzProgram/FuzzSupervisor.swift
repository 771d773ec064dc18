import Foundation
import Fuzzing

/// Starts children, watches that they get on, and says what became of them.
final class FuzzSupervisor {
  private let options: FuzzOptions
  private let folder = FileManager.default.currentDirectoryPath + "/.build/fuzz"
  private var isClean = true

  init(_ options: FuzzOptions) { self.options = options }

  /// Seconds between two looks at the children.
  static let pause = 0.05

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
      Thread.sleep(forTimeInterval: Self.pause)
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
  /// How many inputs it had tried when it was looked at last, and what it had worked and waited by then.
  private var inputs = -1
  private var workedBefore = 0.0
  private var looks = 0

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
    let worked = secondsOfWork
    looks += 1
    if let reached = FuzzTrace(path: trace), reached.inputs != inputs {
      (inputs, workedBefore, looks) = (reached.inputs, worked, 0)
    }
    // Work, not time: a machine may be busy, or have stopped both of us. What sleeps for ever is looked at for longer.
    let isAsleep = Double(looks) * FuzzSupervisor.pause > Double(10 * patience)
    guard worked - workedBefore > Double(patience) || isAsleep else { return nil }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return .died(isAsleep ? "it did nothing for \(10 * patience) s" : "it worked for more than \(patience) s")
  }

  /// The time that its threads have run, from Linux's table of processes.
  private var secondsOfWork: Double {
    guard let text = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return 0 }
    // Fields 14 and 15, of which the first two stand before the bracket's end.
    let ticks = text[end...].split(separator: " ").dropFirst(12).prefix(2).compactMap { Double($0) }
    return ticks.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}
