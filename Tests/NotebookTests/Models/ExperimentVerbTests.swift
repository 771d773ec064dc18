import Diagnostics
import Foundation
import Testing

/// Verbs that compare, tune and look at recommendations, as somebody types them.
@Suite struct ExperimentVerbTests {
  private let users = "test | group_by user_id agg ids = unique(product_id)"

  @Test func comparisonsEndInASentenceAndWarn() {
    let test = TestSession()
    let said = test.run("\(users) | recommend tp, ease top=2 | compare show=[recall] train=train on=test")
    #expect(test.diagnostics.isEmpty, "\(said)")
    #expect(said.contains("tp and ease do not differ on recall@10 beyond chance"))
    #expect(said.contains("warning: intervals and p are unreliable with only 4 users"))
    #expect(said.contains("rows of test") == false || said.contains("of test"))
    test.run("\(users) | recommend tp, ease top=2 | compare on=test")
    #expect(test.diagnostics.first?.hint == "`train=train on=test`")
    let leaky = test.run("\(users) | recommend tp, ease | compare train=train on=train")
    #expect(leaky.contains("warning: 12 rows of test (100 %) are also in train"))
  }

  /// `by` is the model's own parameter where it has one, and else the older way to name the metric.
  @Test func byOfTuneIsTheModels() {
    let test = TestSession()
    let own = test.run("train | tune TopPopular by=[users, rows] on=test metric=mrr top=2")
    #expect(test.diagnostics.isEmpty && own.contains("│ by ") && own.contains("mrr@2"), "\(own)")
    let older = test.run("train | tune EASE regularization=[1, 10] on=test by=recall")
    #expect(older.contains("recall@10") && older.contains("`by=recall` is the older way to write `metric=recall`"))
    #expect(older.contains("best: `train | fit EASE regularization="))
    test.run("train | tune EASE regularization=log(0.1, 10) on=test")
    #expect(test.diagnostics.first?.hint == "`draws=20`, or a list of values")
    test.run("train | tune EASE regularization=log(0, 10) draws=3 on=test")
    #expect(test.diagnostics.first?.message.hasPrefix("`log` goes from a number above 0") == true)
    test.run("train | tune EASE regularization=[1, 2] folds=2 on=test")
    #expect(test.diagnostics.first?.message == "`folds` and `on` do not go together")
    let drawn = test.run("train | tune EASE regularization=log(0.1, 10) draws=3 seed=1 folds=2")
    #expect(test.diagnostics.isEmpty && drawn.contains("ndcg@10 sd"), "\(drawn)")
    #expect(
      drawn == test.run("train | tune EASE regularization=log(0.1, 10) draws=3 seed=1 folds=2")
        || drawn.contains("seconds"))
  }

  @Test func splitsSayWhatTheyHold() {
    let test = TestSession()
    let said = test.run("learn, hold = train | split time at=\"2024-05-01\"")
    #expect(said.contains("learn: 7 rows, 2024-03-01 to 2024-04-04, 3 users, 3 items"), "\(said)")
    #expect(
      said.contains(
        "hold: 5 rows, 2024-05-01 to 2024-06-03, 3 users (2 not in the first part), 3 items (1 not in the first part)"))
  }

  @Test func listsOfOneUserStandSideBySide() {
    let test = TestSession()
    let said = test.run("\(users) | recommend tp, ease top=3 | links user=100 names=products")
    #expect(test.diagnostics.isEmpty, "\(said)")
    let lines = said.split(separator: "\n")
    #expect(lines.first?.contains("tp") == true && lines.first?.contains("ease") == true)
    #expect(lines.count >= 6 && lines[1].hasPrefix(" 1. ✓· Чай"), "\(said)")
    #expect(said.contains("✓\u{A0}Чай") && said.contains("✓ bought after (2): "))
    #expect(said.contains("· bought before (3): Чай; Кофе; Мыло"))
    test.run("\(users) | recommend tp | links user=7")
    #expect(test.diagnostics.first?.message == "user 7 is not in the table")
    test.run("\(users) | links user=100")
    #expect(test.diagnostics.first?.message == "no column of lists, `NAME_recs`")
  }

  /// Models without ratings predict the scores by which they rank.
  @Test func everyModelWithScoresPredicts() {
    let test = TestSession()
    let said = test.run("test | predict ease, tp")
    #expect(test.diagnostics.isEmpty && said.contains("ease_prediction") && said.contains("tp_prediction"), "\(said)")
    #expect(said.contains("ease: scores that order items, not ratings"))
    let listed = test.run("ease | recommend user=100 top=4 | filter product_id == 11 | select score | value")
    let paired = test.run(
      "test | predict ease | filter user_id == 100 and product_id == 11 | select cast(ease_prediction, f32) | value")
    #expect(paired.hasPrefix(listed + "\n") && listed == "0.625")
  }

  @Test func resultsGrowInAFile() throws {
    let test = TestSession()
    let path = FileManager.default.temporaryDirectory.appending(path: "runs-\(UUID().uuidString).parquet").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    test.run("lists = \(users) | recommend tp, ease top=2")
    test.run("lists | metrics show=[recall] log=\"\(path)\"")
    #expect(test.diagnostics.isEmpty, "\(test.text)")
    let said = test.run("lists | compare show=[recall] log=\"\(path)\"")
    #expect(said.contains("1 line added to \(path): 3 lines"), "\(said)")
    let runs = test.run("load \"\(path)\" | select verb, model, kind, parameters, other, metric, data")
    #expect(runs.contains("regularization=1 ") && runs.contains("compare") && runs.contains("TopPopular"), "\(runs)")
    // `tp` and `ease` were fitted here and have served the lists; a name without a model has no times.
    let timed = test.run(
      """
      load "\(path)" | filter verb == "metrics" | agg n = sum(if fit_seconds >= 0 and recommend_seconds >= 0 then 1 else 0), \
        who = sum(recommend_users) | select n, who
      """)
    #expect(timed.contains("│   2 ┆   8 │"), "\(timed)")
    test.run("lists | rename other_recs = tp_recs | metrics show=[recall] log=\"\(path)\"")
    let unknown = test.run(
      "load \"\(path)\" | filter model == \"other\" | select fit_seconds, recommend_seconds, recommend_users")
    #expect(unknown.contains("null") && unknown.filter { $0.isNumber }.count < 20, "\(unknown)")
    let (older, other) = (path + ".older.parquet", path + ".other.parquet")
    // A log of a version without times goes on, with nulls in its old rows.
    test.run(
      """
      load "\(path)" | drop fit_seconds, recommend_seconds, recommend_users | save "\(older)"
      lists | metrics show=[recall] log="\(older)"
      """)
    #expect(test.diagnostics.isEmpty, "\(test.text)")
    let old = test.run("load \"\(older)\" | agg rows = len(), known = count(fit_seconds)")
    #expect(old.contains("7 ┆     2"), "\(old)")
    // A model that was fitted after the lists were made did not make them.
    test.run("ease = train | fit EASE regularization=7")
    let refitted = test.run("lists | metrics show=[recall] log=\"\(path)\"")
    #expect(refitted.contains("ease: logged without parameters") && !refitted.contains("tp: logged"), "\(refitted)")
    let parameters = test.run("load \"\(path)\" | filter model == \"ease\" | values parameters")
    #expect(parameters.contains("regularization=1 ") && !parameters.contains("regularization=7"), "\(parameters)")
    test.run("train | save \"\(other)\"")
    test.run("lists | metrics log=\"\(other)\"")
    #expect(test.diagnostics.first?.message.contains("has other columns than a table of results") == true)
  }

  /// Not how many users were scored, the last column.
  @Test func barsOfMetricsAreOfTheFirst() {
    let test = TestSession()
    let chosen = "\(users) | recommend tp, ease top=2 | metrics show=[recall, ndcg]"
    let said = test.run("\(chosen) | plot bar")
    #expect(test.diagnostics.isEmpty && said == test.run("\(chosen) | plot bar y=[`recall@10`]"), "\(said)")
  }

  @Test func metricsStandApartByAColumn() {
    let test = TestSession()
    let said = test.run(
      "\(users) | with is_new = user_id >= 500 | recommend tp | metrics show=[recall, short_lists] by=is_new")
    #expect(test.diagnostics.isEmpty && said.contains("is_new") && said.contains("short_lists@10"), "\(said)")
    let plain = test.run("\(users) | recommend tp | metrics show=[recall, ndcg] intervals=false")
    #expect(plain.contains("ndcg@10") && !plain.contains("±") && !plain.contains("intervals"), "\(plain)")
    test.run("\(users) | recommend tp | metrics by=nobody")
    #expect(test.diagnostics.count == 1)
  }

  /// A result of `tune` ends with counts too; what is drawn is the metric.
  @Test func plotsOfTuneAreOfTheMetric() {
    let test = TestSession()
    let said = test.run("train | tune EASE regularization=[1, 10, 100] on=test metric=recall top=2 | plot line")
    #expect(test.diagnostics.isEmpty && said.contains("recall@2") && said.contains("regularization"), "\(said)")
  }

  @Test func usersFallIntoSegments() {
    let test = TestSession()
    let said = test.run("\(users) | segment train=train cuts=[3] | select user_id, segment | sort user_id")
    #expect(test.diagnostics.isEmpty, "\(said)")
    for segment in ["100 ┆ 3+", "200 ┆ 1–2", "600 ┆ cold"] { #expect(said.contains(segment), "\(said)") }
    let apart = test.run(
      "\(users) | segment train=train by=history | recommend tp, ease top=2 | metrics by=segment show=[recall]")
    #expect(test.diagnostics.isEmpty && apart.contains("cold") && apart.contains("warm"), "\(apart)")
    #expect(test.run("\(users) | segment train=train | segment train=train by=history | schema").contains("(3, 3)"))
    test.run("\(users) | segment")
    #expect(test.diagnostics.first?.hint == "`train=train`")
    test.run("\(users) | segment train=train cuts=[5, 3]")
    #expect(test.diagnostics.first?.message == "the cuts have to ascend, from 2 on")
    test.run("\(users) | segment train=products")
    #expect(test.diagnostics.first?.message.contains("user_id") == true)
  }

  /// What is written for ids that do not meet, and for columns that one of both tables lacks.
  @Test(arguments: [
    (
      "table user_id = [1] | segment train=named", "user ids are `i64` in the table and `str` in train",
      "numbers become text: `with user_id = cast(user_id, str)` before"
    ),
    (
      "table user_id = [\"1\"] | segment train=train", "user ids are `str` in the table and `i64` in train",
      "numbers become text: `train=(train | with user_id = cast(user_id, str))`"
    ),
    (
      "table usr_id = [1] | segment train=train", "no column `user_id`",
      "`rename user_id = usr_id` before `segment`"
    ),
    ("table user_id = [1] | segment train=train user=user_idd", "no column `user_idd`", "`user=user_id`"),
    (
      "table user_id = [1] | segment train=other", "no column `user_id` in `train`",
      "`train=(other | rename user_id = user_ids)`"
    ),
    (
      "table user_id = [true] | segment train=train", "user ids are `bool`, and have to be whole numbers or text",
      "say which column the users are in: `user=NAME`"
    ),
  ])
  func segmentsSayWhatToWrite(_ code: String, _ message: String, _ hint: String) throws {
    let test = TestSession()
    for table in [
      "train = (table user_id = [1])", "named = (table user_id = [\"1\"])", "other = (table user_ids = [1])",
    ] {
      test.run(table)
      #expect(test.diagnostics.isEmpty)
    }
    test.run(code)
    let error = try #require(test.diagnostics.first)
    #expect(error.message == message)
    #expect(error.hint == hint)
  }

  /// EASE knows items that nobody had by what they have in common with others.
  @Test func featuresReachItemsThatNobodyHad() {
    let test = TestSession()
    test.run("learn = train | filter product_id != 12")
    let features = "features=(products | select product_id, category_id)"
    let said = test.run("m = learn | fit EASE regularization=1 feature_weight=50 \(features)")
    #expect(test.diagnostics.isEmpty && said.contains("1 feature of 4 items, 1 of them not in train"), "\(said)")
    #expect(test.run("m | recommend user=200 top=1 | select product_id | value").hasPrefix("12"))
    let tuned = test.run(
      "learn | tune EASE feature_weight=[0, 1] regularization=1 features=(products | select product_id, brand) on=test")
    #expect(test.diagnostics.isEmpty && tuned.contains("feature_weight"), "\(tuned)")
    test.run("learn | fit TopPopular features=products")
    #expect(test.diagnostics.first?.message == "TopPopular does not read features of items")
    test.run("learn | fit EASE features=(products | select category_id)")
    #expect(test.diagnostics.first?.message == "the table of features has no column `product_id`")
    test.run("learn | fit EASE features=(products | select product_id, price = 1.5)")
    #expect(test.diagnostics.first?.message == "`price` is f64, and a feature is a category")
  }

  @Test func candidatesCapsAndDebiasAreAsked() {
    let test = TestSession()
    let only = test.run("\(users) | recommend ease only=ids | select user_id, ease_recs")
    #expect(test.diagnostics.isEmpty && only.contains("ease: 1 user not in train"), "\(only)")
    let capped = test.run("tp | recommend per=category_id limit=1")
    #expect(test.diagnostics.isEmpty && capped.contains("categories from `products`"), "\(capped)")
    #expect(test.run("tp | recommend per=category_id limit=1 labels=products | shape").contains("3"))
    #expect(test.run("tp | recommend debias=1 | select n = n_unique(score) | value").hasPrefix("1\n"))
    let served = test.run("table had = [[11, 12], [13]] | recommend ease basket=had top=2")
    #expect(test.diagnostics.isEmpty && served.contains("ease: 2 lists by `basket`"), "\(served)")
  }

  @Test(arguments: [
    ("tp | recommend only=ids", "`ids` is a column, and there is no table of users"),
    ("test | recommend tp only=nobody", "no column `nobody`"),
    ("test | recommend tp only=product_id", "`only` needs a column of lists, and `product_id` is `i64`"),
    ("test | recommend tp only=\"ids\"", "`only=` takes a list or a column of lists, found `\"ids\"`"),
    ("test | recommend tp basket=[11]", "the table says which users"),
    ("tp | recommend limit=2", "`limit` needs `per`: the column of categories"),
    ("tp | recommend per=category_id", "`per` needs `limit`"),
    ("tp | recommend per=nobody limit=2", "no table has items and a column `nobody`"),
    ("tp | recommend per=nobody limit=2 labels=products", "no column `nobody` in `labels`"),
    ("p2 = products; tp | recommend per=brand limit=2", "several tables have items and a column `brand`"),
    ("tp | recommend per=brand limit=0", "`limit=` takes a whole number from 1 to 1000000, found 0"),
    ("tp | recommend debias=3", "`debias=` takes a number from 0 to 2, found 3"),
  ]) func whatIsWrongWithWhatIsAskedIsSaid(_ code: String, _ message: String) {
    let test = TestSession()
    test.run(code)
    #expect(test.diagnostics.count == 1 && test.diagnostics[0].message.hasPrefix(message), "\(test.text)")
  }
}
