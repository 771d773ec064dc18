import Diagnostics
import Query
import Tables
import TestSupport
import Testing

@Suite struct VerbTests {
  @Test func declarationsAreWhole() {
    let names = relationalVerbs.map(\.declaration.name)
    #expect(Set(names).count == names.count)
    for verb in relationalVerbs {
      let declaration = verb.declaration
      #expect(!declaration.summary.isEmpty && !declaration.summary.hasSuffix("."), "\(declaration.name)")
      #expect(!declaration.examples.isEmpty, "\(declaration.name)")
      let options = declaration.options.map(\.name)
      #expect(Set(options).count == options.count)
    }
  }

  @Test(arguments: relationalVerbs.flatMap(\.declaration.examples))
  func examplesRun(_ example: Example) throws {
    let (table, _) = try run(example.code)
    #expect(table.columnCount > 0)
  }

  @Test func `planning reads no rows unless the verb says so`() throws {
    for verb in relationalVerbs {
      let sources = exampleTables.mapValues { CountingSource(name: "example", $0, partLength: 2) }
      let session = Session(sources: sources, environment: Environment())
      for example in verb.declaration.examples { _ = try session.plan(example.code) }
      let reads = sources.values.flatMap(\.reads)
      #expect(
        reads.isEmpty || verb.declaration.readsRowsToPlan,
        "planning `\(verb.declaration.name)` reads \(reads): its declaration needs `readsRowsToPlan: true`")
    }
  }

  @Test func `every verb is tried on every type`() {
    let pipelines = GridExpressions.verbs("a") + GridExpressions.verbs("a", "b") + GridExpressions.aggregates("a")
    let tried = Set(
      pipelines.flatMap { pipeline in
        pipeline.split(separator: "|").dropFirst().map { $0.drop { $0 == " " }.prefix { $0.isLetter || $0 == "_" } }
      })
    // `table` reads no columns.
    for name in relationalVerbs.map(\.declaration.name) where name != "table" {
      #expect(
        tried.contains(name[...]),
        "`\(name)` is in no pipeline of `verbs` in Tests/QueryTests/Grid/GridExpressions.swift")
    }
  }

  /// A part of the rows or groups is rounded as numpy rounds: halves to the even number.
  @Test(arguments: [
    (5, "0.5", 2), (7, "0.5", 4), (3, "0.5", 2), (1, "0.5", 0), (10, "0.25", 2), (10, "0.35", 4), (8, "0.999", 8),
    (8, "0", 0), (8, "1", 8),
  ])
  func partsAreRoundedToEven(rows: Int, fraction: String, drawn: Int) throws {
    let tables = ["t": Table([("a", Column(Array(0..<rows)))])]
    #expect(try run("t | sample fraction=\(fraction) seed=1", on: tables).table.rowCount == drawn)
    #expect(try run("t | sample fraction=\(fraction) by=a seed=1", on: tables).table.rowCount == drawn)
  }

  /// Columns that a pivot makes are counted with all of their aggregates.
  @Test func aPivotMakesNoMoreThan64Columns() throws {
    let tables = ["t": Table([("r", Column([Int](repeating: 1, count: 33))), ("c", Column(Array(0..<33)))])]
    #expect(try run("t | pivot rows=r columns=c", on: tables).table.columnCount == 34)
    let error = #expect(throws: Diagnostic.self) {
      try run("t | pivot rows=r columns=c agg n = len(), s = sum(c)", on: tables)
    }
    #expect(error?.message == "`c` would become 66 columns, at most 64 can be shown")
    #expect(
      try run("t | filter c > 0 | pivot rows=r columns=c agg n = len(), s = sum(c)", on: tables).table.columnCount == 65
    )
  }

  @Test func verbsDoWhatTheySay() {
    expectResults(
      """
      ▸ table a = [1, null, 3], b = "x"
      a i64, b str
      1 · x
      null · x
      3 · x

      ▸ train | select user_id, month = month(date) | head 2
      user_id i32, month i8
      1 · 7
      1 · 7

      ▸ train | select n_unique(user_id), n = len()
      n_unique(user_id) u32, n u32
      4 · 6

      ▸ train | with a = user_id + 1, b = a * 2, user_id = 0 | select user_id, a, b | head 1
      user_id i64, a i32, b i32
      0 · 2 · 4

      ▸ train | drop date | rename u = user_id, user_id = product_id | head 1
      u i32, user_id i64
      1 · 10

      ▸ train | group_by product_id
      product_id i64, len u32
      10 · 3
      11 · 1
      12 · 1
      519413018 · 1

      ▸ train | group_by user_id agg n = len(), ids = unique(product_id) | sort n desc, user_id desc
      user_id i32, n u32, ids list[i64]
      2 · 2 · [10]
      1 · 2 · [10, 11]
      100 · 1 · [12]
      3 · 1 · [519413018]

      ▸ train | select product_id | head -4
      product_id i64
      10
      11

      ▸ train | select product_id | tail -4
      product_id i64
      10
      519413018

      ▸ train | select product_id | tail 1
      product_id i64
      519413018

      ▸ train | select product_id | slice -3, 2
      product_id i64
      12
      10

      ▸ train | select product_id | sample 3 seed=0
      product_id i64
      519413018
      10
      11

      ▸ train | sample 100 | agg len()
      len u32
      6
      – sample: 100 rows were asked for, there are 6

      ▸ train | sample fraction=0.5 by=user_id seed=1 | select user_id
      user_id i32
      100
      3

      ▸ train | unique user_id keep=last | select user_id, product_id
      user_id i32, product_id i64
      1 · 11
      100 · 12
      2 · 10
      3 · 519413018

      ▸ train | join (products | select product_id, name) on product_id | drop date
      user_id i32, product_id i64, name str
      1 · 10 · чай
      1 · 11 · молоко
      2 · 10 · чай
      100 · 12 · хлеб
      2 · 10 · чай

      ▸ test | left_join (train | unique user_id | select user_id, product_id) on user_id | drop date
      user_id i32, product_id i64, product_id_right i64
      1 · 12 · 10
      2 · 10 · 10
      2 · 13 · 10
      5 · 10 · null

      ▸ test | anti_join train on user_id | select user_id
      user_id i32
      5

      ▸ (table a = [1, 2]) | cross_join (table b = ["x", "y"])
      a i64, b str
      1 · x
      1 · y
      2 · x
      2 · y

      ▸ (train | head 1) | concat (test | select date, product_id, user_id | head 1)
      user_id i32, product_id i64, date date
      1 · 10 · 2024-07-01
      1 · 12 · 2024-07-02

      ▸ table k = [1, 2, 3, 4], l = [[2], [1, 5], [1], [1]] | sort l
      k i64, l list[i64]
      3 · [1]
      4 · [1]
      2 · [1, 5]
      1 · [2]

      ▸ table l = [[2], [1, 5], [2]] | value_counts l | select l, len
      l list[i64], len u32
      [2] · 2
      [1, 5] · 1

      ▸ table l = [[2], [1], null], m = [[2], [3], [1]] | filter l == m
      l list[i64], m list[i64]
      [2] · [2]
      – filter dropped 1 row whose condition is null

      ▸ table l = [[2], [1]], a = [1, 2] | join (table l = [[1]], b = [5]) on l
      l list[i64], a i64, b i64
      [1] · 2 · 5

      ▸ table k = [1, 2, 3], l = [[1, 2], [], null] | explode l
      k i64, l i64
      1 · 1
      1 · 2
      – explode dropped rows without elements: 1 empty and 1 null

      ▸ table k = [1, 2, 3], l = [[1, 2], [], null] | explode l keep=empty
      k i64, l i64
      1 · 1
      1 · 2
      2 · null
      3 · null

      ▸ actions | value_counts action_type
      action_type str, len u32, share f64, cumulative f64
      view · 3 · 0.6 · 0.6
      search · 1 · 0.2 · 0.8
      to_cart · 1 · 0.2 · 1.0

      ▸ train | group_by user_id | value_counts len
      len u32, rows u32, share f64, cumulative f64
      1 · 2 · 0.5 · 0.5
      2 · 2 · 0.5 · 1.0

      ▸ actions | describe product_id, action_type
      column str, type str, count i64, nulls i64, mean f64, std f64, min str, q25 f64, median f64, q75 f64, max str, distinct i64, … 1 more
      product_id · f64 · 3 · 2 · 10.333333333333334 · 0.5773502691896257 · 10.0 · 10.0 · 10.0 · 10.5 · 11.0 · 2 · 10.0
      action_type · str · 5 · 0 · null · null · search · null · null · null · view · 3 · view

      ▸ actions | pivot rows=user_id columns=action_type
      user_id i32, search u32, to_cart u32, view u32
      1 · 1 · null · 1
      2 · null · null · 2
      3 · null · 1 · null

      ▸ products | select product_id, brand, type | head 1 | unpivot brand, type
      product_id i64, variable str, value str
      10 · brand · A
      10 · type · напиток

      ▸ actions | drop_nulls search_query, product_id | shape
      rows u32, columns u32
      0 · 7
      – drop_nulls dropped 5 rows

      ▸ actions | fill_null search_query = "", product_id = -1 | select search_query, product_id | head 2
      search_query str, product_id f64
       · 10.0
      чай · -1.0

      ▸ products | select name | row_index name=position | tail 1
      position u32, name str
      3 · соль

      ▸ actions | select user_id, search_query | schema
      column str, type str, nulls i64
      user_id · i32 · 0
      search_query · str · 4

      ▸ train | shape
      rows u32, columns u32
      6 · 3
      """)
  }

  @Test func mistakesAreSaidBeforeAnythingRuns() {
    expectResults(
      """
      ▸ train | head -3.5
      error: the number of rows of `head` is a whole number, found -3.5
        13..<17 «-3.5»

      ▸ train | drop user, date
      error: no column `user` in `train`
        13..<17 «user» did you mean `user_id`?
        = columns: user_id i32, product_id i64, date date

      ▸ train | drop date, date
      error: `date` is named twice
        19..<23 «date»
        13..<17 «date» first here

      ▸ train | drop user_id, product_id, date
      error: no column would be left
        8..<38 «drop user_id, product_id, date»
        hint: keep at least one

      ▸ train | select a = 1, a = 2
      error: two columns would be named `a`
        22..<23 «a»
        15..<16 «a» the other
        hint: choose another name for one of them

      ▸ train | rename date = user_id
      error: there is a column `date` already
        15..<19 «date»
        hint: drop or rename that one too

      ▸ train | group_by user_id agg product_id
      error: `product_id` has a value for every row of a group
        29..<39 «product_id»
        hint: `first(product_id)` takes one, `list(product_id)` all of them

      ▸ train | sample
      error: `sample` needs a number of rows
        8..<14 «sample»
        hint: `sample 1000`, `sample fraction=0.01`

      ▸ train | join products on user_id
      error: no column `user_id` in `products`
        25..<32 «user_id»
        = columns: product_id i64, name str, brand str, type str, category_id i32, category_name str

      ▸ train | join products on product_id == name
      error: keys of type i64 and str cannot be equal
        25..<35 «product_id» i64
        39..<43 «name» str
        hint: cast one of them first: `with product_id = cast(product_id, str)`

      ▸ train | concat products
      error: only one table has a column `name`
        15..<23 «products» has it
        hint: `schema=union` fills what is missing with null
        = the first: user_id i32, product_id i64, date date
        = the other: product_id i64, name str, brand str, type str, category_id i32, category_name str

      ▸ train | explode date
      error: `explode` takes a list column, `date` is date
        16..<20 «date» date

      ▸ table a = [1, 2], b = [1]
      error: columns of different lengths
        18..<19 «b» 1 values
        6..<7 «a» 2 values

      ▸ train | row_index name=date
      error: there is a column `date` already
        23..<27 «date»
        hint: `row_index name=position` chooses another name
      """)
  }

  private func expectResults(_ golden: String) {
    let blocks = golden.split(separator: "\n\n")
    let found = blocks.map { block in
      let title = block.prefix { $0 != "\n" }
      return title + "\n" + listing(String(title.dropFirst(2)))
    }
    expectText(found.joined(separator: "\n\n"), equals: golden)
  }
}
