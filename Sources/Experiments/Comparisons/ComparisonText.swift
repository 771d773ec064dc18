import Diagnostics
import Tables

/// Describes the differences between models in sentences: with few pairs, one sentence each; with many, one sentence
/// per metric about the best model.
struct ComparisonText {
  static let mostSentences = 6
  static let threshold = 0.05

  let differences: [PairedDifference]

  var sentences: [String] {
    if differences.count <= Self.mostSentences { return differences.compactMap(sentence) }
    var told: [String] = []
    for difference in differences where told.count < Self.mostSentences {
      let alike = differences.filter { $0.metric == difference.metric && $0.segment == difference.segment }
      if let sentence = leading(alike), !told.contains(sentence) { told.append(sentence) }
    }
    return told
  }

  /// `ease beats blend on recall@10 by 0.012 ± 0.004, p = 0.001`.
  private func sentence(_ difference: PairedDifference) -> String? {
    guard let p = difference.adjusted, difference.difference.isFinite else { return nil }
    let half = difference.interval?.half ?? 0
    guard p <= Self.threshold, difference.difference != 0 else {
      let figure = SignificantDigits.text(difference.difference, half: half)
      return
        "\(difference.model) and \(difference.other) do not differ on \(place(difference)) beyond chance: \(figure), \(Self.text(p: p))"
    }
    let isAhead = (difference.difference > 0) == difference.isBetterHigher
    let (better, worse) = isAhead ? (difference.model, difference.other) : (difference.other, difference.model)
    let figure = SignificantDigits.text(abs(difference.difference), half: half)
    return "\(better) beats \(worse) on \(place(difference)) by \(figure), \(Self.text(p: p))"
  }

  /// Which models the best model of a metric beats, and which it does not.
  private func leading(_ differences: [PairedDifference]) -> String? {
    let finite = differences.filter { $0.difference.isFinite && $0.adjusted != nil }
    guard let first = finite.first else { return nil }
    if finite.allSatisfy({ $0.difference == 0 }) {
      let others = finite.count == 1 ? "\(first.model) and \(first.other)" : "the models"
      return "\(others) do not differ on \(place(first)): every difference is 0"
    }
    var models: [String] = []
    for difference in finite {
      for model in [difference.model, difference.other] where !models.contains(model) { models.append(model) }
    }
    /// How much `model` is better than the other model of the pair.
    func lead(_ model: String, _ difference: PairedDifference) -> Double {
      let sign = difference.isBetterHigher ? 1.0 : -1.0
      return sign * (difference.model == model ? difference.difference : -difference.difference)
    }
    let best = models.first { model in
      finite.allSatisfy { ($0.model != model && $0.other != model) || lead(model, $0) >= 0 }
    }
    guard let best else { return nil }
    let own = finite.filter { $0.model == best || $0.other == best }
    let others = own.filter { ($0.adjusted ?? 1) > Self.threshold || $0.difference == 0 }
      .map { $0.model == best ? $0.other : $0.model }
    let beaten = own.count - others.count
    let alike = others.prefix(3).joined(separator: ", ") + (others.count > 3 ? ", …" : "")
    let rest = others.isEmpty ? "" : "; no difference beyond chance to \(alike)"
    return "\(best) leads on \(place(first)): it beats \(beaten) of \(own.count) others (p ≤ 0.05)" + rest
  }

  private func place(_ difference: PairedDifference) -> String {
    difference.segment.map { "\(difference.metric) of \($0.description)" } ?? difference.metric
  }

  /// `p = 0.001`, `p < 0.001`.
  static func text(p: Double) -> String {
    if p < 0.0005 { return "p < 0.001" }
    return "p = " + SignificantDigits.text(p, decimals: p < 0.0995 ? 3 : 2)
  }
}
