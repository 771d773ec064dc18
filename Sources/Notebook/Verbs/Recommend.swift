import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

private struct SimilarOptions: VerbOptions {
  var top: Int?

  static let declared: [VerbOption<Self>] = [
    .integer("top", \.top, in: 1...1_000_000, default: "10", "the length of a list at most")
  ]
}

private struct PredictOptions: VerbOptions {
  var clip: [Value]?

  static let declared: [VerbOption<Self>] = [
    .list("clip", \.clip, "`[low, high]`: the scale that predictions are clipped to")
  ]
}

extension NotebookVerb {
  static let recommend = NotebookVerb(
    VerbDeclaration(
      "recommend", summary: "recommends the best items to users, from one model or, for a table of users, from several",
      discussion: """
        `ease | recommend user=100` gives the list of one user as a table. Without `user`, `users` or `basket` it \
        gives the lists of all users, or one list if the model gives everyone the same. `users | recommend tp, ease` \
        adds the columns `tp_recs` and `ease_recs` to the table of users, null where a model does not know the user. \
        Lists are never padded.

        Of equal scores the smaller id comes first, with these exceptions. Models that count and models of the next \
        basket take `ties=` when they are fitted. The latter compare scores in double precision, to twelve digits, so \
        scores that look equal may differ. `Blend` keeps the order of its models, and `Random` that of its draws.

        For a table of users, `only=COLUMN` names a column with the candidates of each user, and `basket=COLUMN` a \
        column of lists by which users are served who are not in train. `per=category_id limit=2` goes down the \
        ranking and passes over the third item of a category; items without a category are not counted. \
        `debias=0.5` divides each score by the square root of the number of rows that the item has in train, and \
        ranks by the result; `Random` draws with probabilities divided in the same way.
        """,
      arguments: .models(0...64),
      examples: [
        Example("tp | recommend top=5", "the same for everybody"),
        Example("ease | recommend user=100 top=3 seen=drop", "something new for one user"),
        Example(
          "test | group_by user_id agg ids = unique(product_id) | recommend tp, ease top=10",
          "a list a user and model, ready for `metrics`"),
        Example(
          "test | group_by user_id agg ids = unique(product_id) | recommend ease only=ids",
          "the order of each user's own candidates"),
        Example(
          "train | group_by user_id agg had = unique(product_id) | with user_id = user_id + 1000 | recommend ease basket=had",
          "users who are not in train, by what they had"),
        Example("ease | recommend user=100 per=category_id limit=1 labels=products", "one item of a category at most"),
        Example("tp | recommend debias=0.5", "less of what everybody has"),
      ]), ListOptions.self, takes: [.table, .model]
  ) { (call, written, input, session) throws(Diagnostic) in
    let subjects: [PartialKeyPath<ListOptions>] = [\.user, \.users, \.basket].filter(written.has)
    switch input {
    case .model(let model)?:
      if let name = call.nameArguments.first {
        throw Diagnostic(
          "a model recommends by itself", at: name.span, hint: "leave out `\(name.name)`, or pipe in a table of users")
      }
      if subjects.count > 1 {
        let names = subjects.map(written.optionName)
        throw Diagnostic(
          "`\(names[0])` and `\(names[1])` are two different questions", at: written.nameSpan(of: subjects[1]))
      }
      try written.requireNoColumns()
      let options = try session.recommendationOptions(written, for: [NamedRecommender("", model)])
      do throws(Diagnostic) {
        if let user = written.user {
          return .table(session.noting(try model.recommend(user: user, options)))
        }
        if let users = written.users {
          return .table(session.noting(try model.recommend(users: users, options)))
        }
        if let basket = written.basket?.list {
          return .table(session.noting(try model.recommend(basket: basket, options)))
        }
        return .table(session.noting(try model.recommendAll(options)))
      } catch {
        throw error.located(at: subjects.first.flatMap(written.nameSpan) ?? call.span)
      }
    case .table(let plan)?:
      if let subject = subjects.first(where: { $0 != \.basket || written.basket?.column == nil }) {
        throw Diagnostic(
          "the table says which users", at: written.nameSpan(of: subject),
          hint: "leave out `\(written.optionName(of: subject))`, or fit a model first: `| fit EASE | recommend …`")
      }
      let models = try session.models(call.nameArguments)
      guard !models.isEmpty else {
        throw Diagnostic(
          "`recommend` which models?", at: call.written.span, hint: "`users | recommend ease, als top=10`")
      }
      let options = try session.recommendationOptions(written, for: models)
      let columns = try written.columns(in: plan.schema, of: session.inputName)
      let result: ResultTable
      do throws(Diagnostic) {
        result = try Experiments.recommend(
          session.table(plan), models, options, only: columns.only, basket: columns.basket)
      } catch {
        throw error.located(at: call.span)
      }
      return .table(session.noting(result))
    default: throw .wrongInput(of: call, found: input, needs: "a model, or a table of users")
    }
  }

  static let similar = NotebookVerb(
    VerbDeclaration(
      "similar", summary: "finds the items most similar to an item",
      arguments: .values(names: ["item"], required: 1),
      examples: [Example("ease | similar 519413018 top=3", "items bought together")]),
    SimilarOptions.self, takes: [.model]
  ) { (call, options, input, session) throws(Diagnostic) in
    let model = try call.model(input)
    guard let (item, span) = try call.argument(0, session), case .scalar(let id, _) = item else {
      throw Diagnostic("`similar` to which item?", at: call.written.span, hint: "`similar 142624178 top=10`")
    }
    do throws(Diagnostic) {
      return .table(session.noting(try model.similar(to: id, top: options.top ?? session.settings.top)))
    } catch {
      throw error.located(at: span)
    }
  }

  static let predict = NotebookVerb(
    VerbDeclaration(
      "predict", summary: "predicts a rating or a score for each row of a table of users and items, with each model",
      discussion: """
        Each model adds a column `NAME_prediction`. Models of ratings predict ratings; other models give the score that \
        they rank by. The value is null if the model does not know the user or the item.
        """,
      arguments: .models(1...64),
      examples: [Example("test | predict ease, tp", "scores of pairs")]),
    PredictOptions.self
  ) { (call, options, input, session) throws(Diagnostic) in
    let plan = try call.plan(input)
    var clip: ClosedRange<Double>?
    if let ends = options.clip {
      let numbers = ends.compactMap(\.number)
      guard numbers.count == 2, numbers[0] <= numbers[1] else {
        throw Diagnostic(
          "`clip` takes two numbers, the lower first", at: options.nameSpan(of: \.clip), hint: "`clip=[1, 5]`")
      }
      clip = numbers[0]...numbers[1]
    }
    do throws(Diagnostic) {
      return .table(
        session.noting(
          try Experiments.predict(session.table(plan), session.models(call.nameArguments), clip: clip)))
    } catch {
      throw error.located(at: call.span)
    }
  }
}
