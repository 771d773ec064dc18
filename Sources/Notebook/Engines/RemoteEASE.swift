import Diagnostics
import Experiments
import Parallelism
import Query
import Recommenders
import Tables

// EASE of a table whose pairs of user and item do not fit here: the engine multiplies, and items alone come here.

extension Session {
  /// Fits EASE to products of items that the engine sums; nil if the pairs fit here, so that all can be learned of them.
  ///
  /// - Throws: items whose Gram matrix does not fit into memory, before any row has come.
  func fittedToProducts(
    _ plan: Plan, _ arguments: ModelArguments, at call: VerbCall
  ) throws(Diagnostic) -> Recommender? {
    guard let ease = arguments.model as? EASE else { return nil }
    let counting = try CountedRows(
      plan.schema, roles: arguments.roles, duplicates: arguments.duplicates, reading: .never, times: .never,
      exact: false)
    guard let counting, let error = try tooLarge(counting.pairs(over: plan), of: plan) else { return nil }
    guard arguments.features == nil, ease.form != .dual else { throw error.located(at: call.span) }
    do throws(Diagnostic) {
      let dataset = try remoteItems(plan, counting)
      notes += dataset.notes
      let products = try fetched(counting.itemProducts(over: plan, ease.weights))
      note(
        "\(plan.engine?.name ?? ""): the pairs of user and item are too many to come here; "
          + "\(counted(products.rowCount, "product")) of \(counted(dataset.items.count, "item")) came")
      note("the model has no users: `recommend basket=` serves them, or `recommend MODEL basket=COLUMN` of a table")
      let start = ContinuousClock.now
      let fitted = try ease.fit(ItemProducts(products, of: dataset.items), dataset.interactions)
      notes += fitted.notes
      return Recommender(fitted, dataset, fitSeconds: (ContinuousClock.now - start) / .seconds(1))
    } catch { throw error.located(at: call.span) }
  }

  /// The items of a remote table, without its users.
  ///
  /// - Throws: more items than a Gram matrix has room for.
  private func remoteItems(_ plan: Plan, _ counting: CountedRows) throws(Diagnostic) -> Dataset {
    let cells = try counting.cells(over: plan)
    let items = Plan.aggregate(
      cells, keys: [NamedExpression(counting.itemColumn, .column(1, cells.schema[1]))], aggregates: [])
    try requireMemory(forProductsOf: rowCount(of: items))
    let known = Plan.aggregate(
      cells, keys: [], aggregates: [NamedExpression("rows", try .call("sum", .column(3, cells.schema[3])))])
    return try Dataset(
      items: fetched(items).columns[0], users: cells.schema[0].type, counting: counting,
      rowCount: wholeNumber(of: known), of: rowCount(of: plan))
  }

  private func requireMemory(forProductsOf items: Int) throws(Diagnostic) {
    let bytes = 4 * Double(items) * Double(items)
    guard bytes >= Double(availableMemory) * 0.75 else { return }
    throw Diagnostic(
      "EASE inverts a matrix of \(counted(items, "item")) × items, which would take "
        + "\(grouped(Int(bytes / 1e6))) MB, but only \(grouped(availableMemory / 1_000_000)) MB are available",
      hint: "`filter` to items that many users have")
  }
}
