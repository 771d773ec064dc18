import Diagnostics
import Parallelism
import RandomNumbers

extension RandomState {
  /// Factors to start from, rows × factors, normally distributed around 0; row by row, as Surprise draws them.
  mutating func normalFactors(rows: Int, factors: Int, deviation: Double) throws(Diagnostic) -> [Double] {
    let cancellation = Cancellation.current
    var drawn: [Double] = []
    drawn.reserveCapacity(rows * factors)
    for row in 0..<rows {
      if row & 63 == 0 { try cancellation.check() }
      for _ in 0..<factors { drawn.append(normal(0, deviation)) }
    }
    return drawn
  }
}
