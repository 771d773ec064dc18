import Testing

/// What is said of verbs, their arguments and their options.
/// Each is judged as a whole: what was found, where, what to do.
@Suite struct SyntaxMistakesOfVerbsTests {
  @Test func areSaidWell() {
    expectMistakes(
      #"""
      ▸ train | filtr a
      no verb `filtr`
        8..<13 «filtr»
        hint: did you mean `filter`?

      ▸ train | tak 3
      no verb `tak`
        8..<11 «tak»
        hint: did you mean `take`?

      ▸ train | сount a
      no verb `сount`
        8..<14 «сount»
        hint: has letters of another alphabet that look alike: did you mean `count`?

      ▸ train | ашдеук a
      no verb `ашдеук`
        8..<20 «ашдеук»
        hint: typed in another keyboard layout: did you mean `filter`?

      ▸ train | groupby a
      no verb `groupby`
        8..<15 «groupby»
        hint: did you mean `group_by`?

      ▸ train | mean(x)
      `mean` is a function, not a verb
        8..<12 «mean»
        hint: `| agg mean(x)` or `| with x = mean(x)`

      ▸ train | xyzzy
      no verb `xyzzy`
        8..<13 «xyzzy»
        hint: `:help` lists the verbs

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

      ▸ head train 3
      `head` has no table to work on
        0..<4 «head»
        hint: what it works on stands before it: `train | head 3`

      ▸ fit EASE train
      `fit` has no table to work on
        0..<3 «fit»
        hint: what it works on stands before it: `train | fit EASE`

      ▸ sort train user_id
      `sort` has no table to work on
        0..<4 «sort»
        hint: what it works on stands before it: `train | sort user_id`

      ▸ sort user_id desc
      `sort` has no table to work on
        0..<4 «sort»
        hint: a pipeline starts with the table: `train | sort user_id desc`

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
      after `group_by k |`, `agg` would aggregate the whole table
        21..<24 «agg»
        8..<16 «group_by»
        hint: leave out the `|`: `group_by k agg n = len()`

      ▸ train | group_by k | agg
      after `group_by k |`, `agg` would aggregate the whole table
        21..<24 «agg»
        8..<16 «group_by»
        hint: leave out the `|`: `group_by k agg n = len()`

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
        hint: for example `train | sort date desc | head 3`

      ▸ train | shape 3
      `shape` takes no arguments, found `3`
        14..<15 «3»
        hint: for example `train | shape`

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
        hint: write a text in quotes, `"x"`; a value of the session is written `$x`

      ▸ u | recommend a only=5
      `only=` takes a list, found `5`
        21..<22 «5»

      ▸ u | recommend item="a"
      columns are written without quotes, found a text
        19..<22 «"a"»
        hint: write `a`

      ▸ u | recommend clip=1
      `clip=` takes `true` or `false`, found `1`
        19..<20 «1»

      ▸ u | recommend title=hello
      `title=` takes a text, found the name `hello`
        20..<25 «hello»
        hint: write a text in quotes, `"hello"`; a value of the session is written `$hello`

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
        hint: write a text in quotes, `"train_orders"`; a value of the session is `$train_orders`

      ▸ load train.csv
      `load` takes a value, found the name `train`
        5..<14 «train.csv»
        hint: write a text in quotes, `"train.csv"`; a value of the session is `$train`

      ▸ load
      `load` needs its `path`
        4..<4 «»
        hint: for example `load "train_orders"`

      ▸ x | load "a"
      `load` takes no table
        4..<8 «load»
        hint: it begins a pipeline: `x = load …`

      ▸ train | filter a in (1, 2)
      a list needs square brackets
        20..<26 «(1, 2)»
        hint: write `[1, 2]`

      ▸ train | select *
      `*` has no meaning here
        15..<16 «*»
        hint: leave out `select`: all columns are kept

      ▸ train | agg count(*)
      `*` has no meaning here
        18..<19 «*»
        hint: write `len()` for the number of rows

      ▸ train | select a b
      unexpected `b` after `a`
        17..<18 «b»
        hint: several are separated by commas: `a, b`

      ▸ train | select a as b
      unexpected `as` after `a`
        17..<19 «as»
        hint: a name comes first: `name = a`

      ▸ train | with b = a if a > 1 else 2
      unexpected `if` after `a`
        19..<21 «if»
        hint: the form is `if condition then a else b`

      ▸ дщфв "train_orders"
      unexpected `"train_orders"` after `дщфв`
        9..<23 «"train_orders"»
        hint: typed in another keyboard layout: did you mean `load`?

      ▸ train | drop a b
      unexpected `b` after `a`
        15..<16 «b»
        hint: several are separated by commas: `a, b`

      ▸ train | drop "a"
      columns are written without quotes, found a text
        13..<16 «"a"»
        hint: write `a`

      ▸ train | drop [a, b]
      `drop` takes columns without brackets
        13..<14 «[»
        hint: write `drop a, b`

      ▸ train | sort a DESC
      unexpected `DESC`
        15..<19 «DESC»
        hint: `desc` follows a sort key: `sort a desc`

      ▸ train | sort a b
      unexpected `b` after `a`
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
        21..<21 «» the columns to compare: `on a`, `on left == right` for different names, `on start <= day`
        hint: for example `train | join products on product_id`

      ▸ train | join products on
      nothing follows `on`
        24..<24 «»
        hint: `on k`, `on left == right`

      ▸ train | join products on a = b
      `=` assigns a name; it does not compare
        27..<28 «=»
        hint: to compare, write `a == …`

      ▸ train | join products on "a"
      columns are written without quotes, found a text
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

      ▸ train | group_by k sum(v), n = len()
      `agg` is missing before `sum`
        19..<22 «sum»
        hint: write `agg sum(v), n = len()`

      ▸ users | recommend (train | fit EASE), als
      models are given by their names
        18..<19 «(»
        hint: name it first: `model = train | fit EASE`, then `model` in place of the brackets

      ▸ x = (train | value) * 2
      no verb `value`
        13..<18 «value»
        hint: did you mean `value_counts`?
      """#)
  }
}
