import Foundation
import Notebook
import Parallelism

/// The engine's operations, on `t` and `a`: tables with a share of the rows of `train_orders` and of the actions.
private let grownOperations = [
  ("filter by two conditions", "t | filter user_id % 100 == 0 and product_id != 129269367"),
  ("group by product, count, sort", "t | group_by product_id | sort len desc"),
  ("group by user and product, count, sort", "t | group_by user_id, product_id | sort len desc"),
  ("distinct users and products", "t | agg n_unique(user_id), n_unique(product_id)"),
  ("lists of products a user", "t | group_by user_id agg ids = unique(product_id)"),
  ("left join with products", "t | left_join products on product_id"),
  ("semi join with 1,000 users", "t | semi_join some on user_id"),
  (
    "mean, std and quartiles",
    """
    t | agg mean(product_id), std(product_id), quantile(product_id, 0.25), median(product_id), \
    quantile(product_id, 0.75)
    """
  ),
  ("sort by user and date", "t | sort user_id, date"),
  ("sort by date and user, head 10", "t | sort date desc, user_id | head 10"),
  ("contains, on the searches of 1M actions", "a | filter contains(search_query, \"чен\")"),
]

private let shares = [0.01, 0.1, 1]

/// Measures how the time of every operation grows with the number of rows. Returns a table in Markdown and a plot with
/// a logarithmic time axis.
@MainActor func growth(in session: Session, repeats: Int, time: (String) -> Double) -> String {
  session.run("whole = load \"train_orders\" | collect; products = load \"product_information_full\" | collect;")
  session.run("actions = load \"user_actions_full_sample_1_000_000\" | collect;")
  session.run("some = whole | select user_id | unique | sort user_id | head 1000;")
  let cores = Cores.available > 1 ? [1, Cores.available] : [1]
  var times: [[Double]] = grownOperations.map { _ in [] }
  for count in cores {
    session.settings.threads = count
    for share in shares {
      // Every n-th row, not the first rows: in a table ordered by time or user, the first rows have other keys.
      for (name, source) in [("t", "whole"), ("a", "actions")] {
        session.run("\(name) = \(source) | row_index | filter row % \(Int(1 / share)) == 0 | drop row;")
      }
      for (index, operation) in grownOperations.enumerated() {
        var best = Double.infinity
        for _ in 0..<repeats { best = min(best, time(operation.1)) }
        times[index].append(best)
      }
    }
  }
  session.settings.threads = 0
  let heads = cores.flatMap { count in shares.map { "\(count) core\(count == 1 ? "" : "s"), \(Int($0 * 100)) %" } }
  var lines = ["| milliseconds | " + heads.joined(separator: " | ") + " |"]
  lines.append("|---|" + heads.map { _ in "---:" }.joined(separator: "|") + "|")
  for (operation, own) in zip(grownOperations, times) {
    let numbers = own.map { String(format: $0 < 0.01 ? "%.1f" : "%.0f", $0 * 1000) }
    lines.append("| \(operation.0) | " + numbers.joined(separator: " | ") + " |")
  }
  return (lines + ["", "```"] + plot(times.map { Array($0.suffix(shares.count)) }) + ["```"]).joined(separator: "\n")
}

/// Draws a bar for every operation, from its time on the smallest share to its time on all rows. Each share is a mark
/// on a logarithmic axis of milliseconds, where equal steps are equal factors.
private func plot(_ times: [[Double]]) -> [String] {
  let width = 60
  let all = times.flatMap { $0 }.map { log10($0 * 1000) }
  let least = (all.min() ?? 0).rounded(.down)
  let greatest = max(least + 1, (all.max() ?? 1).rounded(.up))
  func place(_ milliseconds: Double) -> Int {
    Int(((log10(milliseconds) - least) / (greatest - least) * Double(width - 1)).rounded())
  }
  let labelWidth = grownOperations.map(\.0.count).max() ?? 0
  var lines: [String] = []
  for (operation, own) in zip(grownOperations, times) {
    var row = [Character](repeating: " ", count: width)
    let places = own.map { min(width - 1, max(0, place($0 * 1000))) }
    for column in places[0]...max(places[0], places[places.count - 1]) { row[column] = "─" }
    for (mark, place) in zip("●◆■", places) { row[place] = mark }
    lines.append(operation.0.padding(toLength: labelWidth, withPad: " ", startingAt: 0) + " │" + String(row))
  }
  var axis = [Character](repeating: " ", count: width + 8)
  for power in Int(least)...Int(greatest) {
    let text = power < 0 ? String(pow(10, Double(power))) : String(Int(pow(10, Double(power))))
    for (offset, digit) in text.enumerated() { axis[place(pow(10, Double(power))) + offset] = digit }
  }
  lines.append(String(repeating: " ", count: labelWidth) + " └" + String(repeating: "─", count: width))
  lines.append(String(repeating: " ", count: labelWidth + 2) + String(axis) + "ms")
  return lines + ["● 1 %   ◆ 10 %   ■ all rows, on all cores; ten times the rows are one step of the scale"]
}
