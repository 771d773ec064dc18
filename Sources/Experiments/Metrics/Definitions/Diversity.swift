extension Metric {
  /// Intra-list diversity by category: the fraction of pairs of items in a list that have different categories.
  public static let diversity = Metric(
    "diversity", aliases: ["ild"], "the fraction of pairs in the list that have different categories",
    formula: "ILD@k = |{i < j : category i ≠ category j}| / |{i < j}|",
    edges: "0 for a list of one item; a user with an empty list or without held-out items is left out",
    needs: .categories,
    .mean { outcome, facts in
      let count = outcome.items.count
      guard count > 1 else { return count == 1 ? 0 : nil }
      var ofCategory: [Int32: Int] = [:]
      for item in outcome.items { ofCategory[facts.categoryOfItem[Int(item)], default: 0] += 1 }
      let alike = ofCategory.values.reduce(0) { $0 + $1 * ($1 - 1) }
      return 1 - Double(alike) / Double(count * (count - 1))
    })
}
