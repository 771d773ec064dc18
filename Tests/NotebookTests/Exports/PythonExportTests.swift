import Diagnostics
import Foundation
import Query
import Recommenders
import Testing

import Notebook

/// Cells as Python. What they give when they run is compared by `Scripts/checks/check-python-export.py`.
@Suite struct PythonExportTests {
  /// The Python of a cell that runs after others.
  private func python(_ code: String, after: String = PythonExportTests.orders) throws -> String {
    try exported([after, code], by: PythonWriter())
  }

  private static let orders = """
    orders = table user = [1, 1, 2], item = ["tea", "jam", "tea"], price = [1.5, 2.0, null], n = [1, 2, 3]
    items = table item = ["tea", "salt"], shelf = ["drinks", "spices"]
    """

  @Test(
    arguments: [
      ("orders | filter user % 100 == 0", "orders.filter(pl.col(\"user\") % 100 == 0)"),
      (
        "orders | filter n > 1 and item in [\"tea\"]",
        "orders.filter((pl.col(\"n\") > 1) & pl.col(\"item\").is_in([\"tea\"]))"
      ),
      ("orders | head 3", "orders.head(3)"), ("orders | tail 2", "orders.tail(2)"),
      ("orders | slice 1, 2", "orders.slice(1, 2)"), ("orders | head -1", "orders.head(-1)"),
      ("orders | select item, twice = n * 2", "orders.select(\"item\", twice=pl.col(\"n\") * 2)"),
      ("orders | with half = n / 2", "orders.with_columns(half=pl.col(\"n\") / 2.0)"),
      ("orders | drop n", "orders.drop(\"n\")"),
      ("orders | rename amount = price", "orders.rename({\"price\": \"amount\"})"),
      (
        "orders | sort price desc, user",
        "orders.sort(\"price\", \"user\", descending=[True, False], nulls_last=True, maintain_order=True)"
      ),
      (
        "orders | group_by item agg n = len(), users = n_unique(user)",
        "orders.group_by(\"item\", maintain_order=True).agg(n=pl.len(), users=pl.col(\"user\").n_unique())"
      ),
      ("orders | agg n = sum(n)", "orders.select(n=pl.col(\"n\").sum())"),
      ("orders | unique item", "orders.unique(\"item\", keep=\"first\", maintain_order=True)"),
      ("orders | join items on item", "orders.join(items, on=\"item\", maintain_order=\"left_right\")"),
      ("orders | semi_join items on item", "orders.join(items, on=\"item\", how=\"semi\")"),
      (
        "orders | with share = n / sum(n) over user",
        "orders.with_columns(share=pl.col(\"n\") / pl.col(\"n\").sum().over(\"user\"))"
      ),
      ("orders | fill_null price = 0.0", "orders.with_columns(price=pl.col(\"price\").fill_null(0.0))"),
      ("orders | drop_nulls price", "orders.drop_nulls(\"price\")"),
      ("orders | row_index", "orders.with_row_index(\"row\")"),
      (
        "orders | with kind = if n > 1 then \"many\" else \"one\"",
        "orders.with_columns(kind=pl.when(pl.col(\"n\") > 1).then(pl.lit(\"many\")).otherwise(pl.lit(\"one\")))"
      ),
      (
        "orders | agg m = (sum(n) where user == 1)",
        "orders.select(m=pl.when(pl.col(\"user\") == 1).then(pl.col(\"n\")).otherwise(None).sum())"
      ),
      ("t = orders | head 1", "t = orders.head(1)"), ("orders | head 1;", "orders.head(1);"),
      ("bags = [1, 2]", "bags = [1, 2]"), ("orders | values user", "orders.get_column(\"user\").to_list()"),
    ])
  func aCellReadsAsAPersonWouldWriteIt(_ code: String, _ expected: String) throws {
    var found = try python(code).replacing("\n", with: "").replacing("    ", with: "")
    // What is too long for a line stands in brackets.
    if found.hasPrefix("("), found.hasSuffix(")") { found = String(found.dropFirst().dropLast()) }
    #expect(found == expected)
  }

