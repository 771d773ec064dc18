import Testing

/// What is said of operators, brackets, quotes, numbers and names. Each is judged as a whole: what was found, where, what to do.
@Suite struct SyntaxMistakesOfExpressionsTests {
  @Test func areSaidWell() {
    expectMistakes(
      #"""
      ▸ train | xyzzy
      no verb `xyzzy`
        8..<13 «xyzzy»
        hint: `:help` lists the verbs

      ▸ train | filter f(a = 1)
      functions take their arguments in order, without names
        19..<20 «=»
        hint: leave out `a =`; to compare, write `a == …`

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

      ▸ x = ?
      unexpected `?`
        4..<5 «?»
        hint: `?` asks for help at the end of a statement: `train | group_by ?`

      ▸ train | filter a : b
      unexpected `:`
        17..<18 «:»
        hint: a command stands on a line of its own: `:help`

      ▸ help help help
      nothing joins `help` and `help`
        5..<9 «help»

      ▸ train | filter a then b
      `then` without `if`
        17..<21 «then»
        hint: the form is `if condition then a else b`
      """#)
  }
}
