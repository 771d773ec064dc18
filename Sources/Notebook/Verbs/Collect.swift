import Diagnostics
import Query
import Tables

extension NotebookVerb {
  static let collect = NotebookVerb(
    VerbDeclaration(
      "collect", summary: "reads and computes everything now",
      discussion:
        "Tables are read when something needs them; `collect` does it at once, so that later cells need not wait.",
      examples: [Example("train | collect", "all columns in memory")])
  ) { (call, input, session) throws(Diagnostic) in
    let plan = try call.plan(input)
    return .table(try session.table(plan), zones: plan.zones)
  }
}
