import Diagnostics
import Experiments
import Query
import Recommenders
import Tables

extension NotebookVerb {
  static let recommend = NotebookVerb(
    VerbDeclaration(
      "recommend", summary: "of a model: the best items for users; of a table of users: a list column a model",
      discussion: """
        `ease | recommend user=100` gives one user's list as a table; without `user`, `users` or `basket` it is \
        everybody's, or one list where the model gives everyone the same. `users | recommend tp, ease` adds a column \
        `tp_recs` and a column `ease_recs` to the table of users, null where a model does not know the user. Lists are \
        never padded; ties go to the smaller id.
        """,
      arguments: .models(0...64),
      options: [
        Option("user", .value, "one user's id"),
        Option("users", .list, "ids of several users"),
        Option("basket", .list, "items of somebody the model has not seen"),
        Option("top", .integer(1...1_000_000), default: "10", "how many items at most"),
        Option("seen", .word(["keep", "drop"]), default: "keep", "whether items the user has had may come again"),
        Option("only", .list, "recommend only these items"),
        Option("except", .list, "recommend none of these"),
      ],
      examples: [
        Example("tp | recommend top=5", "the same for everybody"),
        Example("ease | recommend user=100 top=3 seen=drop", "something new for one user"),
        Example(
          "test | group_by user_id agg ids = unique(product_id) | recommend tp, ease top=10",
          "a list a user and model, ready for `metrics`"),
      ])
  ) { (call, input, session) throws(Diagnostic) in
    let reader = OptionReader(call, session)
    var options = RecommendationOptions(top: try reader.integer("top") ?? session.settings.top)
    options.seen = try reader.word("seen").flatMap(SeenPolicy.init(rawValue:)) ?? .keep
    options.only = try reader.list("only")
    options.except = try reader.list("except") ?? []
    switch input {
    case .model(let model)?:
      if let name = reader.nameArguments.first {
        throw Diagnostic(
          "a model recommends by itself", at: name.span, hint: "leave out `\(name.name)`, or pipe in a table of users")
      }
      let given = ["user", "users", "basket"].filter(reader.has)
      if given.count > 1 {
        throw Diagnostic("`\(given[0])` and `\(given[1])` are two different questions", at: reader.span(given[1]))
      }
      let span = given.first.flatMap(reader.span)
      do throws(Diagnostic) {
        if let user = try reader.scalar("user") {
          return .table(session.noting(try model.recommend(user: user, options)))
        }
        if let users = try reader.list("users") {
          return .table(session.noting(try model.recommend(users: users, options)))
        }
        if let basket = try reader.list("basket") {
          return .table(session.noting(try model.recommend(basket: basket, options)))
        }
        return .table(session.noting(try model.recommendAll(options)))
      } catch {
        throw error.located(at: span ?? call.span)
      }
    case .table(let plan)?:
      if let option = ["user", "users", "basket"].first(where: reader.has) {
        throw Diagnostic(
          "the table says which users", at: reader.span(option),
          hint: "leave out `\(option)`, or fit a model first: `| fit EASE | recommend …`")
      }
      let models = try session.models(reader.nameArguments)
      guard !models.isEmpty else {
        throw Diagnostic(
          "`recommend` which models?", at: call.written.span, hint: "`users | recommend ease, als top=10`")
      }
      let result: ResultTable
      do throws(Diagnostic) {
        result = try Experiments.recommend(session.table(plan), models, options)
      } catch {
        throw error.located(at: call.span)
      }
      return .table(session.noting(result))
    default: throw .wrongInput(of: call, found: input, needs: "a model, or a table of users")
    }
  }

  static let similar = NotebookVerb(
    VerbDeclaration(
      "similar", summary: "the items nearest to an item",
      arguments: .values(names: ["item"], required: 1),
      options: [Option("top", .integer(1...1_000_000), default: "10", "how many items at most")],
      examples: [Example("ease | similar 519413018 top=3", "items bought together")])
  ) { (call, input, session) throws(Diagnostic) in
    let model = try call.model(input)
    let reader = OptionReader(call, session)
    guard let (item, span) = try reader.argument(0), case .scalar(let id, _) = item else {
      throw Diagnostic("`similar` to which item?", at: call.written.span, hint: "`similar 142624178 top=10`")
    }
    do throws(Diagnostic) {
      return .table(session.noting(try model.similar(to: id, top: reader.integer("top") ?? session.settings.top)))
    } catch {
      throw error.located(at: span)
    }
  }

  static let predict = NotebookVerb(
    VerbDeclaration(
      "predict", summary: "the rating each model expects for each row of a table of users and items",
      arguments: .models(1...64),
      options: [Option("clip", .list, "`[low, high]`: the scale that predictions are cut to")],
      examples: [])
  ) { (call, input, session) throws(Diagnostic) in
    let plan = try call.plan(input)
    let reader = OptionReader(call, session)
    var clip: ClosedRange<Double>?
    if let ends = try reader.list("clip") {
      let numbers = ends.compactMap(\.number)
      guard numbers.count == 2, numbers[0] <= numbers[1] else {
        throw Diagnostic("`clip` takes two numbers, the lower first", at: reader.span("clip"), hint: "`clip=[1, 5]`")
      }
      clip = numbers[0]...numbers[1]
    }
    do throws(Diagnostic) {
      return .table(
        session.noting(
          try Experiments.predict(session.table(plan), session.models(reader.nameArguments), clip: clip)))
    } catch {
      throw error.located(at: call.span)
    }
  }
}
