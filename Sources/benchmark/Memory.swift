import Foundation
import Notebook
import Parallelism

/// Runs every operation in a process of its own and compares its peak memory with a bound: the sizes of its input, its
/// output and one more copy of its keys. Returns a table in Markdown and the names of the operations above the bound.
///
/// Allowed on top are 1 % (bitmaps, cursors of partitions, rounding to whole pages) and 8 MB per core (the chunks of
/// rows that are in work, whose size does not depend on the number of rows).
func memoryReport(folder: String, only: String?) throws -> (text: String, above: [String]) {
  var lines = ["| MB | input | output | keys | bound | held at most | |", "|---|---:|---:|---:|---:|---:|---:|"]
  var above: [String] = []
  for (index, operation) in operations.enumerated() where only.map({ operation.name.contains($0) }) ?? true {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = [folder, "--memory-of", "\(index)"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    guard process.terminationStatus == 0, numbers.count == 4 else {
      lines.append("| \(operation.name) | failed: \(text.prefix(200)) |")
      above.append(operation.name)
      continue
    }
    let bound = numbers[0] + numbers[1] + numbers[2]
    let share = numbers[3] / bound * 100
    if numbers[3] > bound * 1.01 + Double(8 * Cores.available) { above.append(operation.name) }
    let cells = (numbers[0...2] + [bound, numbers[3]]).map { String(format: "%.0f", $0) }
    lines.append(
      "| \(operation.name) | " + (cells + [String(format: "%.0f %%", share)]).joined(separator: " | ") + " |")
  }
  return (lines.joined(separator: "\n"), above)
}

/// The megabytes of one operation's input, output and keys, and its peak memory, which includes the input.
///
/// It runs on a thousand rows first, so that code pages, stacks and one-time allocations are not counted.
@MainActor func memory(of index: Int, in session: Session) -> [Double] {
  let operation = operations[index]
  operation.prepare(in: session, rows: 1000)
  session.run(operation.code + ";")
  operation.prepare(in: session)
  let input = megabytes(of: "t", in: session) + (operation.other.map { megabytes(of: $0.table, in: session) } ?? 0)
  func size(ofColumns columns: String, of table: String) -> Double {
    if columns.isEmpty { return 0 }
    session.run("keys = \(table) | select \(columns);")
    defer { session.run(":drop keys") }
    return megabytes(of: "keys", in: session)
  }
  let shared = size(ofColumns: operation.shared, of: "t")
  let keys =
    size(ofColumns: operation.keys, of: "t") + (operation.other.map { size(ofColumns: $0.keys, of: $0.table) } ?? 0)
  // Two small results replace the last results, which the session keeps anyway.
  session.run("0;")
  session.run("0;")
  resetPeakMemory()
  let before = peakMemory()
  session.run(operation.code + ";")
  let peak = peakMemory()
  return [input, megabytes(of: "_", in: session) - shared, keys, input + peak - before]
}

@MainActor private func megabytes(of name: String, in session: Session) -> Double {
  Double(session.value(named: name)?.byteCount ?? 0) / 1_048_576
}
