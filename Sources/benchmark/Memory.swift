import Foundation
import Notebook

/// An operation whose memory is measured, and what its keys take a row of its input.
private struct Measured {
  let name: String
  let code: String
  let keyBytes: Int
}

/// On `train`: a user of 4 bytes, a product of 8 and a date of 4 in every row.
private let operations: [Measured] = [
  Measured(name: "group by user and product", code: "train | group_by user_id, product_id", keyBytes: 12),
  Measured(
    name: "lists of products a user", code: "train | group_by user_id agg ids = unique(product_id)", keyBytes: 4 + 8),
  Measured(name: "sort by user and date", code: "train | sort user_id, date", keyBytes: 8),
  Measured(name: "sort by product", code: "train | sort product_id", keyBytes: 8),
  Measured(name: "distinct users and products", code: "train | unique user_id, product_id", keyBytes: 12),
  Measured(name: "left join with products", code: "train | left_join products on product_id", keyBytes: 8),
  Measured(name: "inner join with products", code: "train | join products on product_id", keyBytes: 8),
  Measured(name: "semi join with products", code: "train | semi_join products on product_id", keyBytes: 8),
  Measured(
    name: "window: place within the user by date",
    code: "train | with n = row_number() over (user_id order by date)", keyBytes: 8),
  Measured(name: "window: sum over the product", code: "train | with s = sum(user_id) over product_id", keyBytes: 8),
  Measured(
    name: "pivot: products by month", code: "train | with m = month(date) | pivot rows=product_id columns=m",
    keyBytes: 9),
  Measured(name: "value counts of users", code: "train | value_counts user_id", keyBytes: 4),
  Measured(name: "filter by two conditions", code: "train | filter user_id % 2 == 0 and product_id > 0", keyBytes: 0),
]

/// Every operation in a process of its own: what it held at most beside what the process took before it knew a table,
/// and the bound, which is its input, its output, and one more copy of its keys. A table in Markdown.
func memoryReport(folder: String) throws -> String {
  var lines = ["| MB | input | output | keys | bound | held at most |", "|---|---:|---:|---:|---:|---:|"]
  for (index, operation) in operations.enumerated() {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = [folder, "--memory-of", "\(index)"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let numbers = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    guard numbers.count == 5 else { continue }
    let bound = numbers[0] + numbers[1] + numbers[2]
    let cells = [numbers[0], numbers[1], numbers[2], bound, numbers[4] - numbers[3]].map { String(format: "%.0f", $0) }
    lines.append("| \(operation.name) | " + cells.joined(separator: " | ") + " |")
  }
  return lines.joined(separator: "\n")
}

/// Megabytes of input, output and keys of one operation, of the process before and at its most.
@MainActor func memory(of index: Int, in session: Session) -> [Double] {
  let operation = operations[index]
  resetPeakMemory()
  let idle = peakMemory()
  session.run(tableCode["train"] ?? "")
  session.run("products = load \"product_information_full\" | collect;")
  resetPeakMemory()
  session.run(operation.code + ";")
  let peak = peakMemory()
  func megabytes(_ name: String) -> Double { Double(session.value(named: name)?.byteCount ?? 0) / 1_048_576 }
  let keys = Double((session.value(named: "train")?.rowCount ?? 0) * operation.keyBytes) / 1_048_576
  return [megabytes("train"), megabytes("_"), keys, idle, peak]
}
