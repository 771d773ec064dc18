import Diagnostics

extension Diagnostic {
  static func unknownModel(_ name: String, among names: [String], at span: SourceSpan?) -> Diagnostic {
    let longer = names.filter { name.count > 2 && $0.lowercased().contains(name.lowercased()) }
    let near = longer.isEmpty ? didYouMean(name, among: names) : "did you mean `\(longer.joined(separator: "` or `"))`?"
    return Diagnostic(
      "no model named `\(name)`", at: span, hint: near,
      notes: ["models: " + Models.everywhere.map { $0.name }.joined(separator: ", ")])
  }

  static func unknownParameter(_ argument: ParameterArgument, of model: String, among names: [String]) -> Diagnostic {
    let known = names.isEmpty ? "\(model) has no parameters" : "parameters: " + names.joined(separator: ", ")
    guard let name = argument.name else {
      return Diagnostic("\(model) takes no list of models", at: argument.span, notes: [known])
    }
    let here = namesElsewhere[name.lowercased()].flatMap {
      names.contains($0) ? "`\(name)` is called `\($0)` here" : nil
    }
    return Diagnostic(
      "unknown parameter `\(name)` of \(model)", at: argument.span, hint: here ?? didYouMean(name, among: names),
      notes: [known])
  }

  /// The names that papers and other libraries use for parameters of models here.
  private static let namesElsewhere = [
    "lambda": "regularization", "l2": "regularization", "reg": "regularization", "reg_all": "regularization",
    "n_factors": "factors", "embedding_size": "factors", "rank": "factors", "n_epochs": "epochs",
    "n_iterations": "iterations", "lr": "learning_rate", "lr_all": "learning_rate", "random_state": "seed",
    "k": "neighbors", "batch_size": "batch",
  ]

  static func repeatedParameter(_ name: String, of model: String, at span: SourceSpan?) -> Diagnostic {
    Diagnostic("`\(name)` of \(model) is given twice", at: span, hint: "leave one out")
  }

  static func badParameter(
    _ argument: ParameterArgument, _ parameter: ParameterDeclaration, of model: String
  ) -> Diagnostic {
    let name = parameter.name
    var hint: String? = "`\(name)=\(parameter.defaultText)` is the default"
    let message: String
    switch (parameter.domain.ofValues, argument.value) {
    case (.integer, .integer), (.real, .integer), (.real, .real):
      message = "`\(name)` of \(model) is \(argument.value.text), and has to be \(parameter.domainText)"
    case (.word(let words), .word(let word)):
      message = "`\(name)` of \(model) is `\(word)`, and has to be \(parameter.domainText)"
      hint = didYouMean(word, among: words) ?? hint
    case (.interval, .numbers):
      message = "`\(name)` of \(model) is \(argument.value.text), and has to be two numbers, the lower first"
    case (.models, .models), (.models, .numbers([])):
      message = "\(model) is made of at least one model"
      hint = "`fit Blend [PersonalTopPopular, TopPopular]`"
    case (.integer, .real(let value)):
      message = "`\(name)` of \(model) is \(numberText(value)), and has to be a whole number \(parameter.domainText)"
    case (.real, _), (.integer, _):
      message = "`\(name)` of \(model) is \(argument.value.kind), and has to be a number \(parameter.domainText)"
    default:
      message = "`\(name)` of \(model) is \(argument.value.kind), and has to be \(parameter.domainText)"
    }
    return Diagnostic(message, at: argument.span, hint: hint)
  }

  /// A model that needs baskets or times, and interactions that have none.
  static func needsTimes(_ model: String) -> Diagnostic {
    Diagnostic(
      "\(model) has to know when rows happened",
      hint: "`time=NAME` names the column of times, `basket=NAME` that of baskets")
  }

  static func daysNeedSums(_ model: String, _ duplicates: DuplicatePolicy) -> Diagnostic {
    Diagnostic(
      "\(model) sums the weights of rows here, so it does not support `duplicates=\(duplicates.rawValue)`",
      hint: "leave out `duplicates`, or `by=rows`")
  }

