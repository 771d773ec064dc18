import Diagnostics
import Query
import Tables
import TestSupport
import Testing

@Suite struct OptimizerRuleTests {
  private let session = Session([
    "orders": ExecutionPlanTests.orders, "items": ExecutionPlanTests.items,
  ])

  /// Every rule alone changes some pipeline, and no pipeline's result.
  @Test(arguments: [
    ("filter pushdown", "orders | sort price | filter user > 80"),
    ("filter pushdown", "orders | with x = user | filter x > 80"),
    ("filter pushdown", "orders | join items on item | filter user > 80 and name == \"a\""),
    ("filter pushdown", "orders | group_by item agg n = len() | filter item > 3 and n > 2"),
    ("filter pushdown", "orders | concat orders | filter user > 80"),
    ("filter pushdown", "orders | unique item | filter item > 3"),
    ("filter pushdown", "orders | with x = sum(price) over item | filter item > 3"),
    ("filter pushdown", "orders | unpivot user, price | filter item > 3"),
    ("sort merging", "orders | sort price | sort item desc"),
    ("sort merging", "orders | sort user desc | sort item | sort price"),
    ("slice pushdown", "orders | with x = price * 2 | head 3"),
    ("slice pushdown", "orders | concat orders | head 3"),
  ])
  func aRuleChangesThePlanAndNotTheResult(_ name: String, _ code: String) throws {
    let rule = try #require(OptimizerRule.all.first { $0.name == name })
    let plan = try session.plan(code)
    #expect(explain(plan, rules: [rule]) != explain(plan, rules: []))
    let (expected, report) = try execute(plan, rules: [])
    for rules in [[rule], OptimizerRule.all] {
      let (found, ownReport) = try execute(plan, rules: rules)
      #expect(found.schema == expected.schema && found.rowCount == expected.rowCount)
      #expect((0..<found.rowCount).allSatisfy { found.row($0) == expected.row($0) })
      #expect(ownReport.notes == report.notes)
    }
  }

  /// Every filter says for itself how many rows it dropped because its condition is null, wherever it runs: as a step of
  /// its own, within a scan, before a sort, or in both parts of a concatenation.
  @Test(arguments: [
    ("rename q = x | filter a < 0 | filter s >= \"\"", [2, 1]),
    ("filter a < 0 | filter s >= \"\"", [2, 1]),
    ("filter a < 0 | sort s | filter s >= \"\"", [2, 1]),
    ("filter s >= \"\" | with y = x + 1 | filter a < 0 | filter y > 2", [3, 1]),
    ("filter a < 0 and s >= \"\"", [3]),
    ("concat t | filter a < 0 | filter s >= \"\"", [4, 2]),
    ("concat (t | filter a > -2) | filter a < 0", [2, 2]),
    ("concat (t | with x = x + 1) | filter a < 0 | filter x > 0", [4]),
  ])
  func everyFilterCountsItsOwnNulls(_ code: String, _ dropped: [Int]) throws {
    let session = Session([
      "t": Table([
        ("a", Column([-1, nil, -3, nil, -5, 6])), ("s", Column(["a", "b", nil, nil, "e", nil])),
        ("x", Column([1, 2, 3, 4, 5, 6])),
      ])
    ])
    let plan = try session.plan("t | " + code)
    for rules in [[], OptimizerRule.all] + OptimizerRule.all.map({ [$0] }) {
      let notes = try execute(plan, rules: rules).report.notes
      #expect(
        notes == dropped.map { "filter dropped \($0) \($0 == 1 ? "row" : "rows") whose condition is null" },
        "\(code) with \(rules.map(\.name))")
    }
  }

  /// Whatever rules run, random pipelines give the same rows, notes (but for those of joins that multiply rows) and errors.
  @Test func randomPipelinesAreTheSameWithoutRules() throws {
    for seed in 0..<400 {
      var random = RandomPipeline(seed: UInt64(9_000 + seed))
      let naive = ["t": random.table(), "u": random.table()]
      let code = random.pipeline()
      let session = Session(try naive.mapValues { try random.columns(of: $0) })
      func outcome(_ rules: [OptimizerRule]) -> String {
        do {
          let (table, report) = try execute(session.plan(code), rules: rules)
          // How many rows a join multiplies is said of the rows that reach it: a filter below it leaves some out.
          let notes = report.notes.filter { !$0.contains("keys repeat in the other table") }
          return "\(table.schema.names) \((0..<table.rowCount).map(table.row)) \(notes)"
        } catch {
          return error.message
        }
      }
      let expected = outcome([])
      for count in 1...OptimizerRule.all.count {
        #expect(outcome(Array(OptimizerRule.all.prefix(count))) == expected, "seed \(seed): \(code)")
      }
    }
  }

  @Test func namesAreUnique() {
    #expect(Set(OptimizerRule.all.map(\.name)).count == OptimizerRule.all.count)
  }
}
