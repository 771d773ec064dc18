import Testing

/// What is said to those who come from polars, pandas, SQL and shells. Each is judged as a whole: what was found, where, what to do.
@Suite struct SyntaxMistakesOfHabitTests {
  @Test func areSaidWell() {
    expectMistakes(
      #"""
      ▸ train | filter a = 1
      `=` gives names, it compares nothing
        17..<18 «=»
        hint: to compare, write `a == 1`

      ▸ train | filter a + 1 = b
      `=` gives names, it compares nothing
        21..<22 «=»
        hint: to compare, write `a + 1 == b`

      ▸ with x = 1
      `with` has no table to work on
        0..<4 «with»
        hint: a pipeline starts with the table: `train | with x = 1`

      ▸ train | with a = b = c
      `=` gives names, it compares nothing
        19..<20 «=»
        hint: to compare, write `b == c`

      ▸ train | filter a ≥ 1
      unexpected `≥`
        17..<20 «≥»
        hint: write `>=`

      ▸ train | filter a == 1 sort b
      `|` is missing before `sort`
        22..<26 «sort»
        hint: write `| sort b`

      ▸ train head 3
      `|` is missing before `head`
        6..<10 «head»
        hint: write `| head 3`

      ▸ train⏎filter a == 1
      `filter` has no table to work on
        6..<12 «filter»
        hint: to continue the line above: `| filter a == 1`

      ▸ filter a == 1
      `filter` has no table to work on
        0..<6 «filter»
        hint: a pipeline starts with the table: `train | filter a == 1`

      ▸ head 3
      `head` has no table to work on
        0..<4 «head»
        hint: a pipeline starts with the table: `train | head 3`

      ▸ sort -n
      `sort` has no table to work on
        0..<4 «sort»
        hint: a pipeline starts with the table: `train | sort -n`

      ▸ train | group_by k | agg n = len()
      `agg` after `group_by k |` would forget the groups
        21..<24 «agg»
        8..<16 «group_by»
        hint: leave out the `|`: `group_by k agg n = len()`

      ▸ train | group_by k | agg
      `agg` after `group_by k |` would forget the groups
        21..<24 «agg»
        8..<16 «group_by»
        hint: leave out the `|`: `group_by k agg n = len()`

      ▸ train | filter 1 < a < 5
      comparisons cannot be chained
        21..<22 «<»
        17..<18 «<»
        hint: write `1 < a and a < 5`

      ▸ train | filter a == b == c
      comparisons cannot be chained
        22..<24 «==»
        17..<19 «==»
        hint: write `a == b and b == c`

      ▸ train | filter a in [1] in [2]
      comparisons cannot be chained
        24..<26 «in»
        hint: join two comparisons with `and`, or put one in parentheses

      ▸ train | filter a is null is null
      comparisons cannot be chained
        25..<27 «is»
        hint: join two comparisons with `and`, or put one in parentheses

      ▸ train | filter (a == 1
      `(` is never closed
        15..<16 «(» opened here
        22..<22 «» `)` is missing

      ▸ train | filter a == 1)
      `)` closes nothing
        21..<22 «)»

      ▸ train | filter a in [1, 2)
      `)` closes `[`
        25..<26 «)» `]` was expected
        20..<21 «[» opened here

      ▸ train | filter a == "x
      a text is never closed
        20..<21 «"» opened here
        22..<22 «» the line ends here
        hint: close it with `"`; a line break inside is written `\n`

      ▸ train | select `a
      a quoted name is never closed
        15..<16 «`» opened here
        17..<17 «» the line ends here
        hint: close it with a backquote

      ▸ train | sample 10 sed=1
      `sample` has no option `sed`
        18..<21 «sed»
        hint: did you mean `seed`?
        = options of `sample`: fraction, by, seed

      ▸ train | sample 10 seed=1 seed=2
      `seed=` is given twice
        25..<29 «seed»
        18..<22 «seed» first here

      ▸ train | sample 10 seed=1.5
      `seed=` takes a whole number from 0 to 4294967295, found `1.5`
        23..<26 «1.5»

      ▸ train | sample 10 seed=-1
      `seed=` takes a whole number from 0 to 4294967295, found -1
        23..<25 «-1»

      ▸ train | sample fraction=2
      `fraction=` takes a number from 0 to 1, found 2
        24..<25 «2»

      ▸ train | sample fraction=half
      `fraction=` takes a number from 0 to 1, found the name `half`
        24..<28 «half»
        hint: a value of the session is written `$half`

      ▸ train | unique keep=frist
      `keep` does not take `frist`
        20..<25 «frist»
        hint: did you mean `first`?
        = one of: first, last, none

      ▸ train | head n = 5
      `head` has no option `n`
        13..<14 «n»

      ▸ train | shape 3
      `shape` takes no arguments, found `3`
        14..<15 «3»

      ▸ train | head 1, 2
      `head` takes one argument, found `2`
        16..<17 «2»

      ▸ train | recommend a top="5"
      `top=` takes a whole number from 1 to 1000, found `"5"`
        24..<27 «"5"»

      ▸ u | recommend a seen=5
      `seen=` takes one of keep, drop, found `5`
        21..<22 «5»

      ▸ u | recommend a user=x
      `user=` takes a value, found the name `x`
        21..<22 «x»
        hint: a text stands in quotes, `"x"`; a value of the session is written `$x`

      ▸ u | recommend a only=5
      `only=` takes a list, found `5`
        21..<22 «5»

      ▸ u | recommend item="a"
      columns are bare words, found a text
        19..<22 «"a"»
        hint: write `a`

      ▸ u | recommend clip=1
      `clip=` takes `true` or `false`, found `1`
        19..<20 «1»

      ▸ u | recommend title=hello
      `title=` takes a text, found the name `hello`
        20..<25 «hello»
        hint: a text stands in quotes, `"hello"`; a value of the session is written `$hello`

      ▸ u | recommend top=
      a value is missing after `top=`
        18..<18 «»

      ▸ u | recommend top=10 top=11
      `top=` is given twice
        21..<24 «top»
        14..<17 «top» first here

      ▸ t | plot pie x=a
      `plot` does not take `pie` as its kind of plot
        9..<12 «pie»
        = one of: bar, line, hist

      ▸ t | plot
      `plot` needs a kind of plot
        8..<8 «»
        = one of: bar, line, hist

      ▸ t | plot bar x=1
      `x=` takes a column, found `1`
        15..<16 «1»

      ▸ load train_orders
      `load` takes a value, found the name `train_orders`
        5..<17 «train_orders»
        hint: a text stands in quotes, `"train_orders"`; a value of the session is `$train_orders`

      ▸ load train.csv
      `load` takes a value, found the name `train`
        5..<14 «train.csv»
        hint: a text stands in quotes, `"train.csv"`; a value of the session is `$train`

      ▸ load
      `load` needs its `path`
        4..<4 «»
        hint: for example `load "train_orders"`

      ▸ x | load "a"
      `load` takes no table
        4..<8 «load»
        hint: it begins a pipeline: `x = load …`

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
      columns are bare words
        15..<21 «pl.col»
        hint: write `a`

      ▸ df["a"]
      nothing is indexed with square brackets
        2..<3 «[»
        hint: write `df | select a`

      ▸ df[:5]
      nothing is indexed with square brackets
        2..<3 «[»
        hint: write `df | head 5`

      ▸ df[df.a > 1]
      nothing is indexed with square brackets
        2..<3 «[»
        hint: write `df | filter …`

      ▸ df[0]
      nothing is indexed with square brackets
        2..<3 «[»
        hint: write `df | slice 0, 1`

      ▸ SELECT a, b FROM train WHERE a = 1 LIMIT 3
      `SELECT` begins no statement
        0..<6 «SELECT»
        hint: a pipeline starts with the table: `train | filter a == 1 | select a, b | head 3`

      ▸ select a
      `select` has no table to work on
        0..<6 «select»
        hint: a pipeline starts with the table: `train | select a`

      ▸ import pandas as pd
      `import` means nothing here
        0..<6 «import»
        hint: nothing has to be imported here; data comes by `train = load "train_orders"`

      ▸ for x in y
      `for` means nothing here
        0..<3 «for»
        hint: verbs work on whole columns: `train | with double = product_id * 2`

      ▸ print(train)
      `print` means nothing here
        0..<5 «print»
        hint: a name alone shows its value: `train`

      ▸ train | with x = lambda r: r * 2
      there are no functions to write
        17..<23 «lambda»
        hint: expressions name columns and work on all rows at once: `with double = a * 2`

      ▸ x => x
      unexpected `=>`
        2..<4 «=>»
        hint: there are no functions to write; expressions name columns: `a * 2`

      ▸ train | with c = a -> b
      unexpected `->`
        19..<21 «->»
        hint: there are no functions to write; expressions name columns: `a * 2`

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

      ▸ train | filter a in (1, 2)
      a list stands in square brackets
        20..<26 «(1, 2)»
        hint: write `[1, 2]`

      ▸ train | select *
      `*` stands for nothing here
        15..<16 «*»
        hint: leave out `select`: all columns are kept

      ▸ train | agg count(*)
      `*` stands for nothing here
        18..<19 «*»
        hint: write `len()` for the number of rows

      ▸ train | select a b
      nothing joins `a` and `b`
        17..<18 «b»
        hint: several are separated by commas: `a, b`

      ▸ train | drop a b
      nothing joins `a` and `b`
        15..<16 «b»
        hint: several are separated by commas: `a, b`

      ▸ train | drop "a"
      columns are bare words, found a text
        13..<16 «"a"»
        hint: write `a`

      ▸ train | drop [a, b]
      `drop` takes columns without brackets
        13..<14 «[»
        hint: write `drop a, b`

      ▸ train | sort a DESC
      unexpected `DESC`
        15..<19 «DESC»
        hint: `desc` follows what `sort` sorts by: `sort a desc`

      ▸ train | sort a b
      nothing joins `a` and `b`
        15..<16 «b»
        hint: several are separated by commas: `a, b`

      ▸ train | rename a -> b
      `rename` takes `new = old`
        17..<19 «->»
        hint: the new name comes first: `rename new = old`

      ▸ train | rename a
      `rename` takes `new = old`
        16..<16 «»

      ▸ train | rename "a" = b
      `rename` takes `new = old`
        15..<18 «"a"»

      ▸ train | filter a, b
      `filter` takes one condition
        16..<17 «,»
        hint: join them with `and`

      ▸ train | filter
      `filter` needs a condition
        14..<14 «»
        hint: for example `train | filter product_id not in [519413018, 576985723]`

      ▸ train | select
      `select` needs a column, or `name = expression`
        14..<14 «»
        hint: for example `products | select product_id, name`

      ▸ train | sort
      `sort` needs something to sort by
        12..<12 «»
        hint: for example `train | sort user_id, date desc`

      ▸ train | drop
      `drop` needs a column
        12..<12 «»
        hint: for example `actions | drop page_product_id, widget_name`

      ▸ train | join products
      `join` needs `on`
        21..<21 «» the columns that must be equal
        hint: for example `train | join products on product_id`

      ▸ train | join products on
      nothing follows `on`
        24..<24 «»
        hint: `on k`, `on left == right`

      ▸ train | join products on a = b
      `=` gives names, it compares nothing
        27..<28 «=»
        hint: to compare, write `a == …`

      ▸ train | join products on "a"
      columns are bare words, found a text
        25..<28 «"a"»
        hint: write `a`

      ▸ train | join products on k how=left
      `join` has no option `how`
        27..<30 «how»
        hint: other joins are verbs of their own: `left_join`, `full_join`, `semi_join`, `anti_join`

      ▸ train | join load "x" on k
      a pipeline inside another needs parentheses
        13..<17 «load»
        hint: write `(load …)`

      ▸ train | join (a | head) * 2 on k
      unexpected `*`
        24..<25 «*»

      ▸ x = (train | value) * 2
      no verb `value`
        13..<18 «value»
        hint: did you mean `value_counts`?

      ▸ 1 +
      a value is missing after `+`
        2..<3 «+»

      ▸ 1 + + 2
      `+` has nothing before it
        4..<5 «+»
        hint: leave it out

      ▸ * 2
      `*` has nothing before it
        0..<1 «*»

      ▸ a *
      a value is missing after `*`
        2..<3 «*»

      ▸ train | select a,
      something is missing after `,`
        16..<17 «,»

      ▸ a, b
      unexpected `,`
        1..<2 «,»

      ▸ [1, 2
      `[` is never closed
        0..<1 «[» opened here
        5..<5 «» `]` is missing

      ▸ 1abc
      `1abc` is neither a number nor a name
        0..<4 «1abc»
        hint: a name that starts with a digit stands in backquotes: `` `1abc` ``

      ▸ 1.
      a digit is missing after the point
        0..<2 «1.»
        hint: write `1.0`

      ▸ .5
      nothing stands before `.`
        0..<1 «.»
        hint: a number below one starts with a zero: `0.5`

      ▸ 1e999
      `1e999` is too large a number
        0..<5 «1e999»

      ▸ 99999999999999999999999999999999999999999
      `99999999999999999999999999999999999999999` is too large a number
        0..<41 «99999999999999999999999999999999999999999»

      ▸ "\d+"
      unknown escape `\d`
        1..<3 «\d»
        hint: write `\\d` for a backslash itself

      ▸ "\u{zz}"
      no such character
        1..<6 «\u{zz»
        hint: a character by its number is written `\u{1F600}`

      ▸ $
      a name is missing after `$`
        0..<1 «$»
        hint: `$x` is the session's value `x`

      ▸ _ = 1
      `_` cannot be assigned
        0..<1 «_»
        hint: it is always a result; choose another name

      ▸ _7 = 1
      `_7` cannot be assigned
        0..<2 «_7»
        hint: it is always a result; choose another name

      ▸ load = 1
      `load` cannot be assigned
        0..<4 «load»
        hint: it is a word of the language; choose another name

      ▸ in = 1
      `in` cannot be assigned
        0..<2 «in»
        hint: it is a word of the language; choose another name

      ▸ a, a = t
      `a` is named twice
        3..<4 «a»
        0..<1 «a» first here

      ▸ if a then b
      `else` is missing
        11..<11 «»
        0..<2 «if»
        hint: the form is `if condition then a else b`

      ▸ if a
      `then` is missing
        4..<4 «»
        0..<2 «if»
        hint: the form is `if condition then a else b`

      ▸ a then b
      `then` without `if`
        2..<6 «then»
        hint: the form is `if condition then a else b`

      ▸ x over k
      `over` follows a function
        2..<6 «over»
        hint: `sum(x) over k`, `rank() over (k order by d desc)`

      ▸ sum(x) over
      a column is missing after `over`
        11..<11 «»
        hint: `sum(x) over k`, `rank() over (k order by d desc)`

      ▸ sum(x) over date(d)
      a computed key after `over` needs parentheses
        12..<16 «date»
        hint: write `over (date(…))`

      ▸ a == not b
      `not` binds less tightly than what is before it
        5..<8 «not»
        hint: put it in parentheses: `(not a)`

      ▸ a not b
      `in` is missing after `not`
        2..<5 «not»
        hint: `a not in [1, 2]`, `a != b`, or `not (…)` in front

      ▸ a is 5
      `is` asks for `null` only
        5..<6 «5»
        hint: to compare, write `a == 5`

      ▸ a is None
      `is` asks for `null` only
        5..<9 «None»
        hint: write `a is null`

      ▸ a is nan
      `is` asks for `null` only
        5..<8 «nan»
        hint: write `is_nan(a)`

      ▸ a is not 5
      `is` asks for `null` only
        9..<10 «5»
        hint: to compare, write `a != 5`

      ▸ %%time
      there are no `%` commands
        0..<1 «%»
        hint: commands start with `:`; `:time STATEMENT` measures one

      ▸ !ls
      unexpected `!`
        0..<1 «!»
        hint: write `not`

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
        hint: a name is given with `=`

      ▸ {a: 1}
      braces mean nothing here
        0..<1 «{»
        hint: lists stand in square brackets: `[1, 2]`

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
      `=` gives names, it compares nothing
        2..<3 «=»
        hint: to compare, write `==`

      ▸ train | filter order by
      nothing joins `order` and `by`
        21..<23 «by»
        hint: several are separated by commas: `order, by`

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
      """#)
  }
}