  @Test func stepsStandOnLinesOfTheirOwn() throws {
    #expect(
      try python("orders | filter user == 1 | sort n desc | head 1") == """
        (
            orders
            .filter(pl.col("user") == 1)
            .sort("n", descending=True, nulls_last=True, maintain_order=True)
            .head(1)
        )
        """)
  }

  @Test func resultsWithoutANameGetOne() throws {
    let session = Session()
    session.keepsTraces = true
    let writer = PythonWriter()
    for cell in [Self.orders, "orders | head 1\norders | head 2", "_ | head 3", "_2 | tail 1"] {
      session.traces = []
      session.run(cell)
      writer.add(session.traces, of: session)
    }
    let cells = writer.notebook(dataFolder: ".", version: nil).cells.compactMap(\.self)
    #expect(cells[1] == "display(orders.head(1))\nout_2_ = orders.head(2)\nout_2_")
    #expect(cells[2] == "out_2_.head(3)")
    #expect(cells[3] == "out_2_.tail(1)")
  }

  @Test func whatHasNoEqualSaysSo() throws {
    #expect(try python("orders | with h = hash(n)").hasPrefix("# No equal in Python: `hash` has no translation"))
    #expect(try python(":vars").contains("a command of Lectern"))
    #expect(try python("orders | fit SlopeOne user=user item=n").contains("no column is `rating`"))
    #expect(
      try python("orders | fit TopPopular user=user item=n ties=random").contains("`TopPopular ties=` is not written"))
  }

  /// Models that libraries have, and what is done with them.
  @Test(arguments: [
    (
      "orders | fit ItemKNN user=user item=n similarity=bm25 neighbors=20",
      #"ItemKNN(orders, similarity="bm25", neighbors=20, user="user", item="n")"#
    ),
    (
      "orders | fit iALS user=user item=n factors=2 iterations=1 seed=3 | step 2",
      #"IALS(orders, factors=2, iterations=1, seed=3, user="user", item="n").step(2)"#
    ),
    (
      "orders | walk EASE user=user item=n regularization=5",
      #"EASE(orders, regularization=5, user="user", item="n")"#
    ),
    ("orders | with rating = n | fit SVD user=user item=n epochs=2 seed=1", "Surprise(SVD(n_epochs=2, random_state=1)"),
    ("orders | with rating = n | fit SVD user=user item=n", "Surprise(SVD(random_state=0)"),
    (
      "orders | fit MF user=user item=n variant=sampled epochs=1 batch=2",
      #"SampledMatrixFactorization(orders, epochs=1, batch=2, user="user", item="n")"#
    ),
    (
      "orders | with date = date(2024, 1, n) | fit UPCF user=user item=n recency=all",
      #"UPCF(orders.with_columns(date=pl.date(2024, 1, pl.col("n"))), recency=None, user="user", item="n")"#
    ),
    (
      "orders | with date = date(2024, 1, n) | fit TopPopular user=user item=n half_life=2",
      #"RecentTopPopular(orders.with_columns(date=pl.date(2024, 1, pl.col("n"))), half_life=2"#
    ),
    ("orders | fit Blend [TopPopular, PersonalTopPopular] user=user item=n", "Blend(["),
    ("orders | with rating = n | fit Baseline user=user item=n epochs=2", #"BaselineOnly(bsl_options={"n_epochs": 2}"#),
    (
      "orders | tune ItemKNN user=user item=n neighbors=[1, 2] on=orders metric=recall",
      #"tune(ItemKNN, orders, user="user", item="n", on=orders, metric="recall", tried={"neighbors": [1, 2]})"#
    ),
  ])
  func modelsOfLibrariesAreCalled(_ code: String, _ expected: String) throws {
    let text = try python(code)
    #expect(text.contains(expected), "\(text)")
  }

  @Test func modelsAreComparedAndExplained() throws {
    let session = Session()
    session.keepsTraces = true
    let writer = PythonWriter()
    let cells = [
      "train = table user_id=[1, 1, 2, 2, 3], product_id=[1, 2, 2, 3, 3]",
      "a = train | fit ItemKNN\nb = train | fit TopPopular",
      "u = train | group_by user_id agg ids = unique(product_id) | recommend a, b top=2",
      "u | compare top=2 cold=skip", "a | explain user=1 item=3",
      "u | metrics top=2 show=[coverage, popularity] train=train",
      "train | tune EASE regularization=[1, 5] on=train metric=recall top=2",
      "best = a | recommend user=1 top=1 | select product_id | value\na | explain user=1 item=$best",
      "u | links user=1",
    ]
    for cell in cells {
      session.traces = []
      session.run(cell)
      writer.add(session.traces, of: session)
    }
    let notebook = writer.notebook(dataFolder: ".", version: nil)
    let code = notebook.cells.compactMap(\.self)
    #expect(code[3].contains(#"compare, top=2, cold="skip""#))
    #expect(code[4] == "explain(a, user=1, item=3)")
    #expect(code[5].contains(#"metrics, show=["coverage", "popularity"], top=2, facts=Facts(train)"#))
    #expect(code[6].contains(#"tune(EASE, train, on=train, metric="recall", top=2, tried={"regularization": [1, 5]})"#))
    // The functions above the cells call a function `best`.
    #expect(code[7].hasPrefix("best_ = ") && code[7].hasSuffix("explain(a, user=1, item=best_)"))
    #expect(code[8] == "links_of_user(u, user=1, model=a)")
    #expect(notebook.head.contains("import itertools") && notebook.head.contains("implicit.nearest_neighbours"))
    #expect(notebook.helpers.contains("class ItemKNN") && !notebook.helpers.contains("class IALS"))
  }

  @Test(arguments: [
    ("a, b = orders | split folds n=2 seed=3", "a, b = orders.pipe(split_folds, n=2, seed=3)"),
    ("a, b = orders | split last n=1 user=user", #"a, b = orders.pipe(split_last, n=1, user="user")"#),
    ("a, b = orders | split users test=0.5 user=user seed=1", #"split_users, test=0.5, seed=1, user="user")"#),
    (
      "a, b = orders | with date = date(2024, 1, n) | split time at=\"2024-01-02\"",
      ".pipe(split_time, date(2024, 1, 2))"
    ),
    ("a, b = orders | with date = date(2024, 1, n) | split baskets user=user", #".pipe(split_baskets, user="user")"#),
    ("orders | with q = ntile(2) over (order by n)", #"q=ntile(2).over(pl.lit(1), order_by="n", nulls_last=True)"#),
    ("[1, 2] | links", "links([1, 2])"),
    (
      #"table a = ["1.10"] | with a = cast(a, decimal[5,2]) | select b = a * a"#,
      #")) * pl.col("a")"#
    ),
    ("orders | select n | explain", #"print(orders.lazy().select("n").explain())"#),
  ])
  func splitsAndOthersReadAsCalls(_ code: String, _ expected: String) throws {
    let text = try python(code)
    #expect(text.contains(expected), "\(text)")
  }

  /// Every function has a translation, or is known to have none.
  @Test func everyFunctionIsTranslatedOrNamed() {
    let untranslated = [
      "cast", "try_cast", "hash", "add_months", "list_zip", "rank", "dense_rank", "percent_rank",
    ]
    for function in functions.map(\.name) {
      let isThere = [PythonFunctions.rows, PythonFunctions.aggregates, PythonFunctions.windows].contains { table in
        table.keys.contains { $0 == function || $0.hasPrefix(function + "/") }
      }
      #expect(
        isThere != untranslated.contains(function),
        """
        `\(function)` needs a template in Sources/Notebook/Exports/Python/PythonFunctions.swift, or its name in the list \
        of this test, not both
        """)
    }
  }

  /// Every model has a class in Python, or is known to have none.
  @Test func everyModelIsTranslatedOrNamed() {
    // It is made of other models.
    let untranslated = ["Blend"]
    for model in Models.all.map({ $0.name }) {
      #expect(
        PythonModel.has(model) != untranslated.contains(model),
        """
        `\(model)` needs a line in `all` of Sources/Notebook/Exports/Python/PythonModel.swift, or its name in the list of \
        this test, not both
        """)
    }
  }

  @Test func aNotebookNeedsWhatItsCellsNeed() throws {
    let text = "# Title\n\n```lectern\ntable a = [1]\n```\n\nProse.\n\n```lectern\n_ | describe\n```\n"
    let document = try SessionDocument(parsing: text, name: "x.md")
    let python = try SessionRunner(document: document, path: "x.md").python(settings: Settings(), version: "1")
    #expect(python.head == "# Written by Lectern 1.\nimport polars as pl")
    #expect(python.helpers.contains("def describe(table)") && python.helpers.contains("def schema(table)"))
    var context = ExportContext(title: "x")
    context.python = python
    let notebook = try ExportFormat.jupyter.text(document, context)
    #expect(ExportFormat.jupyter.isOwn(notebook))
    #expect(
      notebook.contains("\"python3\"") && notebook.contains("lectern-2") && notebook.contains("out_1.pipe(describe)"))
  }
}
