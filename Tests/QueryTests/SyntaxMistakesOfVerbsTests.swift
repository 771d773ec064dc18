import Testing

/// What is said of verbs, their arguments and their options. Each is judged as a whole: what was found, where, what to do.
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
        hint: write `or`

      ▸ train | filter (a == 1 | b == 2)
      `|` starts a verb, it combines no conditions
        23..<24 «|»
        hint: write `or`

      ▸ train | filter name == “чай”
      typographic quotes
        23..<35 «“чай”»
        hint: write `"чай"`

      ▸ train | filter name == «чай
      typographic quotes
        23..<25 ««»
        hint: write `"`

      ▸ train | filter a – 1 > 0
      a dash that is no minus (U+2013)
        17..<20 «–»
        hint: write `-`

      ▸ train, products | head
      unexpected `,`
        5..<6 «,»
      """#)
  }
}
