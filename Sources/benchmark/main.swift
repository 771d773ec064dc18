import Diagnostics
import Foundation
import Notebook
import Parallelism

// swift run -c release benchmark FOLDER [--peer peer.json] [--only word] [--repeat n] [--one task]
//                                       [--growth] [--memory] [--interruptions [--times n]]
//
// Times the seminar's cells on the tables of FOLDER and prints a table in Markdown. `--peer` names a file with the
// times of the Python stack from the same machine (seconds by name); then the table has the ratios too. `--growth`
// times the engine's operations on 1 %, 10 % and all of the rows, on one core and on all, and prints a table and a
// plot. `--one` runs only the task of that name in `peer.json`, after making the tables that it needs, and prints its
// seconds and megabytes as JSON, for `Scripts/benchmarks/time-polars.py --lectern`. `--memory` runs every operation in
// a process of its own, and `--interruptions` cancels each at random moments; both exit with status 1 if one is above
// its bound.

var folder: String?
var peerFile: String?
var only: String?
var one: String?
var showsMemory = false
var showsInterruptions = false
/// How often each operation is interrupted.
var times = 8
/// The index of the operation that this process measures; set by `--memory` for its child processes.
var memoryIndex: Int?
var repeats = 3
var showsGrowth = false
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  switch argument {
  case "--peer": peerFile = arguments.popFirst()
  case "--growth": showsGrowth = true
  case "--only": only = arguments.popFirst()
  case "--one": one = arguments.popFirst()
  case "--memory": showsMemory = true
  case "--memory-of": memoryIndex = arguments.popFirst().flatMap { Int($0) }
  case "--interruptions": showsInterruptions = true
  case "--times": times = max(1, arguments.popFirst().flatMap { Int($0) } ?? times)
  case "--repeat": repeats = max(1, arguments.popFirst().flatMap { Int($0) } ?? repeats)
  default: folder = argument
  }
}
guard let folder else {
  print(
    "usage: benchmark FOLDER [--peer peer.json] [--only word | --one task] [--times n] [--repeat n] [--growth] "
      + "[--memory] [--interruptions]")
  exit(64)
}

let session = Session()
session.dataFolder = folder
var failures = 0
session.emit = { piece in
  guard case .diagnostic(let diagnostic) = piece else { return }
  print("failed: \(diagnostic.message)")
  failures += 1
}
var seconds = 0.0
var cell = 0
session.onStatement = {
  seconds += $0.seconds
  cell = $0.cell
}

/// Runs code and drops its result, as a Python script frees a result that it does not assign to a name.
@MainActor func time(_ code: String) -> Double {
  seconds = 0
  session.run(code + ";")
  let taken = seconds
  session.run(":drop _\(cell)")
  return taken
}

var peer: [String: Double] = [:]
var peerMemory: [String: Double] = [:]
if let peerFile, let data = FileManager.default.contents(atPath: peerFile),
  let json = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
  let times = json["seconds"] as? [String: Double]
{
  peer = times
  peerMemory = json["megabytes"] as? [String: Double] ?? [:]
}

if showsGrowth {
  print(growth(in: session, repeats: repeats, time: time))
  exit(failures == 0 ? 0 : 1)
}

if showsMemory {
  let (text, above) = try memoryReport(folder: folder, only: only)
  print(text)
  if !above.isEmpty { print("\nAbove the bound: \(above.joined(separator: ", ")).") }
  exit(above.isEmpty ? 0 : 1)
}
if showsInterruptions {
  session.emit = { _ in }
  let (text, above) = interruptions(in: session, times: times, only: only)
  print(text)
  if !above.isEmpty { print("\nAbove 100 ms: \(above.joined(separator: ", ")).") }
  exit(above.isEmpty ? 0 : 1)
}
if let memoryIndex {
  print(memory(of: memoryIndex, in: session).map { "\($0)" }.joined(separator: " "))
  exit(failures == 0 ? 0 : 1)
}

if let one {
  guard let task = tasks.first(where: { $0.peer == one }) else {
    print("no task is called \(one) in peer.json")
    exit(64)
  }
  for table in task.tables { session.run(tableCode[table] ?? "") }
  session.run(task.preparation)
  resetPeakMemory()
  let loaded = peakMemory()
  // Without the assignment: a variable would keep the earlier result in memory while the next one is computed.
  let code = task.code.replacing(#/^\w+ = /#, with: "")
  let best = (0..<repeats).map { _ in time(code) }.min() ?? .nan
  print("{\"seconds\": \(best), \"loaded\": \(Int(loaded)), \"megabytes\": \(Int(peakMemory()))}")
  exit(failures == 0 ? 0 : 1)
}

print("\(Cores.count) cores, best of \(repeats); seconds")
print("| what | Lectern | Python stack | ratio | peak, MB | its peak |\n|---|---|---|---|---|---|")
for task in tasks where only.map({ task.name.contains($0) }) ?? true {
  session.run(task.preparation)
  resetPeakMemory()
  var best = Double.infinity
  for _ in 0..<(task.isLong ? 1 : repeats) {
    best = min(best, time(task.code))
  }
  let other = task.peer.flatMap { peer[$0] }
  let otherPeak = task.peer.flatMap { peerMemory[$0] }
  let columns = [
    task.name, String(format: "%.3f", best), other.map { String(format: "%.2f", $0) } ?? "",
    other.map { String(format: "%.1f×", $0 / best) } ?? "", String(format: "%.0f", peakMemory()),
    otherPeak.map { String(format: "%.0f", $0) } ?? "",
  ]
  print("| " + columns.joined(separator: " | ") + " |")
}
exit(failures == 0 ? 0 : 1)

/// Returns freed memory to the system and resets the process's peak to its memory now.
func resetPeakMemory() {
  typealias Trim = @convention(c) (_ kept: Int) -> Int32
  // Declared in <malloc.h>, which the Glibc module does not include.
  if let symbol = dlsym(nil, "malloc_trim") { _ = unsafeBitCast(symbol, to: Trim.self)(0) }
  try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
}

/// The most memory the process has taken since the peak was reset, in megabytes.
func peakMemory() -> Double {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  let kilobytes = line?.split(separator: " ").compactMap { Double($0) }.first
  return (kilobytes ?? .nan) / 1024
}
