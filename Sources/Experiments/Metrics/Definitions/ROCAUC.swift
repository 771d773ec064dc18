extension Metric {
  /// The area under the ROC curve over the whole catalogue: the probability that a held-out item ranks above another
  /// item. (`auc` uses only the k best misses.)
  ///
  /// Items beyond rank k, or not in the list, are tied at the end. If lists and `top` are as long as the catalogue,
  /// this is the full area.
  ///
  /// - Source: Fawcett, *An Introduction to ROC Analysis*, 2006; scikit-learn's `roc_auc_score`. RePlay's `RocAuc` uses
  ///   only the list; RecBole's `GAUC` weights users by |T|.
  public static let rocAUC = Metric(
    "roc_auc", aliases: ["rocauc", "gauc"], "the chance that one of the user's items ranks above another item",
    formula: """
      pairs of an item of T and another item of train that stand in the right order, ties half, / all such pairs; items \
      beyond k tie
      """,
    edges: "0.5 for an empty list; a user without held-out items, or who took all items, is left out", needs: .train,
    .mean { outcome, facts in rocArea(outcome, facts) },
    variants: [
      .replay: Metric.Variant(
        "within the first k places of the list: 0 where all are misses, 1 where no miss stands above a hit",
        .mean { outcome in outcome.truthCount > 0 ? areaWithin(outcome) : nil }, needs: .lists),
      .recbole: Metric.Variant(
        "users weighted by |T|",
        .lists(
          { outcome, facts in
            let weight = Double(outcome.truthCount)
            return rocArea(outcome, facts).map { MetricSums($0 * weight, weight, 0, 0) } ?? .zero
          }, ratio)),
    ])
}

private func rocArea(_ outcome: RankedOutcome, _ facts: EvaluationFacts) -> Double? {
  let taken = Double(outcome.truthCount)
  let others = Double(facts.itemCount - outcome.truth.count { facts.isInTrain($0) })
  guard taken > 0, others > 0 else { return nil }
  // The distinct items within k, in order. A miss counts only if the item is in train; a hit counts always.
  var seen: Set<Int32> = []
  var (misses, pairs, hits) = (0.0, 0.0, 0.0)
  for item in outcome.items where seen.insert(item).inserted {
    if outcome.truth.sortedIndex(of: item) != nil {
      hits += 1
      pairs += others - misses
    } else if facts.isInTrain(item) {
      misses += 1
    }
  }
  return (pairs + (taken - hits) * (others - misses) / 2) / (taken * others)
}

private func areaWithin(_ outcome: RankedOutcome) -> Double {
  let places = outcome.places.count
  let ranks = outcome.repeatedHitRanks
  guard !ranks.isEmpty else { return 0 }
  let misses = places - ranks.count
  let above = ranks.enumerated().reduce(0) { $0 + $1.element - 1 - $1.offset }
  return above == 0 ? 1 : 1 - Double(above) / Double(misses * ranks.count)
}
