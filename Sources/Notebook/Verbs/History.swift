import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

extension NotebookVerb {
  static let history = NotebookVerb(
    VerbDeclaration(
      "history", summary: "what every iteration of a fit measured: loss, seconds and what else the model has",
      discussion: """
        Given `valid=table` at the fit (or at `step`), also how good the model was on the table it is fitted to and on \
        the other one after every iteration: RMSE for ratings that differ, else NDCG@10. `| plot line` draws it.
        """,
      examples: [
        Example("train | fit iALS factors=8 iterations=2 | history", "the loss goes down"),
        Example("train | fit iALS factors=8 iterations=4 valid=test | history", "and does it help?"),
        Example("train | fit iALS factors=8 iterations=4 | history | plot line x=iteration y=loss", "drawn"),
      ])
  ) { (call, input, session) throws(Diagnostic) in
    let model = try call.model(input)
    return .table(session.noting(try model.history()))
  }

  static let parameters = NotebookVerb(
    VerbDeclaration(
      "parameters", summary: "the parameters a model was fitted with, and what they mean",
      examples: [Example("ease | parameters", "")])
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