  static let nothingToLearnFrom = Diagnostic(
    "there are no interactions to fit a model to", hint: "look at the table: `| shape`, and at its filters")

  static func weightNotFinite(_ weight: Double, row: Int) -> Diagnostic {
    Diagnostic(
      "the weight in row \(row) is \(weight)", hint: "drop such rows: `filter not is_nan(weight)`")
  }

  static func weightTooLarge(_ weight: Double, row: Int) -> Diagnostic {
    Diagnostic(
      "the weight in row \(row) is \(weight), and models learn from weights up to 3.4e38",
      hint: "divide the weights, or drop such rows")
  }

  static let weightsTooLarge = Diagnostic(
    "the weights of a user and an item add up to more than 3.4e38, the most that models learn from",
    hint: "divide the weights, or `duplicates=last`")

  static func cannot(_ model: String, _ what: String, instead: String?) -> Diagnostic {
    Diagnostic("\(model) cannot \(what)", hint: instead)
  }

  static func fittedToOtherData(_ name: String) -> Diagnostic {
    Diagnostic(
      "`\(name)` was fitted to other users or items than this blend",
      hint: "fit both to the same table, or give the model's name and let Blend fit it")
  }

  static func easeSingular(users: Int, items: Int) -> Diagnostic {
    Diagnostic(
      "EASE with regularization=0 has no unique solution with \(users) users and \(items) items",
      hint: "a larger one: `regularization=500`", notes: ["the Gram matrix XᵀX is singular"])
  }

  /// - `enough`: a regularization with which the matrix can be inverted.
  /// - `largestWeight`: nil where all weights are 1 already.
  static func easeTooLittleRegularization(
    _ regularization: Double, enough: Double, largestWeight: Float?
  ) -> Diagnostic {
    let larger = "`regularization=\(numberText(enough))`"
    return Diagnostic(
      "the Gram matrix of EASE with regularization=\(numberText(regularization)) is singular in single precision",
      hint: largestWeight == nil ? "a larger one: \(larger)" : "`weights=binary`, or \(larger)",
      notes: largestWeight.map {
        ["weights are squared in the Gram matrix, and they go up to \($0): next to that the regularization is nothing"]
      } ?? [])
  }

  static func singularRow(regularization: Double) -> Diagnostic {
    Diagnostic(
      "a row of iALS with regularization=\(numberText(regularization)) has no unique solution",
      hint: "a larger one: `regularization=0.01`", notes: ["its matrix is not positive definite"])
  }

  static func singularRatings(regularization: Double) -> Diagnostic {
    Diagnostic(
      "a row of ALS with regularization=\(numberText(regularization)) has no unique solution",
      hint: "a larger one: `regularization=0.1`", notes: ["it has fewer ratings than there are factors"])
  }

  static func notFinite(regularization: Double) -> Diagnostic {
    Diagnostic(
      "the factors of iALS grew without bound",
      hint: "a larger `regularization` than \(numberText(regularization)), or `solver=cholesky`")
  }

  static func diverged(_ model: String) -> Diagnostic {
    Diagnostic("the factors of \(model) grew without bound", hint: "a smaller `learning_rate`")
  }

  static func fewerRowsThanABatch(_ rows: Int, _ batch: Int) -> Diagnostic {
    Diagnostic(
      "`dense` needs more rows than one batch: \(counted(rows, "row")), batch=\(batch)",
      hint: "`batch=1`, or more rows")
  }

  static func negativeWeights(_ model: String) -> Diagnostic {
    Diagnostic(
      "\(model) needs weights that are not negative", hint: "`weights=binary`, or drop such rows: `filter weight > 0`")
  }

  static func negativeRatings(_ model: String) -> Diagnostic {
    Diagnostic("\(model) needs ratings that are not negative", hint: "`with rating = rating - …`, or another model")
  }
}
