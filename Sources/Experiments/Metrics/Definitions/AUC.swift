extension Metric {
  /// Partial AUC: the probability that a held-out item ranks above one of the k best misses.
  ///
  /// It reads the whole list, so a list should have k + |T| items.
  ///
  /// - Source: RecTools' `PartialAUC`; the dialect `implicit`: `ranking_metrics_at_k` of implicit 0.7.
  public static let auc = Metric(
    "auc", aliases: ["pauc", "partial_auc"], "the probability that a hit ranks above one of the k best misses",
    formula: "pAUC@k = Σ_{hits h} max(k − misses above h, 0) / (k·|T|), over the whole list",
    edges: "0 for an empty list; a user without held-out items is left out",
    .mean { outcome in
      guard outcome.truthCount > 0 else { return nil }
      let pairs = outcome.allHitRanks.enumerated().reduce(0) { sum, hit in
        sum + max(0, outcome.cutoff - (hit.element - 1 - hit.offset))
      }
      return Double(pairs) / Double(outcome.cutoff * outcome.truthCount)
    },
    variants: [
      .implicit: Metric.Variant(
        """
        over all items of train: (misses below each hit within k + (|hits@k| + |T|)/2 · the other items that the user \
        did not take) / (|T|·(n − |T|)), n items in train
        """,
        .mean { outcome, facts in
          let (taken, others) = (Double(outcome.truthCount), Double(facts.itemCount - outcome.truthCount))
          guard taken > 0, others > 0 else { return nil }
          let hits = Double(outcome.hits)
          let misses = Double(outcome.cutoff) - hits
          // Every miss within k is below the hits before it. Empty positions of a short list count as misses.
          let pairs = outcome.hitRanks.enumerated().reduce(0.0) { sum, hit in
            sum + misses - Double(hit.element - 1 - hit.offset)
          }
          return (pairs + (hits + taken) / 2 * (others - misses)) / (taken * others)
        }, needs: .train)
    ])
}
