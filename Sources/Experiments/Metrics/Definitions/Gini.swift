extension Metric {
  /// The Gini index of how often items are recommended: 0 if all are equally often, near 1 if few items have all
  /// places.
  ///
  /// - Source: Fleder, Hosanagar, *Blockbuster Culture's Next Rise or Fall*, 2009; RecBole's `GiniIndex`.
  public static let gini = Metric(
    "gini", "how unequally the items of train are recommended: 0 is alike, 1 is one item",
    formula: "Gini@k = Σ_{i=1…n} (2i − n − 1)·cᵢ / (n·Σcᵢ), c the times each item of train is recommended, ascending",
    edges: """
      an empty list adds nothing, nor does the list of a user without held-out items; null where nothing is recommended
      """,
    isBetterHigher: false, needs: .train,
    .items { counts, facts in
      inequality(counts.indices.filter { facts.isInTrain(Int32($0)) }.map { counts[$0] }, of: facts.itemCount)
    },
    variants: [
      .recbole: Metric.Variant(
        "n is one more: RecBole counts its padding as an item",
        .items { counts, facts in inequality(counts, of: facts.itemCount + 1) })
    ])
}

/// Of counts to which zeros are added, one for each item that is missing.
private func inequality(_ counts: [Int], of items: Int) -> Double {
  let sorted = counts.filter { $0 > 0 }.sorted()
  let total = Double(sorted.reduce(0, +))
  let n = Double(items)
  let sum = sorted.enumerated().reduce(0.0) { sum, count in
    let place = Double(items - sorted.count + count.offset + 1)
    return sum + (2 * place - n - 1) * Double(count.element)
  }
  return sum / (n * total)
}
