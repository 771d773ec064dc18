import Diagnostics
import Query
import Spark

extension NotebookVerb {
  static let connect = NotebookVerb(
    VerbDeclaration(
      "connect",
      summary: "connects to a Spark server, whose tables `load … on=` opens",
      discussion: """
        The address is `"sc://host:15002"`; `/;token=…;use_ssl=true` may follow. `load "…" on=spark` then opens a table \
        on the server. Verbs on such a table run there, and only the rows that are shown, plotted or collected are \
        transferred. A note mentions what Spark does differently. What Spark cannot run is an error.
        """,
      arguments: .values(names: ["\"address\""], required: 1),
      isSource: true,
      examples: []), takes: []
  ) { (call, _, session) throws(Diagnostic) in
    guard let (address, span) = try call.textArgument(0, "an address", session) else {
      throw Diagnostic(
        "`connect` takes an address in quotes", at: call.span, hint: "`spark = connect \"sc://host:15002\"`")
    }
    do throws(Diagnostic) {
      let parsed = try SparkAddress(address)
      if session.access != .everywhere {
        try session.authorize("connect to `\(parsed.shown)`", because: "a server outside of this session", at: span)
      }
      return .engine(try SparkEngine(connectingTo: parsed, name: session.targets.first ?? "spark"))
    } catch { throw error.located(at: span) }
  }
}
