import Diagnostics
import Experiments
import Query
import Tables

private struct PartOptions: VerbOptions {
  enum Order: String, CaseIterable {
    case drawn, table
  }

  var test = SplitOptions().test
  var n: Int?
  var at: [Value] = []
  var hold: Double?
  var by: Identifier?
  var seed: Int?
  var order = Order.drawn
  var user: Identifier?
  var time: Identifier?

  static let declared: [VerbOption<Self>] = [
    .real("test", \.test, in: 0...1, "the fraction of rows or users in the test part"),
    .integer("n", \.n, in: 1...1_000_000, "how many rows or baskets per user, or how many folds"),
    .values("at", \.at, "the time at which the test part begins; `[valid, test]` for three parts"),
    .real("hold", \.hold, in: 0...1, "the fraction of a held-out user's rows that models have to find"),
    .column("by", \.by, "the column whose equal values stay in one fold"),
    .integer("seed", \.seed, in: 0...Int(UInt32.max), "the seed of the shuffle"),
    .word("order", \.order, "the order of the rows in each part"),
    .column("user", \.user, default: "user_id", "the user column"),
    .column("time", \.time, "the time column; `date` or `timestamp` by default"),
  ]
}

extension NotebookVerb {
  static let split = NotebookVerb(
    VerbDeclaration(
      "split", summary: "splits a table into a part to learn from and a part to test on, or into folds",
      discussion: Splits.all.map { "- `split \($0.name)`: \($0.summary). \($0.details)" }.joined(separator: "\n")
        + "\n\nOne line per part gives the number of rows, users and items, the first and last date, and how many users and items are not in the first part (cold), or in no other fold.",
      arguments: .word(name: "how", choices: Splits.all.map(\.name), then: []),
      examples: [
        Example("learn, hold = train | split random test=0.2 seed=0", "a fifth of the rows"),
        Example("learn, hold = train | split last n=1", "the last row of every user"),
        Example("learn, hold = train | split time at=\"2024-05-01\"", "what came later is held out"),
        Example("learn, hold = train | split users test=0.5", "users are on one side"),
        Example("a, b, c = train | split folds n=3", "each is the held-out part once"),
        Example("a, b = train | split folds n=2 by=user_id", "a user is in one fold"),
        Example("learn, hold = train | split baskets n=1", "the last basket of every user"),
        Example("learn, valid, hold = train | split time at=[\"2024-04-01\", \"2024-05-01\"]", "three parts by time"),
        Example("learn, given, truth = train | split users test=0.5 hold=0.5", "users the model has never seen"),
      ]), PartOptions.self
  ) { (call, written, input, session) throws(Diagnostic) in
    let plan = try call.plan(input)
    guard let name = call.wordArgument(0) else {
      throw Diagnostic(
        "`split` how?", at: call.written.span,
        hint: "there are " + Splits.all.map { "`\($0.name)`" }.joined(separator: ", "))
    }
    let split = try Splits.named(name.name, at: name.span)
    let taken = split.options.map { String($0.prefix { $0 != "=" }) }
    if let option = call.options.first(where: { !taken.contains($0.name.name) }) {
      throw Diagnostic(
        "`split \(split.name)` has no option `\(option.name.name)`", at: option.name.span,
        hint: "it takes " + split.options.map { "`\($0)`" }.joined(separator: ", "))
    }
    for column in [written.user, written.time, written.by].compactMap(\.self) {
      _ = try plan.schema.requireIndex(of: column.name, in: session.inputName, at: column.span)
    }
    var options = SplitOptions()
    options.test = written.test
    options.n = written.n
    options.at = written.at
    options.hold = written.hold
    options.by = written.by?.name
    if let user = written.user { options.user = user.name }
    options.time = written.time?.name
    options.keepsTableOrder = written.order == .table
    if taken.contains("seed") {
      options.seed = UInt32(clamping: written.seed ?? session.drawSeed(for: call))
    }
    let table = try session.table(plan)
    do throws(Diagnostic) {
      let parts = try split.parts(of: table, options)
      for note in parts.notes { session.note(note) }
      // Uses the names of the assignment targets, if there is one for each part.
      let names = parts.names.count == session.targets.count ? session.targets : parts.names
      let tables = try (consume parts).tables(of: table)
      let roles = ColumnRoles(user: written.user?.name, time: written.time?.name)
      let areFolds = split.name == "folds"
      for sentence in try SplitSummary.sentences(names, tables, areFolds: areFolds, roles: roles) {
        session.note(sentence)
      }
      return .several(tables.map { NotebookValue.table($0) })
    } catch {
      throw error.located(at: call.span)
    }
  }
}
