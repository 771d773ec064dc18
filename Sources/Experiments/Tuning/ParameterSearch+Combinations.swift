import Diagnostics
import ElementaryFunctions
import RandomNumbers
import Recommenders

extension ParameterSearch {
  /// The combinations to try. Without `draws`, all of them, in the order of nested loops with the first parameter
  /// outermost, as in the grids of scikit-learn and Surprise. With `draws`, that many distinct ones, drawn by
  /// `RandomState(seed)`, or fewer if there are not so many.
  var combinations: [[ParameterArgument]] {
    get throws(Diagnostic) {
      guard let draws else { return try grid() }
      var random = RandomState(seed: seed)
      var drawn: [[ParameterArgument]] = []
      var seen: Set<String> = []
      // If there are few combinations, most draws are repeats. After 20 draws per wanted one, more would hardly help.
      for _ in 0..<draws * 20 where drawn.count < draws {
        let combination = axes.map { ParameterArgument($0.name, $0.values.drawn(by: &random)) }
        if seen.insert(Self.text(combination)).inserted { drawn.append(combination) }
      }
      return drawn
    }
  }

  private func grid() throws(Diagnostic) -> [[ParameterArgument]] {
    var combinations: [[ParameterArgument]] = [[]]
    for axis in axes {
      guard case .list(let values) = axis.values else { throw .rangeNeedsDraws(axis.name) }
      combinations = combinations.flatMap { combination in
        values.map { combination + [ParameterArgument(axis.name, $0)] }
      }
    }
    return combinations
  }
}

extension ParameterSearch.Axis.Values {
  fileprivate func drawn(by random: inout RandomState) -> ParameterValue {
    let share = random.randomSample()
    switch self {
    case .list(let values): return values[min(values.count - 1, Int(share * Double(values.count)))]
    case .range(let range, let isLogarithmic, let isWhole):
      let (low, high) = (range.lowerBound, range.upperBound)
      let number =
        isLogarithmic
        ? Elementary.exp(Elementary.log(low) + share * (Elementary.log(high) - Elementary.log(low)))
        : low + share * (high - low)
      if isWhole { return .integer(Int(min(max(number.rounded(), low.rounded(.up)), high.rounded(.down)))) }
      // Three digits, so that the parameters are easy to read and to paste. The search tries the rounded value.
      return .real(min(max(number.roundedToThreeDigits, low), high))
    }
  }
}

extension Double {
  /// The nearest number with three significant digits.
  fileprivate var roundedToThreeDigits: Double {
    guard isFinite, self != 0 else { return self }
    var (scale, size) = (1.0, abs(self))
    while size >= 1000 { (size, scale) = (size / 10, scale / 10) }
    while size < 100 { (size, scale) = (size * 10, scale * 10) }
    return scale >= 1 ? (self * scale).rounded() / scale : (self * scale).rounded() * (1 / scale).rounded()
  }
}

extension Diagnostic {
  static func rangeNeedsDraws(_ parameter: String) -> Diagnostic {
    Diagnostic(
      "`\(parameter)` is a range, so `draws` has to say how many values to try",
      hint: "`draws=20`, or a list of values")
  }

  static func noPatience(_ kind: String) -> Diagnostic {
    Diagnostic("\(kind) has no iterations to stop early", hint: "leave `patience` out")
  }

  static func noWarmStart(_ kind: String) -> Diagnostic {
    Diagnostic(
      "\(kind) cannot begin at the model of another fit",
      hint: "leave `warm_start` out; it is for "
        + Models.all.filter { $0.startsWarm }.map { $0.name }.joined(separator: " and "))
  }

  static var warmStartHidesIterations: Diagnostic {
    Diagnostic(
      "`patience` finds the number of iterations of a fit from random factors, so `warm_start` does not go with it",
      hint: "give the number of iterations: `iterations=3 warm_start=true`")
  }

  static func patienceDecides(_ parameter: String) -> Diagnostic {
    Diagnostic(
      "`patience` finds the number of `\(parameter)`, so it cannot be searched as well",
      hint: "give one number, the maximum: `\(parameter)=100 patience=3`")
  }
}
