import Diagnostics
import Tables

// Internal aggregates for variances and standard deviations of streamed row ranges.

extension Function {
  /// Σ(x − mean)² of f64 values.
  static let squares = internalAggregate("squares", 1) { (call) throws(Diagnostic) in
    let column = try call.column(0)
    let counts = try aggregate(.count, of: column, over: call.slices)
    let variances = try aggregate(.variance(ddof: 0), of: column, over: call.slices)
    return Column((0..<call.slices.count).map { (variances[$0].number ?? 0) * (counts[$0].number ?? 0) })
  }

  /// Merges Σ(x − mean)² of the parts of a group, from each part's count n, sum s and own sum of squares q:
  ///
  ///     Σ q + Σ n · (s / n − Σ s / Σ n)²
  ///
  /// - Source: Chan, Golub, LeVeque, *Updating Formulae and a Pairwise Algorithm for Computing Sample Variances*, 1979.
  static let mergedSquares = internalAggregate("merged_squares", 3) { (call) throws(Diagnostic) in
    let (counts, sums, squares) = (try numbers(call, 0), try numbers(call, 1), try numbers(call, 2))
    let offsets = call.slices.offsets
    return Column(
      (0..<call.slices.count).map { slice in
        let places = offsets[slice]..<offsets[slice + 1]
        let mean = places.reduce(0) { $0 + sums[$1] } / places.reduce(0) { $0 + counts[$1] }
        return places.reduce(0.0) { total, place in
          guard counts[place] > 0 else { return total }
          let difference = sums[place] / counts[place] - mean
          return total + squares[place] + counts[place] * difference * difference
        }
      })
  }

  /// An argument arranged in the order of the slices.
  private static func numbers(_ call: GroupCall, _ index: Int) throws(Diagnostic) -> Buffer<Double> {
    guard case .f64(let numbers) = try call.slices.arranged(call.column(index)).values else {
      throw .fault("parts of deviations that are not f64")
    }
    return numbers
  }

  private static func internalAggregate(
    _ name: String, _ argumentCount: Int, _ body: @escaping @Sendable (GroupCall) throws(Diagnostic) -> Column
  ) -> Function {
    Function(
      "\u{1}" + name, topic: "aggregates", (0..<argumentCount).map { Parameter("x\($0)", .number) }, summary: "",
      examples: [], typing: { _ in .f64 }, body: .aggregate(body))
  }
}
