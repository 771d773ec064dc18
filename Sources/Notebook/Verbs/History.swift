import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

extension NotebookVerb {
  static let history = NotebookVerb(
    VerbDeclaration(
      "history", summary: "what every iteration of a fit measured: loss, seconds and what else the model has",
      examples: [Example("train | fit iALS factors=8 iterations=2 | history", "the loss goes down")])
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
