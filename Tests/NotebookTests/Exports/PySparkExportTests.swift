import Diagnostics
import Query
import Testing

import Notebook

/// Cells as PySpark. What they give when they run is compared by `Scripts/checks/check-pyspark-export.py`.
@Suite struct PySparkExportTests {
  /// The PySpark of a cell that runs after others.
  private func pyspark(_ code: String) throws -> String {
    try exported([PySparkExportTests.orders, code], by: PythonWriter(.spark))
  }

  private static let orders = """
    orders = table user = [1, 1, 2], item = ["tea", "jam", "tea"], price = [1.5, 2.0, null], n = [1, 2, 3], day = [date("2024-07-01"), date("2024-07-02"), null]
    items = table item = ["tea", "salt"], shelf = ["drinks", "spices"], n = [1, 2]
    """

  private static let cells: [(String, String?)] = [
    ("t = orders | filter user % 100 == 0", "t = orders.filter(F.col(\"user\") % 100 == 0)"),
    (
      "t = orders | filter n > 1 and item in [\"tea\"]",
      "t = orders.filter((F.col(\"n\") > 1) & F.col(\"item\").isin([\"tea\"]))"
    ),
    ("t = orders | filter item not in [\"tea\"]", "t = orders.filter(~F.col(\"item\").isin([\"tea\"]))"),
    (
      "t = orders | filter price is null or not (n == 2)",
      "t = orders.filter(F.col(\"price\").isNull() | ~(F.col(\"n\") == 2))"
    ),
    ("t = orders | filter day >= \"2024-07-02\"", "t = orders.filter(F.col(\"day\") >= date(2024, 7, 2))"),
    ("t = orders | select item, twice = n * 2", "t = orders.select(\"item\", (F.col(\"n\") * 2).alias(\"twice\"))"),
    ("t = orders | with half = n / 2", "t = orders.withColumn(\"half\", F.col(\"n\") / 2.0)"),
    (
      "t = orders | with a = n // 2, b = n % 2",
      "t = orders.withColumns({\"a\": F.floor(F.col(\"n\") / 2),\"b\": F.pmod(\"n\", F.lit(2)),})"
    ),
    ("t = orders | drop n", "t = orders.drop(\"n\")"),
    ("t = orders | rename amount = price", "t = orders.withColumnRenamed(\"price\", \"amount\")"),
    ("t = orders | sort price desc, user", "t = orders.orderBy(F.desc(\"price\"), F.asc_nulls_last(\"user\"))"),
    (
      "t = orders | group_by item agg n = len(), users = n_unique(user), p = mean(price)",
      "t = orders.groupBy(\"item\").agg(F.count(\"*\").alias(\"n\"),F.count_distinct(\"user\").alias(\"users\"),F.mean(\"price\").alias(\"p\"),)"
    ),
    ("t = orders | agg n = sum(n)", "t = orders.agg(F.sum(\"n\").alias(\"n\"))"),
    ("t = orders | agg n = (len() where n > 1)", "t = orders.agg(F.count_if(F.col(\"n\") > 1).alias(\"n\"))"),
    ("t = orders | unique", "t = orders.distinct()"),
    ("t = orders | unique item", "t = orders.dropDuplicates([\"item\"])"),
    (
      "t = orders | join (items | drop n) on item",
      "t = orders.join(items.drop(\"n\"), on=\"item\").select(\"user\", \"item\", \"price\", \"n\", \"day\", \"shelf\")"
    ),
    (
      "t = orders | semi_join items on item",
      "t = orders.join(items, on=\"item\", how=\"semi\").select(\"user\", \"item\", \"price\", \"n\", \"day\")"
    ),
    (
      "t = items | left_join (orders | select item, n) on item",
      "t = items.join(orders.select(\"item\", \"n\").withColumnRenamed(\"n\", \"n_right\"), on=\"item\", how=\"left\")"
    ),
    (
      "t = orders | with share = n / sum(n) over user",
      "t = orders.withColumn(\"share\", F.col(\"n\") / F.sum(\"n\").over(Window.partitionBy(\"user\")))"
    ),
    (
      "t = orders | with r = row_number() over (user order by n desc)",
      "t = orders.withColumn(\"r\", F.row_number().over(Window.partitionBy(\"user\").orderBy(F.desc(\"n\"))))"
    ),
    (
      "t = orders | filter n == max(n)",
      "t = orders.withColumn(\"kept\", F.col(\"n\") == F.max(\"n\").over(Window.partitionBy())).filter(\"kept\").drop(\"kept\")"
    ),
    (
      "t = orders | fill_null price = 0.0",
      "t = orders.withColumn(\"price\", F.when(F.col(\"price\").isNull(), 0.0).otherwise(F.col(\"price\")))"
    ),
    ("t = orders | drop_nulls item", "t = orders.dropna(subset=[\"item\"])"),
    ("t = orders | drop_nulls price", "t = orders.filter(F.col(\"price\").isNotNull())"),
    (
      "t = orders | with kind = if n > 1 then \"many\" else \"one\"",
      "t = orders.withColumn(\"kind\", F.when(F.col(\"n\") > 1, \"many\").otherwise(\"one\"))"
    ),
    (
      "t = orders | with a = upper(item), b = length(item)",
      "t = orders.withColumns({\"a\": F.upper(\"item\"),\"b\": F.length(\"item\"),})"
    ),
    (
      "t = orders | with a = starts_with(item, \"t\")",
      "t = orders.withColumn(\"a\", F.col(\"item\").startswith(\"t\"))"
    ),
    (
      "t = orders | with a = year(day), b = format(day, \"%Y-%m\")",
      "t = orders.withColumns({\"a\": F.year(\"day\"),\"b\": F.date_format(\"day\", \"yyyy-MM\"),})"
    ),
    ("t = orders | value_counts item | head 1", nil),
    ("t = orders | sort n | head 2", "t = orders.orderBy(F.asc_nulls_last(\"n\")).limit(2)"),
    (
      "t = orders | sort n | tail 2",
      "t = orders.orderBy(F.desc_nulls_first(\"n\")).limit(2).orderBy(F.asc_nulls_last(\"n\"))"
    ),
    ("orders | head 1;", ""), ("bags = [1, 2]", "bags = [1, 2]"),
    ("k = orders | values user", "k = [row[0] for row in orders.select(\"user\").collect()]"),
    ("orders | sort n", "orders.orderBy(F.asc_nulls_last(\"n\")).show()"),
    ("orders | shape", "orders.agg(F.count(\"*\").alias(\"rows\")).withColumn(\"columns\", F.lit(5)).show()"),
    (
      "orders | assert n > 0 \"positive\";",
      "assert (orders.select((F.col(\"n\") > 0).alias(\"holds\")).filter(~F.coalesce(\"holds\", F.lit(False))).isEmpty()), \"positive\""
    ),
  ]

