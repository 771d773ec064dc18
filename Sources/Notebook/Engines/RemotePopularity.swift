import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

// TopPopular of a table whose pairs of user and item do not fit here: the engine counts items, and they alone come here.

extension Session {
  /// Fits TopPopular to totals of items that the engine counts; nil if the pairs fit here, so that all can be learned of
  /// them, or if the model reads times.
  func fittedToTotals(
    _ plan: Plan, _ arguments: ModelArguments, at call: VerbCall
  ) throws(Diagnostic) -> Recommender? {
    guard let popular = arguments.model as? TopPopular else { return nil }
    let counting = try CountedRows(
      plan.schema, roles: arguments.roles, duplicates: arguments.duplicates, reading: popular.readsRows,
      times: arguments.times)
    guard let counting, try tooLarge(counting.pairs(over: plan), of: plan) != nil else { return nil }
    do throws(Diagnostic) {
      let start = ContinuousClock.now
      let totals = try counting.itemTotals(over: plan)
      if let error = try tooLarge(totals, of: plan) { throw error }
      let users = plan.schema[try plan.schema.requireIndex(of: counting.userColumn)].type
      let table = try fetched(totals)
      note(
        "\(plan.engine?.name ?? ""): the pairs of user and item are too many to come here; "
          + "the counts of \(counted(table.rowCount, "item")) came")
      note("the model has no users: everyone gets the same list, and `seen=drop` works with `basket=` alone")
      let dataset = try Dataset(totals: table, users: users, counting: counting, of: rowCount(of: plan))
      notes += dataset.notes
      let fitted = try popular.fit(dataset.interactions, walk: nil)
      notes += fitted.notes
      return Recommender(fitted, dataset, fitSeconds: (ContinuousClock.now - start) / .seconds(1))
    } catch { throw error.located(at: call.span) }
  }
}
