import Diagnostics
import Query
import Tables

extension NotebookVerb {
  static let collect = NotebookVerb(
    VerbDeclaration(
      "collect", summary: "reads and computes the whole table now",
      discussion:
        "A table is read when it is needed. `collect` reads it at once, so that later cells do not wait.",
      examples: [Example("train | collect", "all columns in memory")])
  ) { (call, input, session) throws(Diagnostic) in
    let plan = try call.plan(input)
    return .table(try session.table(plan), zones: plan.zones)
  }
}