  @Test(arguments: cells)
  func aCellReadsAsAPersonWouldWriteIt(_ code: String, _ expected: String?) throws {
    let lines = try pyspark(code).split(separator: "\n").filter { !$0.hasPrefix("#") }
    let found = Self.withoutSpace(lines.joined())
    guard let expected else { return }
    let wanted = Self.withoutSpace(expected)
    // What is too long for a line stands in brackets.
    let wrapped = wanted.hasPrefix("t=") ? "t=(\(wanted.dropFirst(2)))" : "(\(wanted))"
    #expect([wanted, wrapped].contains(found))
  }

  private static func withoutSpace(_ text: String) -> String {
    String(text.filter { !$0.isWhitespace }).replacing(",)", with: ")").replacing(",}", with: "}")
  }

  @Test(arguments: [
    ("orders | agg m = mode(item)", "# Not in this script: `mode(item)`: it has no `mode`"),
    ("orders | with h = hash(n)", "# Not in this script: `hash(n)`: it has no `hash`"),
    ("orders | sample 2 seed=0", "# Not in this script: `sample` draws"),
    ("orders | describe", "# Not in this script: `describe` has no translation"),
    ("orders | row_index", "# Not in this script: `row_index` of rows that are not sorted"),
    ("m = orders | fit TopPopular user=user item=item", "# Not in this script: `TopPopular` is fitted by Lectern"),
    ("orders | plot bar x=item y=n", "# Not in this script: `plot`"),
  ])
  func whatHasNoEqualIsSaidByName(_ code: String, _ expected: String) throws {
    let text = try pyspark(code)
    #expect(text.hasPrefix(expected), "\(text)")
    #expect(text.split(separator: "\n").allSatisfy { $0.hasPrefix("#") }, "\(text)")
  }

  @Test func whatIsMissingIsNotUsed() throws {
    let text = try pyspark("m = orders | agg m = mode(item)\nm | head 1")
    #expect(text.hasSuffix("# Not in this script: `m` is not in this script\n# m | head 1"), "\(text)")
  }

  @Test func differencesAreSaidOnce() throws {
    let text = try pyspark("a = orders | agg n = sum(n)\nb = orders | agg n = sum(n)")
    #expect(text.split(separator: "\n").filter { $0 == "# sum: of no values it is null" }.count == 1, "\(text)")
  }

  @Test func aScriptIsASession() throws {
    let text = """
      # Title

      ```lectern
      t = table a = [1, 2], b = ["x", null]
      ```

      Prose.

      ```lectern
      t | filter a > 1
      ```

      """
    let document = try SessionDocument(parsing: text, name: "x.md")
    var context = ExportContext(title: "x")
    context.python = try SessionRunner(document: document, path: "x.md").python(
      .spark, settings: Settings(), version: "1")
    let script = try ExportFormat.pyspark.text(document, context)
    #expect(ExportFormat.pyspark.isOwn(script))
    #expect(
      script == """
        # Written by Lectern 1.
        # Rows of Spark have no order unless they are sorted, and rows that are equal in a sort come in any order.
        from pyspark.sql import SparkSession
        from pyspark.sql import functions as F

        spark = SparkSession.builder.getOrCreate()
        spark.conf.set("spark.sql.session.timeZone", "UTC")

        # %% [markdown]
        # # Title

        # %% [1]
        t = spark.createDataFrame([(1, "x"), (2, None)], "a bigint, b string")

        # %% [markdown]
        # Prose.

        # %% [2]
        t.filter(F.col("a") > 1).show()

        """)
  }
}
