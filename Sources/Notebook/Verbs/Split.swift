import Diagnostics
import Experiments
import Query
import Tables

extension NotebookVerb {
  static let split = NotebookVerb(
    VerbDeclaration(
      "split", summary: "a table in parts: to learn from and to test on, or folds",
      discussion: Splits.all.map { "- `split \($0.name)`: \($0.summary). \($0.details)" }.joined(separator: "\n"),
      arguments: .word(name: "how", choices: Splits.all.map(\.name), then: []),
      options: [
        Option("test", .real(0...1), default: "0.2", "the share of rows or users to test on"),
        Option("n", .integer(1...1_000_000), "how many rows of each user, or how many folds"),
        Option("at", .value, "the moment that the test begins"),
        Option("seed", .integer(0...Int(UInt32.max)), "the seed of the shuffle"),
        Option("order", .word(["drawn", "table"]), default: "drawn", "whether parts keep the order of the table"),
        Option("user", .column, default: "user_id", "the column of users"),
        Option("time", .column, "the column of times; `date` or `timestamp` if not said"),
      ],
      examples: [
        Example("learn, hold = train | split random test=0.2 seed=0", "a fifth of the rows"),
        Example("learn, hold = train | split last n=1", "the last row of every user"),
        Example("learn, hold = train | split time at=\"2024-05-01\"", "what came later is held out"),
        Example("learn, hold = train | split users test=0.5", "users are on one side"),
        Example("a, b, c = train | split folds n=3", "each is the held-out part once"),
      ])
  ) { (call, input, session) throws(Diagnostic) in
    let plan = try call.plan(input)
    let reader = OptionReader(call, session)
    guard let name = reader.wordArgument(0) else {
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
    for column in [try reader.column("user"), try reader.column("time")].compactMap(\.self) {
      _ = try plan.schema.requireIndex(of: column.name, in: session.inputName, at: column.span)
    }
    var options = SplitOptions()
    options.test = try reader.real("test") ?? options.test
    options.n = try reader.integer("n")
    options.at = try reader.scalar("at")
    if let user = try reader.column("user") { options.user = user.name }
    options.time = try reader.column("time")?.name
    options.keepsTableOrder = try reader.word("order") == "table"
    if taken.contains("seed") {
      options.seed = UInt32(clamping: try reader.integer("seed") ?? session.drawSeed(for: call))
    }
    let table = try session.table(plan)
    do throws(Diagnostic) {
      let parts = try split.parts(of: table, options)
      for note in parts.notes { session.note(note) }
      return .several(try (consume parts).tables(of: table).map { NotebookValue.table($0, zones: plan.zones) })
    } catch {
      throw error.located(at: call.span)
    }
  }
}
