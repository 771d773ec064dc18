import Diagnostics
import Display
import Query
import Tables

// Plots of tables that lie on an engine. A histogram needs no rows: the engine counts how often each value occurs.

extension Session {
  /// Checks whether the rows of a plot may come here, before they do.
  ///
  /// - Parameter rows: their number, counted by the engine.
  func requireMemory(toDraw plan: Plan, rows: Int, at call: VerbCall) throws(Diagnostic) {
    do throws(Diagnostic) {
      try Tables.requireMemory(toRead: plan.schema.fields, rows: rows)
    } catch { throw error.located(at: call.span) }
  }

  /// The distinct values of a plan's only column and how often each occurs, counted by the engine.
  ///
  /// Nil where rows are no more to fetch: there are few of them, or most are distinct. Nil too where the engine cannot
  /// group by the column.
  func countedValues(of plan: Plan, rows: Int) throws(Diagnostic) -> (values: Column, times: [Int])? {
    guard rows > PlotGrid.placeCount else { return nil }
    let groups = Plan.aggregate(
      plan, keys: [NamedExpression("value", .column(0, plan.schema[0]))],
      aggregates: [NamedExpression("times", try .call("len"))])
    do throws(Diagnostic) { try plan.engine?.check(groups) } catch { return nil }
    guard try rowCount(of: groups) <= rows / 2 else { return nil }
    let counts = try fetched(groups)
    let times = try (0..<counts.rowCount).map { (row) throws(Diagnostic) in
      guard case .integer(let number) = counts.columns[1][row], let times = Int(exactly: number), times > 0 else {
        throw .fault("a count that is none")
      }
      return times
    }
    note("\(plan.engine?.name ?? ""): rows are counted there, and \(counted(times.count, "value")) came here")
    return (counts.columns[0], times)
  }
}
