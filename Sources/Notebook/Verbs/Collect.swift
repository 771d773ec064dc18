import Diagnostics
import Query
import Tables

extension NotebookVerb {
  static let collect = NotebookVerb(
    VerbDeclaration(
      "collect", summary: "reads and computes the whole table now",
      discussion:
        """
        A table is read when it is needed. `collect` reads it at once, so that later cells do not wait. It transfers a \
        remote table as a whole, after counting its rows, if it fits into memory.
        """,
      examples: [Example("train | collect", "all columns in memory")])
  ) { (call, input, session) throws(Diagnostic) in
    let plan = try call.plan(input)
    try session.requireMemory(toCollect: plan, at: call.written.span)
    return .table(try session.table(plan))
  }
}
