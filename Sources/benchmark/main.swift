import Diagnostics
import Foundation
import Notebook
import Parallelism

// swift run -c release benchmark FOLDER [--peer peer.json] [--only word] [--repeat n]
//
// Times the seminar's cells on the tables of FOLDER and prints a table in Markdown. With what the Python stack measured
// in the same run (`peer.json`, seconds by name), it adds the ratio.

var folder: String?
var peerFile: String?
var only: String?
var repeats = 3
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  switch argument {
  case "--peer": peerFile = arguments.popFirst()
  case "--only": only = arguments.popFirst()
  case "--repeat": repeats = max(1, arguments.popFirst().flatMap { Int($0) } ?? repeats)
  default: folder = argument
  }
}
guard let folder else {
  print("usage: benchmark FOLDER [--peer peer.json] [--only word] [--repeat n]")
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
session.onStatement = { seconds += $0.seconds }

var peer: [String: Double] = [:]
if let peerFile, let data = FileManager.default.contents(atPath: peerFile),
  let json = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
  let times = json["seconds"] as? [String: Double]
{
  peer = times
}

print("\(Cores.count) cores, best of \(repeats); seconds")
print("| what | Lectern | Python stack | ratio | memory, MB |\n|---|---|---|---|---|")
for task in tasks where only.map({ task.name.contains($0) }) ?? true {
  session.run(task.preparation)
  var best = Double.infinity
  for _ in 0..<(task.isLong ? 1 : repeats) {
    seconds = 0
    session.run(task.code + ";")
    best = min(best, seconds)
  }
  let other = task.peer.flatMap { peer[$0] }
  let columns = [
    task.name, String(format: "%.3f", best), other.map { String(format: "%.2f", $0) } ?? "",
    other.map { String(format: "%.1f×", $0 / best) } ?? "", String(format: "%.0f", peakMemory()),
  ]
  print("| " + columns.joined(separator: " | ") + " |")
}
exit(failures == 0 ? 0 : 1)

/// The most memory the process has taken so far, in megabytes.
func peakMemory() -> Double {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  let kilobytes = line?.split(separator: " ").compactMap { Double($0) }.first
  return (kilobytes ?? .nan) / 1024
}
