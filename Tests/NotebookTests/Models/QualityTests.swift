import Diagnostics
import Foundation
import Notebook
import Testing

/// Models beat the most popular items by more than chance. `Scripts/benchmarks/quality.md` compares them at length.
@Suite(.serialized) struct QualityTests {
  private func verdict(of code: String, in folder: String) -> String {
    let test = TestSession()
    test.session.dataFolder = folder
    let said = test.run(
      code + """

        differences = lists | compare show=[recall, ndcg] | filter other == "popular"
        differences | agg n = len(), worst = min(from)
        differences | filter from <= 0 | values model
        """)
    return test.diagnostics.first?.message ?? (said.hasSuffix("[]") ? "" : said)
  }

  @Test func ordersOfTheSeminar() throws {
    let data = try #require(SeminarTests.data)
    let verdict = verdict(
      of: """
        train = load "train_orders" | filter product_id not in [519413018, 576985723]
        users = load "test_orders" | semi_join train on user_id | group_by user_id agg ids = unique(product_id) \
        | sample 1000 seed=0
        popular = train | fit TopPopular
        ease = train | fit EASE regularization=500
        ials = train | fit iALS factors=32 iterations=5 alpha=10 regularization=1
        item_knn = train | fit ItemKNN similarity=tfidf
        bpr = train | fit BPR factors=16 epochs=30 regularization=0.003
        sampled = train | fit MatrixFactorization variant=sampled factors=16 batch=64 learning_rate=0.003 \
        weight_decay=0.0001 epochs=5
        lists = users | recommend ease, ials, item_knn, bpr, sampled, popular top=10
        """, in: data.path)
    #expect(verdict.isEmpty, "\(verdict)")
  }
}
