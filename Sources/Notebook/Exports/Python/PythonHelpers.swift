/// Python helper functions, written at the start of a notebook if it needs them, in this order.
enum PythonHelper: Int, CaseIterable {
  case schema, describe, ntile, sample, sampleGroups, splitRandom, splitFolds, splitLast, splitBaskets, splitUsers,
    splitTime, checked, interactions, weights, settled, baskets, popular, personal, recentPopular, random, blend, ease,
    implicitALS, bpr, neighbors, pureSVD, walks, slim, upcf, tifuKNN, markov, ratingALS, matrixFactorization,
    sampledFactorization, surprise, predict, recommend, lists, similar, explain,
    explainFactors, bits, below, scores, metrics, facts,
    differences, compare, ratings, compareRatings, tune, links, linksOfUser

  /// The helpers that this helper calls.
  var needed: Set<PythonHelper> {
    switch self {
    case .describe: [.schema]
    case .popular, .personal, .random, .ease, .implicitALS, .bpr, .matrixFactorization: [.interactions, .recommend]
    case .ratingALS, .surprise: [.interactions, .recommend]
    case .neighbors, .pureSVD, .walks, .slim: [.interactions, .recommend, .weights]
    case .baskets: [.settled]
    case .recentPopular: [.interactions, .recommend, .settled]
    case .upcf, .tifuKNN, .markov: [.interactions, .recommend, .baskets]
    case .sampledFactorization: [.interactions, .recommend, .below]
    case .blend, .lists: [.recommend]
    case .scores: [.bits, .below]
    case .metrics, .differences, .ratings: [.scores]
    case .compare: [.metrics, .differences]
    case .compareRatings: [.ratings, .differences]
    case .tune: [.metrics, .lists]
    default: []
    }
  }

  var modules: Set<PythonNeeds.Module> {
    switch self {
    case .sample, .sampleGroups, .splitRandom, .splitFolds, .splitUsers: [.polars, .numpy]
    case .popular, .personal, .random, .ease, .recommend, .facts: [.polars, .numpy]
    case .similar, .explain, .explainFactors: [.polars, .numpy]
    case .interactions, .weights, .baskets, .recentPopular, .upcf, .tifuKNN: [.polars, .numpy, .scipy]
    case .settled, .markov, .bits, .below, .scores: [.numpy]
    case .implicitALS: [.polars, .numpy, .copying, .implicitALS, .threads]
    case .bpr: [.numpy, .implicitBPR]
    case .neighbors: [.numpy, .scipy, .implicitNeighbors]
    case .pureSVD: [.numpy, .svds]
    case .walks: [.numpy, .scipy]
    case .slim: [.numpy, .scipy, .elasticNet]
    case .ratingALS: [.polars, .numpy]
    case .matrixFactorization, .sampledFactorization: [.polars, .numpy, .copying, .torch]
    case .surprise: [.numpy, .pandas, .surprise]
    case .metrics, .differences, .compare, .ratings: [.polars, .numpy, .combinations]
    case .tune: [.polars, .combinations, .clock]
    case .linksOfUser: [.polars, .combinations]
    default: [.polars]
    }
  }

  /// The functions, classes and constants that it defines.
  var names: [String] {
    source.split(separator: "\n").compactMap { line in
      guard let first = line.first, first != " ", first != "#" else { return nil }
      let text = line.hasPrefix("def ") ? line.dropFirst(4) : line.hasPrefix("class ") ? line.dropFirst(6) : line
      return String(text.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    }
  }

  var source: String {
    switch self {
    case .schema: PythonTables.schema
    case .describe: PythonTables.describe
    case .ntile: PythonTables.ntile
    case .sample: PythonTables.sample
    case .sampleGroups: PythonTables.sampleGroups
    case .splitRandom: PythonTables.splitRandom
    case .splitFolds: PythonTables.splitFolds
    case .splitLast: PythonTables.splitLast
    case .splitBaskets: PythonTables.splitBaskets
    case .splitUsers: PythonTables.splitUsers
    case .splitTime: PythonTables.splitTime
    case .checked: PythonTables.checked
    case .links: PythonTables.links
    case .linksOfUser: PythonTables.linksOfUser
    case .interactions: PythonModels.interactions
    case .popular: PythonModels.popular
    case .personal: PythonModels.personal
    case .random: PythonModels.random
    case .blend: PythonModels.blend
    case .ease: PythonModels.ease
    case .recommend: PythonModels.recommend
    case .lists: PythonModels.lists
    case .similar: PythonModels.similar
    case .explain: PythonModels.explain
    case .explainFactors: PythonModels.explainFactors
    case .predict: PythonModels.predict
    case .implicitALS: PythonLibraryModels.iALS
    case .bpr: PythonLibraryModels.bpr
    case .weights: PythonLibraryModels.weights
    case .neighbors: PythonLibraryModels.neighbors
    case .pureSVD: PythonLibraryModels.pureSVD
    case .walks: PythonLibraryModels.walks
    case .slim: PythonLibraryModels.slim
    case .surprise: PythonLibraryModels.surprise
    case .ratingALS: PythonFactorModels.als
    case .matrixFactorization: PythonFactorModels.mf
    case .sampledFactorization: PythonFactorModels.sampledMF
    case .settled: PythonBasketModels.settled
    case .recentPopular: PythonBasketModels.recentPopular
    case .baskets: PythonBasketModels.baskets
    case .upcf: PythonBasketModels.upcf
    case .tifuKNN: PythonBasketModels.tifuknn
    case .markov: PythonBasketModels.markov
    case .bits: PythonMetrics.bits
    case .below: PythonMetrics.below
    case .scores: PythonMetrics.scores
    case .metrics: PythonMetrics.metrics
    case .facts: PythonMetrics.facts
    case .differences: PythonMetrics.differences
    case .compare: PythonMetrics.compare
    case .ratings: PythonMetrics.ratings
    case .compareRatings: PythonMetrics.compareRatings
    case .tune: PythonMetrics.tune
    }
  }
}
