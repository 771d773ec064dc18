import Diagnostics
import Generators
import Recommenders
import Testing

/// The `fit` line below a search, pasted: it has to give the model that was best.
@Suite struct TuneLineTests {
  /// Orders with columns of unusual names, repeated rows, counts of 1 to 5, weeks and numbers of baskets.
  private static let orders: String = {
    var random = SplitMix(state: 5)
    func below(_ count: UInt64) -> Int { Int(random.next() % count) }
    var rows: [(user: Int, item: Int, count: Int, week: Int, order: Int)] = []
    for user in 1...14 {
      for week in 0..<6 {
        for _ in 0..<3 { rows.append((user, (user % 3) * 4 + below(7), 1 + below(5), week, user * 100 + week / 2)) }
      }
    }
    func list(_ column: (Int) -> Int) -> String {
      "[" + rows.indices.map { "\(column($0))" }.joined(separator: ", ") + "]"
    }
    return """
      rows = table customer = \(list { rows[$0].user }), thing = \(list { rows[$0].item }), \
      stars = \(list { rows[$0].count }), day = \(list { rows[$0].week }), `order no` = \(list { rows[$0].order });
      before = rows | filter day < 5;
      held = rows | filter day == 5;
      things = rows | group_by thing agg n = len() | with kind = thing % 3, shelf = thing % 2;
      """
  }()

  /// What is searched for every model; nil for those that have nothing to search.
  private static let searches: [String: String?] = [
    "Random": "by=[uniform, popularity]",
    "TopPopular": "recency=[1, all] ties=random by=[users, weight]",
    "PersonalTopPopular": "recency=[all, 2] ties=global by=[rows, weight, baskets]",
    "Blend": nil,
    "EASE":
      "regularization=[0.5, 20] orientation=rectools weights=log form=primal feature_weight=2.5 features=(things | select thing, kind, shelf)",
    "SLIM": "strength=[0.001, 1e-5, 0.02] l1_ratio=0.3 neighbors=[2, 5]",
    "RP3beta": "alpha=[0.5, 1.5] beta=0.3 neighbors=4 normalize=[false, true] weights=counts",
    "PureSVD": "factors=[2, 4, 3] weights=[counts, log]",
    "iALS": "factors=[2, 3] alpha=10.5 iterations=[3, 1] weighting=hu solver=cholesky",
    "ALS": "factors=3 regularization=[0.05, 2] scale=none biases=[true, false] iterations=2 clip=[0, 9]",
    "BPR": "factors=[2, 4] epochs=[3, 6] negatives=popular",
    "MatrixFactorization": "factors=3 epochs=[2, 4] variant=sampled batch=8 learning_rate=0.01 scale=[1, 5]",
    "SVD": "factors=3 epochs=[2, 5] learning_rate=0.02 biased=false",
    "SVDpp": "factors=[2, 3] epochs=2 deviation=0.2",
    "NMF": "factors=[2, 3] epochs=4",
    "CoClustering": "user_clusters=[2, 3] item_clusters=2 epochs=3",
    "SlopeOne": nil,
    "Baseline": "epochs=[1, 6] regularization_users=3.5",
    "ItemKNN": "similarity=[cosine, bm25] neighbors=[2, 4]",
    "UserKNN": "similarity=[cosine, tfidf] neighbors=[2, 4]",
    "UPCF": "recency=[1, all, 3] locality=[1, 5.5] asymmetry=0.25 neighbors=4 vectors=counts ties=random",
    "TIFUKNN": "groups=[2, 3] own=[0.3, 1] neighbors=4 decay=group anchor=last ties=global",
    "BasketMarkov": "order=[1, 2] smoothing=[0, 0.5] ties=first_seen",
  ]

  private static let columns = "user=customer item=thing weight=stars time=day basket=`order no` duplicates=max"
  private static let measured = "show=[ndcg] top=5 | select `ndcg@5` | value"

  @Test(arguments: Models.all.map { $0.name }) func theLineGivesTheBestModel(_ model: String) throws {
    let test = TestSession()
    test.run(Self.orders)
    let search = try #require(Self.searches[model], "a model without a case: \(model)")
    guard let search else {
      test.run("before | tune \(model) on=held \(Self.columns)")
      #expect(test.diagnostics.first?.message == "there is nothing to try")
      return
    }
    // The sum of weights has no duplicates to choose from.
    let columns = search.contains("weight") ? Self.columns.replacing(" duplicates=max", with: "") : Self.columns
    let said = test.run("found = before | tune \(model) \(search) \(columns) on=held metric=ndcg top=5")
    #expect(test.diagnostics.isEmpty, "\(said)")
    let line = try #require(said.split(separator: "\n").first { $0.hasPrefix("best: `") })
    let pasted = line.dropFirst("best: `".count).dropLast()
    let best = test.run("found | head 1 | select `ndcg@5` | value")
    test.run("again = \(pasted)")
    #expect(test.diagnostics.isEmpty, "\(pasted)")
    let lists = "held | group_by customer agg ids = unique(thing) | recommend again top=5"
    let measured = test.run("\(lists) | metrics \(Self.measured)").split(separator: "\n").first.map(String.init)
    #expect(measured == best.split(separator: "\n").first.map(String.init), "\(pasted)")
    for option in columns.split(separator: " ").filter({ $0.contains("=") }) {
      #expect(pasted.contains(option.split(separator: "`")[0]), "\(pasted)")
    }
  }

  /// A pipeline over several lines becomes one line, and iterations that patience found are in it.
  @Test func theLineIsOneLine() {
    let test = TestSession()
    test.run(Self.orders)
    let said = test.run(
      """
      before | tune EASE regularization=[1, 5] user=customer item=thing on=held features=(things
        | select thing,
            kind)
      """)
    #expect(said.contains("user=customer item=thing features=(things | select thing, kind)`"), "\(said)")
    let named = test.run("before | tune EASE feature_weight=[1, 5] user=customer item=thing on=held features=things")
    #expect(named.contains(" features=things`"), "\(named)")
    let patient = test.run(
      "before | tune iALS factors=[2, 3] iterations=9 patience=2 user=customer item=thing on=held")
    #expect(patient.contains(" iterations=") && patient.contains(" seed=0 user=customer item=thing`"), "\(patient)")
  }

  /// `seed` is that of draws and folds: without them it would be taken for the model's.
  @Test func aSeedWithoutDrawsIsSaid() {
    let test = TestSession()
    let said = test.run("train | tune iALS factors=[2, 3] iterations=1 on=test seed=7")
    let note = "`seed=7` changes nothing without `draws` or `folds`; every iALS was fitted with its own seed, 0"
    #expect(said.contains(note), "\(said)")
    let drawn = test.run("train | tune iALS regularization=log(0.1, 10) draws=2 iterations=1 on=test seed=7")
    #expect(!drawn.contains("changes nothing") && drawn.contains(" seed=0`"), "\(drawn)")
  }
}
