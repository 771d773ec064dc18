import Testing

/// What is said to those who come from polars, pandas, SQL and shells.
/// Each is judged as a whole: what was found, where, what to do.
@Suite struct SyntaxMistakesOfHabitTests {
  @Test func areSaidWell() {
    expectMistakes(
      #"""
      ▸ train | | head
      a verb is missing after `|`
        6..<7 «|»
        8..<9 «|»
        hint: remove one `|`

      ▸ train |
      a verb is missing after `|`
        6..<7 «|»
        hint: `| head 10`, or leave the `|` out

      ▸ train | ;
      a verb is missing after `|`
        6..<7 «|»
        hint: `| head 10`, or leave the `|` out

      ▸ x = | head
      a table is missing before `|`
        4..<5 «|»
        hint: `_` is the last result: `_ | …`

      ▸ train.filter(a == 1)
      there are no methods
        6..<12 «filter»
        hint: write `train | filter a == 1`

      ▸ train.head()
      there are no methods
        6..<10 «head»
        hint: write `train | head`

      ▸ user_id.sum()
      there are no methods
        8..<11 «sum»
        hint: write `sum(user_id)`

      ▸ train | filter a.isin([1, 2])
      there are no methods
        17..<21 «isin»
        hint: write `a in [1, 2]`

      ▸ train | filter name.str.contains("x")
      there are no methods
        24..<32 «contains»
        hint: write `contains(name, "x")`

      ▸ train | filter pl.col("a") > 1
      columns are written without quotes
        15..<21 «pl.col»
        hint: write `a`

      ▸ df["a"]
      square brackets do not index tables or columns
        2..<3 «[»
        hint: write `df | select a`

      ▸ df[:5]
      square brackets do not index tables or columns
        2..<3 «[»
        hint: write `df | head 5`

      ▸ df[df.a > 1]
      square brackets do not index tables or columns
        2..<3 «[»
        hint: write `df | filter …`

      ▸ df[0]
      square brackets do not index tables or columns
        2..<3 «[»
        hint: write `df | slice 0, 1`

      ▸ SELECT a, b FROM train WHERE a = 1 LIMIT 3
      `SELECT` cannot begin a statement
        0..<6 «SELECT»
        hint: a pipeline starts with the table: `train | filter a == 1 | select a, b | head 3`

      ▸ select a
      `select` has no table to work on
        0..<6 «select»
        hint: a pipeline starts with the table: `train | select a`

      ▸ import pandas as pd
      `import` has no meaning here
        0..<6 «import»
        hint: nothing has to be imported here; data comes by `train = load "train_orders"`

      ▸ for x in y
      `for` has no meaning here
        0..<3 «for»
        hint: verbs work on whole columns: `train | with double = product_id * 2`

      ▸ print(train)
      `print` has no meaning here
        0..<5 «print»
        hint: a name alone shows its value: `train`

      ▸ help(load)
      `help` has no meaning here
        0..<4 «help»
        hint: `?load` explains a verb, `:help` lists what there is

      ▸ quit()
      `quit` has no meaning here
        0..<4 «quit»
        hint: `:quit` leaves Lectern, like Ctrl-D

      ▸ read "train.csv"
      `read` has no meaning here
        0..<4 «read»
        hint: files are read by `load`: `train = load "train.csv"`

      ▸ write train "x.csv"
      `write` has no meaning here
        0..<5 «write»
        hint: `train | save "train.csv"` writes a file

      ▸ train | with x = lambda r: r * 2
      functions cannot be defined here
        17..<23 «lambda»
        hint: expressions name columns and work on all rows at once: `with double = a * 2`

      ▸ x => x
      unexpected `=>`
        2..<4 «=>»
        hint: functions cannot be defined here; write the expression with column names: `a * 2`

      ▸ train | with c = a -> b
      unexpected `->`
        19..<21 «->»
        hint: functions cannot be defined here; write the expression with column names: `a * 2`

      ▸ train | filter a == None
      unexpected `None`
        20..<24 «None»
        hint: write `null`; to test for it, `a is null`

      ▸ train | filter a == True and b
      unexpected `True`
        20..<24 «True»
        hint: write `true`

      ▸ train | filter a AND b
      unexpected `AND`
        17..<20 «AND»
        hint: write `and`

      ▸ train | filter NOT a
      unexpected `NOT`
        15..<18 «NOT»
        hint: write `not`

      ▸ train | filter name like "a%"
      there is no `like`
        20..<24 «like»
        hint: `starts_with(a, "x")`, `contains(a, "x")` or `matches(a, "^x")`

      ▸ train | filter a between 1 and 5
      there is no `between`
        17..<24 «between»
        hint: `a >= 1 and a <= 5`

      ▸ %%time
      there are no `%` commands
        0..<1 «%»
        hint: commands start with `:`; `:time STATEMENT` measures one

      ▸ !ls
      unexpected `!`
        0..<1 «!»
        hint: there are no shell commands here; `:files` lists files. A negation is written `not`

      ▸ train\⏎| head
      unexpected `\`
        5..<6 «\»
        hint: leave it out: a line goes on after `|`, `,` or an operator, or where the next starts with `|`

      ▸ train |> head
      unexpected `|>`
        6..<8 «|>»
        hint: verbs are joined by `|` alone

      ▸ x := 1
      unexpected `:=`
        2..<4 «:=»
        hint: assign with `=`

      ▸ {a: 1}
      braces have no meaning here
        0..<1 «{»
        hint: write lists in square brackets: `[1, 2]`

      ▸ @a
      unexpected `@`
        0..<1 «@»
        hint: a value of the session is written `$x`

      ▸ a.
      the name of a field is missing after `.`
        2..<2 «»

      ▸ train | fit EASE lambda=
      a value is missing after `lambda=`
        24..<24 «»

      ▸ train | case when a then b end
      no verb `case`
        8..<12 «case»
        hint: the form is `if condition then a else b`, inside `with x = …`

      ▸ train | with x = case when a then b end
      there is no `case`
        17..<21 «case»
        hint: the form is `if condition then a else b`

      ▸ 5 = x
      `=` assigns a name; it does not compare
        2..<3 «=»
        hint: to compare, write `==`

      ▸ train | filter order by
      unexpected `by` after `order`
        21..<23 «by»
        hint: ordering is a verb of its own: `… | sort key desc`; in a window, `over (k order by d)`

      ▸ train | group_by
      `group_by` needs a column, or `name = expression`
        16..<16 «»
        hint: for example `train | group_by product_id | sort len desc`

      ▸ train | with a, b =
      a value is missing after `b=`
        19..<19 «»

      ▸ train | value_counts a, b
      `value_counts` takes one argument, found `b`
        24..<25 «b»

      ▸ train | filter a ? 1
      unexpected `?`
        17..<18 «?»
        hint: `?` asks for help at the end of a statement: `train | group_by ?`

      ▸ x = ?
      unexpected `?`
        4..<5 «?»
        hint: `?` asks for help at the end of a statement: `train | group_by ?`

      ▸ train | filter a : b
      unexpected `:`
        17..<18 «:»
        hint: a command stands on a line of its own: `:help`

      ▸ train | group_by k agg n = len() having n > 3
      unexpected `having` after `)`
        33..<39 «having»
        hint: filter after grouping: `group_by k | filter len > 1`

      ▸ train | head 3 offset 5
      unexpected `offset` after `3`
        15..<21 «offset»
        hint: to skip rows: `slice 100, 10`

      ▸ train | join products using product_id
      unexpected `using` after `products`
        22..<27 «using»
        hint: the keys of a join stand after `on`: `join products on product_id`

      ▸ train | with s = k::str
      unexpected `::`
        18..<20 «::»
        hint: write `cast(k, str)`

      ▸ train | with s = cast(k as varchar)
      unexpected `as`
        24..<26 «as»
        hint: write `cast(k, str)`

      ▸ train | with s = sum(v) over (partition by k)
      unexpected `by` after `partition`
        40..<42 «by»
        hint: a window's keys stand after `over`: `over key`

      ▸ train, products | head
      unexpected `,`
        5..<6 «,»

      ▸ help help help
      unexpected `help` after `help`
        5..<9 «help»

      ▸ train | filter a then b
      `then` without `if`
        17..<21 «then»
        hint: the form is `if condition then a else b`
      """#)
  }
}
