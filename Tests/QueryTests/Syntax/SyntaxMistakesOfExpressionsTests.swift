import Testing

/// What is said of operators, brackets, quotes, numbers and names.
/// Each is judged as a whole: what was found, where, what to do.
@Suite struct SyntaxMistakesOfExpressionsTests {
  @Test func areSaidWell() {
    expectMistakes(
      #"""
      ▸ train | filter a = 1
      `=` assigns a name; it does not compare
        17..<18 «=»
        hint: to compare, write `a == 1`

      ▸ train | filter a + 1 = b
      `=` assigns a name; it does not compare
        21..<22 «=»
        hint: to compare, write `a + 1 == b`

      ▸ with x = 1
      `with` has no table to work on
        0..<4 «with»
        hint: a pipeline starts with the table: `train | with x = 1`

      ▸ train | with a = b = c
      `=` assigns a name; it does not compare
        19..<20 «=»
        hint: to compare, write `b == c`

      ▸ train | filter f(a = 1)
      functions take their arguments in order, without names
        19..<20 «=»
        hint: leave out `a =`; to compare, write `a == …`

      ▸ train | with x = sum(v where t > 2) over k
      the condition stands behind the bracket of `sum`
        23..<28 «where»
        hint: write `sum(v) where t > 2`

      ▸ train | with x = round(corr(a, b FILTER t in [1]), 2)
      the condition stands behind the bracket of `corr`
        33..<39 «FILTER»
        hint: write `corr(a, b) where t in [1]`

      ▸ train | agg n = count(distinct user_id)
      `distinct` has no meaning in the brackets of `count`
        22..<30 «distinct»
        hint: write `n_unique(user_id)`

      ▸ train | with x = if(v > 1, 1, 2)
      `if` is not a function
        17..<19 «if»
        hint: write `if condition then a else b`

      ▸ train | with x = name[0]
      square brackets do not index tables or columns
        21..<22 «[»
        hint: `slice(name, 0, 1)` of a text, `list_get(name, 0)` of a list

      ▸ train | with x = name[:3]
      square brackets do not index tables or columns
        21..<22 «[»
        hint: `slice(name, 0, 3)` of a text, `list_slice(name, 0, 3)` of a list

      ▸ train | with x = point["age"]
      square brackets do not index tables or columns
        22..<23 «[»
        hint: a field of a struct is `point.age`

      ▸ train | with x = v.rank()
      there are no methods
        19..<23 «rank»
        hint: write `rank() over (order by v)`

      ▸ train | filter k isnull
      unexpected `isnull` after `k`
        17..<23 «isnull»
        hint: write `k is null`

      ▸ train | filter a && b
      unexpected `&&`
        17..<19 «&&»
        hint: write `and`

      ▸ train | filter a & b
      unexpected `&`
        17..<18 «&»
        hint: write `and`

      ▸ train | filter a || b
      unexpected `||`
        17..<19 «||»
        hint: write `or`; texts are joined by `concat(a, b)`

      ▸ train | filter (a == 1 | b == 2)
      `|` starts a verb; it does not combine conditions
        23..<24 «|»
        hint: write `or`

      ▸ train | filter (a == 1) | (b == 2)
      a verb has to follow `|`, found `(`
        26..<27 «(»
        24..<25 «|»
        hint: conditions are combined with `or`: `a == 1 or b == 2`

      ▸ train | filter !a
      unexpected `!`
        15..<16 «!»
        hint: write `not`

      ▸ train | filter ~a
      unexpected `~`
        15..<16 «~»
        hint: write `not`

      ▸ train | filter a <> 1
      unexpected `<>`
        17..<19 «<>»
        hint: write `!=`

      ▸ train | filter a === 1
      unexpected `===`
        17..<20 «===»
        hint: write `==`

      ▸ train | with b = a ^ 2
      unexpected `^`
        19..<20 «^»
        hint: a power is written `**`

      ▸ train | filter name == “чай”
      typographic quotes
        23..<35 «“чай”»
        hint: write `"чай"`

      ▸ train | filter name == «чай
      typographic quotes
        23..<25 ««»
        hint: write `"`

      ▸ train | filter a – 1 > 0
      a dash that is not a minus sign (U+2013)
        17..<20 «–»
        hint: write `-`

      ▸ train | filter a ≥ 1
      unexpected `≥`
        17..<20 «≥»
        hint: write `>=`

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
      `)` has no opening bracket
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
        hint: write a name that starts with a digit in backquotes: `` `1abc` ``

      ▸ 1.
      a digit is missing after the point
        0..<2 «1.»
        hint: write `1.0`

      ▸ .5
      `.` needs a value before it
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
      `is` tests only for `null`
        5..<6 «5»
        hint: to compare, write `a == 5`

      ▸ a is None
      `is` tests only for `null`
        5..<9 «None»
        hint: write `a is null`

      ▸ a is nan
      `is` tests only for `null`
        5..<8 «nan»
        hint: write `is_nan(a)`

      ▸ a is not 5
      `is` tests only for `null`
        9..<10 «5»
        hint: to compare, write `a != 5`
      """#)
  }
}
