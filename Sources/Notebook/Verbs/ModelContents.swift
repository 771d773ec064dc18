import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

private struct FactorsOptions: VerbOptions {
  enum Side: String, CaseIterable {
    case items, users
  }

  var of = Side.items

  static let declared: [VerbOption<Self>] = [.word("of", \.of, "the side whose factors to show")]
}

extension NotebookVerb {
  static let items = NotebookVerb(
    VerbDeclaration(
      "items", summary: "lists the items a model knows, with their numbers of rows and users",
      examples: [Example("ease | items | sort users desc | head 3", "the most popular")]), takes: [.model]
  ) { (call, input, session) throws(Diagnostic) in
    let model = try call.model(input)
    let interactions = model.model.interactions
    return .table(
      Table([
        (model.dataset.itemColumn, model.dataset.items.ids), ("rows", Column(interactions.rowsPerItem())),
        ("users", Column(interactions.usersPerItem())),
      ]))
  }

  static let factors = NotebookVerb(
    VerbDeclaration(
      "factors", summary: "shows the factors of a model's items or users, one row each",
      discussion: "`als | factors | view` shows them as a heat map.",
      examples: [Example("train | fit iALS factors=2 iterations=1 seed=0 | factors | head 3", "the first items")]),
    FactorsOptions.self, takes: [.model]
  ) { (call, options, input, session) throws(Diagnostic) in
    let recommender = try call.model(input)
    guard let model = recommender.model as? any FactorizedModel else {
      throw Diagnostic("\(recommender.kind) has no factors", at: call.written.span, hint: "iALS, ALS, SVD and NMF have")
    }
    let side = options.of == .users ? FactorSide.users : .items
    let dataset = recommender.dataset
    var columns = [
      side == .users
        ? (name: dataset.userColumn, column: dataset.users.ids) : (dataset.itemColumn, dataset.items.ids)
    ]
    for factor in 0..<model.factorCount {
      columns.append(("factor_\(factor + 1)", Column(model.factor(factor, of: side))))
    }
    return .table(Table(columns))
  }
}
