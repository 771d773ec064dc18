import Diagnostics
import Parallelism
import RandomNumbers

extension RandomState {
  /// Initial factors, normally distributed with mean 0, drawn row by row as Surprise does.
  ///
  /// One thread draws the points of the polar method in order; all cores compute the logarithms that turn them into
  /// Gaussians.
  ///
  /// - Shape: rows × factors, row-major.
  mutating func normalFactors(rows: Int, factors: Int, deviation: Double) throws(Diagnostic) -> [Double] {
    let count = rows * factors
    return try fillArray(count: count, of: Double.self) { (drawn) throws(Diagnostic) in
      var first = 0
      if hasGaussian, count > 0 {
        drawn.store(normal(0, deviation), at: 0)
        first = 1
      }
      let (start, pairs) = (first, (count - first) / 2)
      let cancellation = Cancellation.current
      for pair in 0..<pairs {
        if pair & 0xFFF == 0 { try cancellation.check() }
        let point = polarPoint()
        drawn.store(point.x, at: start + 2 * pair)
        drawn.store(point.y, at: start + 2 * pair + 1)
      }
      try forEachChunk(of: pairs, grain: 1 << 12) { (range) in
        for pair in range {
          let place = start + 2 * pair
          let gaussians = PolarPoint(x: drawn[place], y: drawn[place + 1]).gaussians
          drawn.store(deviation * gaussians.first, at: place)
          drawn.store(deviation * gaussians.second, at: place + 1)
        }
      }
      if start + 2 * pairs < count { drawn.store(normal(0, deviation), at: count - 1) }
    }
  }
}
