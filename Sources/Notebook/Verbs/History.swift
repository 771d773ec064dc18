import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

extension NotebookVerb {
  static let history = NotebookVerb(
    VerbDeclaration(
      "history",
      summary: "shows what each iteration of a fit measured: the loss, the seconds and more, depending on the model",
      discussion: """
        If the fit (or `step`) had `valid=table`, it also shows how good the model was after each iteration on both \
        tables: RMSE for ratings that differ, otherwise NDCG@10. `| plot line` draws it.
        """,
      examples: [
        Example("train | fit iALS factors=8 iterations=2 | history", "the loss goes down"),
        Example("train | fit iALS factors=8 iterations=4 valid=test | history", "and does it help?"),
        Example("train | fit iALS factors=8 iterations=4 | history | plot line x=iteration y=loss", "drawn"),
      ]), takes: [.model], needsIterations: true
  ) { (call, input, session) throws(Diagnostic) in
    let model = try call.model(input)
    return .table(session.noting(try model.history()))
  }

  static let parameters = NotebookVerb(
    VerbDeclaration(
      "parameters", summary: "lists the parameters of a fitted model and what they mean",
      examples: [Example("ease | parameters", "")]), takes: [.model]
  ) { (call, input, session) throws(Diagnostic) in
    let model = try call.model(input).model.model
    let settings = model.settings
    let declared = type(of: model).parameterDeclarations
    return .table(
      Table([
        ("parameter", Column(settings.map(\.name))), ("value", Column(settings.map(\.value.text))),
        ("default", Column(declared.map(\.defaultText))), ("takes", Column(declared.map(\.domainText))),
        ("meaning", Column(declared.map(\.meaning))),
      ]))
  }
}
