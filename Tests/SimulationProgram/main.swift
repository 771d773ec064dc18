import Experiments
import Foundation
import Simulations

// What `make simulations` runs: how often intervals hold and tests err, on made-up data whose truth is known. Ends with
// status 1 where a limit is missed.

var failed = false

@MainActor func report(_ what: String, _ share: Double, _ limits: ClosedRange<Double>?) {
  let isIn = limits?.contains(share) ?? true
  if !isIn { failed = true }
  let bounds = limits.map { String(format: " (wanted %.1f to %.1f %%)", 100 * $0.lowerBound, 100 * $0.upperBound) }
  print(String(format: "%5.1f %%  ", 100 * share) + what + (bounds ?? "") + (isIn ? "" : "  MISSED"))
}

func skewness(_ simulation: ComparisonSimulation) -> String { String(format: "%.1f", simulation.skewness) }

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 4000
let skewed = ComparisonSimulation.skewed(users: 500, seed: 1)
report(
  "of \(rounds) intervals of 500 users hold the true mean of a metric of skewness \(skewness(skewed))",
  try skewed.coverage(rounds: rounds), 0.935...0.965)
let heavy = ComparisonSimulation(ranks: [Double](repeating: 0.1 / 20, count: 20), users: 500, seed: 2)
report(
  "the same for a metric of skewness \(skewness(heavy)), for information", try heavy.coverage(rounds: rounds), nil)
let equal = ComparisonSimulation.skewed(users: 100, seed: 3)
let draws = max(1, rounds / 10)
for test in DifferenceTest.allCases {
  report(
    "of \(draws) comparisons of 20 equal models on 100 users call any pair different, \(test.rawValue)",
    try equal.falseAlarms(models: 20, rounds: draws, test: test), test == .permutation ? 0...0.07 : nil)
}
for test in DifferenceTest.allCases {
  let few = max(1, rounds / 40)
  report(
    "of \(few) comparisons find the one model of 20 that is much better, \(test.rawValue)",
    try equal.discoveries(models: 20, better: 0.5, rounds: few, test: test), test == .permutation ? 0.95...1 : nil)
}
exit(failed ? 1 : 0)
