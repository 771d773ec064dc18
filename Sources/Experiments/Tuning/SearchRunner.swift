import Diagnostics
import Recommenders
import Tables

/// Fits and scores the combinations of a search.
struct SearchRunner {
  let search: ParameterSearch
  let options: RecommendationOptions
  let evaluation: Evaluation
  let parts: [ParameterSearch.Part]
  /// For each part, what its fits share.
  private let shared: [SharedAlgebra]

  /// The model of a part's last fit, from which the next may continue.
  struct Reached {
    /// Its parameters without the number of iterations.
    var rest: String
    /// The number of iterations, if it was among the parameters; otherwise the largest number.
    var iterations: Int
    var recommender: Recommender
  }

  init(
    search: ParameterSearch, options: RecommendationOptions, evaluation: Evaluation, parts: [ParameterSearch.Part]
  ) {
    self.search = search
    self.options = options
    self.evaluation = evaluation
    self.parts = parts
    shared = parts.map { _ in SharedAlgebra() }
  }

  func trial(
    _ place: Int, _ combination: [ParameterArgument], _ models: inout [Reached?], _ progress: SearchProgress
  ) throws(Diagnostic) -> SearchTrial {
    var trial = SearchTrial(place: place, combination: combination, figures: [], seconds: 0, iterations: nil)
    for part in parts.indices {
      try progress.ofOneFit { () throws(Diagnostic) in
        try add(part, to: &trial, &models[part], progress)
      }
    }
    return trial
  }

  /// Fits a part's model and adds its metrics.
  private func add(
    _ part: Int, to trial: inout SearchTrial, _ last: inout Reached?, _ progress: SearchProgress
  ) throws(Diagnostic) {
    let clock = ContinuousClock()
    let start = clock.now
    if let patience = search.patience {
      let best = try fitPatiently(trial.combination, part, patience, progress)
      trial.iterations = best.iterations
      trial.figures.append(best.figures)
      trial.seconds += (clock.now - start) / .seconds(1)
      return
    }
    let recommender = try fitted(trial.combination, part, &last)
    trial.seconds += (clock.now - start) / .seconds(1)
    trial.figures.append(try figures(of: recommender, parts[part]))
  }

  /// The model of a combination. If only the number of iterations is larger than in the last fit, that fit is
  /// continued; the result has the same bits.
  private func fitted(
    _ combination: [ParameterArgument], _ part: Int, _ last: inout Reached?
  ) throws(Diagnostic) -> Recommender {
    let name = search.kind.iterationsName
    let written = (search.fixed + combination).first { $0.name == name }?.value.number
    let iterations = name == nil ? nil : written.flatMap { Int(exactly: $0) }
    let rest = ParameterSearch.text(combination.filter { $0.name != name })
    let recommender: Recommender
    if let iterations, let reached = last, reached.rest == rest, reached.iterations <= iterations {
      let more = iterations - reached.iterations
      recommender = more > 0 ? try reached.recommender.step(more) : reached.recommender
    } else {
      let start = search.startsWarm ? last.map { WarmStart(at: $0.recommender.model) } : nil
      // A model may take most of the memory: none is kept through a fit that does not need it.
      last = nil
      recommender = try WarmStart.$current.withValue(start) {
        Swift.Result { () throws(Diagnostic) in try fit(search.fixed + combination, part) }
      }.get()
    }
    if recommender.model.wasInterrupted { throw .interrupted }
    if iterations != nil || search.startsWarm {
      last = Reached(rest: rest, iterations: iterations ?? .max, recommender: recommender)
    }
    return recommender
  }

  private func fit(_ arguments: [ParameterArgument], _ part: Int) throws(Diagnostic) -> Recommender {
    let train = parts[part].train
    let model = try SharedAlgebra.$current.withValue(shared[part]) {
      Swift.Result { () throws(Diagnostic) in try Models.fit(search.kind, arguments, on: train.interactions) }
    }.get()
    return Recommender(model, train)
  }

  /// Fits one iteration at a time, until `patience` iterations in a row have not improved on the best. Returns the best
  /// number of iterations and its metrics.
  private func fitPatiently(
    _ combination: [ParameterArgument], _ part: Int, _ patience: Int, _ progress: SearchProgress
  ) throws(Diagnostic) -> (iterations: Int, figures: Table) {
    let name = search.kind.iterationsName ?? ""
    let arguments = (search.fixed + combination).filter { $0.name != name }
    let limit = try search.kind.configured(search.fixed).settings.first { $0.name == name }?.value.number ?? 1
    let isBetterHigher = evaluation.metrics[0].isBetterHigher
    // The fit and each step report an iteration as if it were all.
    var recommender = try progress.silently { () throws(Diagnostic) in
      try fit(arguments + [ParameterArgument(name, .integer(1))], part)
    }
    var best: (iterations: Int, figure: Double, figures: Table)?
    var iteration = 1
    while true {
      if recommender.model.wasInterrupted { throw .interrupted }
      let reached = recommender
      let found = try progress.silently { () throws(Diagnostic) in try figures(of: reached, parts[part]) }
      progress.report(iteration, of: Int(limit))
      let figure = found.columns[1][0].number ?? .nan
      if best.map({ $0.figure.isNaN || (isBetterHigher ? figure > $0.figure : figure < $0.figure) }) ?? true {
        best = (iteration, figure, found)
      }
      guard let best else { throw .noMetrics }
      if iteration >= Int(limit) || iteration - best.iterations >= patience { return (best.iterations, best.figures) }
      recommender = try progress.silently { () throws(Diagnostic) in try reached.step(1) }
      iteration += 1
    }
  }

  /// The metrics of a model, as one row.
  private func figures(of recommender: Recommender, _ part: ParameterSearch.Part) throws(Diagnostic) -> Table {
    let tuned = [NamedRecommender("tuned", recommender)]
    var only = evaluation
    let isOfRatings = evaluation.metrics[0].needs == .ratings
    only.columns = ["tuned" + (isOfRatings ? NamedRecommender.predictionSuffix : NamedRecommender.listSuffix)]
    only.train = part.train
    let answers = isOfRatings ? try predict(part.heldOut, tuned) : try recommend(part.heldOut, tuned, options)
    return try only.metrics(of: answers.table).table
  }
}
