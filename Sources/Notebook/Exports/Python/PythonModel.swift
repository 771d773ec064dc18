/// A model as Python has it.
package struct PythonModel {
  /// The class that is called.
  var name: String
  var helper: PythonHelper
  /// The parameters that it takes, and what they are called there.
  var parameters: [String: String]
  /// What may differ.
  var remark: String?
  /// Whether weights of interactions count.
  var readsWeights = true
  /// Whether it reads times and baskets.
  var readsBaskets = false
  /// Whether its parameters are given together, as Surprise wants those of baselines.
  var isGrouped = false
  /// Arguments that it always gets, because the library has another default.
  var fixed: [String: String] = [:]

  private init(
    _ name: String, _ helper: PythonHelper, _ parameters: [String], remark: String? = nil, readsWeights: Bool = true,
    readsBaskets: Bool = false
  ) {
    (self.name, self.helper, self.remark) = (name, helper, remark)
    (self.readsWeights, self.readsBaskets) = (readsWeights, readsBaskets)
    self.parameters = Dictionary(uniqueKeysWithValues: parameters.map { ($0, $0) })
  }

  private init(ofSurprise name: String, _ parameters: [String: String], isGrouped: Bool = false) {
    (self.name, self.helper, self.parameters, self.isGrouped) = (name, .surprise, parameters, isGrouped)
    if parameters["seed"] != nil { fixed["random_state"] = "0" }
    if isGrouped { fixed["verbose"] = "False" }
  }

  private static let ties = "where scores are equal, or nearly, the order may differ, so metrics are nearly the same"
  private static let digits = "sums are taken in another order, so the last digits of scores differ"

  /// The models with their usual parameters.
  static let all: [String: PythonModel] = [
    "TopPopular": PythonModel("TopPopular", .popular, ["by"], readsWeights: false),
    "PersonalTopPopular": PythonModel("PersonalTopPopular", .personal, [], readsWeights: false),
    "Random": PythonModel("Random", .random, ["by", "seed"], readsWeights: false),
    "EASE": PythonModel(
      "EASE", .ease, ["regularization", "orientation"],
      remark: "computed in double precision here, so the last digits of scores differ and items may change places"),
    "iALS": PythonModel(
      "IALS", .implicitALS, ["factors", "iterations", "regularization", "alpha", "seed"],
      remark: "scores agree in single precision, so metrics are nearly the same"),
    "BPR": PythonModel(
      "BPR", .bpr, ["factors", "learning_rate", "regularization", "epochs", "seed"],
      remark: "implicit draws other samples and learns at another pace, so metrics are others"),
    "ItemKNN": PythonModel("ItemKNN", .neighbors, ["similarity", "neighbors"], remark: ties),
    "UserKNN": PythonModel("UserKNN", .neighbors, ["similarity", "neighbors"], remark: ties),
    "PureSVD": PythonModel("PureSVD", .pureSVD, ["factors", "seed", "weights"], remark: ties),
    "RP3beta": PythonModel(
      "RP3beta", .walks, ["alpha", "beta", "neighbors", "normalize", "weights"], remark: ties),
    "SLIM": PythonModel("SLIM", .slim, ["strength", "l1_ratio", "neighbors", "weights"], remark: ties),
    "UPCF": PythonModel(
      "UPCF", .upcf, ["recency", "asymmetry", "locality", "neighbors", "shrinkage", "vectors"], readsWeights: false,
      readsBaskets: true),
    "TIFUKNN": PythonModel(
      "TIFUKNN", .tifuKNN, ["groups", "basket_decay", "group_decay", "own", "neighbors", "decay", "anchor"],
      readsWeights: false, readsBaskets: true),
    "BasketMarkov": PythonModel(
      "BasketMarkov", .markov, ["order", "smoothing"], readsWeights: false, readsBaskets: true),
    "ALS": PythonModel(
      "ALS", .ratingALS, ["factors", "iterations", "regularization", "scale", "biases", "seed", "clip"]),
    "MatrixFactorization": PythonModel(
      "MatrixFactorization", .matrixFactorization, factorization + ["scale"], remark: digits),
    "SVD": PythonModel(
      ofSurprise: "SVD",
      [
        "factors": "n_factors", "epochs": "n_epochs", "learning_rate": "lr_all", "regularization": "reg_all",
        "biased": "biased", "deviation": "init_std_dev", "seed": "random_state",
      ]),
    "SVDpp": PythonModel(
      ofSurprise: "SVDpp",
      [
        "factors": "n_factors", "epochs": "n_epochs", "learning_rate": "lr_all", "regularization": "reg_all",
        "deviation": "init_std_dev", "seed": "random_state",
      ]),
    "NMF": PythonModel(
      ofSurprise: "NMF", ["factors": "n_factors", "epochs": "n_epochs", "seed": "random_state"]),
    "CoClustering": PythonModel(
      ofSurprise: "CoClustering",
      [
        "user_clusters": "n_cltr_u", "item_clusters": "n_cltr_i", "epochs": "n_epochs", "seed": "random_state",
      ]),
    "Baseline": PythonModel(
      ofSurprise: "BaselineOnly",
      ["epochs": "n_epochs", "regularization_users": "reg_u", "regularization_items": "reg_i"], isGrouped: true),
    "SlopeOne": PythonModel(ofSurprise: "SlopeOne", [:]),
  ]

  /// Whether there is a class for the model.
  package static func has(_ kind: String) -> Bool { all[kind] != nil }

  private static let factorization = ["factors", "learning_rate", "weight_decay", "batch", "epochs", "seed"]
  private static let sampled = PythonModel(
    "SampledMatrixFactorization", .sampledFactorization, factorization + ["negatives"], remark: digits)
  private static let counting = ["by", "half_life", "recency"]

  /// The class for a model with these options, by their texts; nil if there is none.
  static func named(_ kind: String, _ options: [String: String]) -> PythonModel? {
    let isSampled = kind == "MatrixFactorization" && options["variant"] == "sampled"
    guard var model = isSampled ? sampled : all[kind] else { return nil }
    // These choose the class.
    if kind == "MatrixFactorization" { model.parameters["variant"] = "" }
    if kind == "PersonalTopPopular" { model.parameters["by"] = "" }
    guard ["TopPopular", "PersonalTopPopular"].contains(kind) else { return model }
    let readsTimes = options["half_life"] != nil || options["recency"] != nil || options["by"] == "baskets"
    let isWeighted = options["weight"] != nil || options["by"] == "weight"
    guard readsTimes || isWeighted else { return model }
    model = PythonModel(
      "Recent" + kind, .recentPopular, counting, readsWeights: isWeighted, readsBaskets: readsTimes)
    if isWeighted, options["by"] == nil { model.fixed["by"] = "\"weight\"" }
    return model
  }

  /// Whether it recommends to a user who is known by a basket alone.
  var takesBaskets: Bool {
    let able: Set<PythonHelper> = [.popular, .ease, .neighbors, .pureSVD, .walks, .slim, .upcf, .tifuKNN, .markov]
    return able.contains(helper) && name != "UserKNN"
  }

  /// Whether it compares items.
  var comparesItems: Bool {
    let able: Set<PythonHelper> = [.ease, .neighbors, .pureSVD, .walks, .slim, .implicitALS, .bpr]
    return able.contains(helper) && name != "UserKNN"
  }

  /// Whether its scores are sums over the items of a user.
  var isExplained: Bool {
    [.ease, .neighbors, .walks, .slim, .implicitALS].contains(helper) && name != "UserKNN"
  }

  /// Whether a fit goes on.
  var goesOn: Bool { [.implicitALS, .matrixFactorization, .sampledFactorization].contains(helper) }
  var hasHistory: Bool { goesOn || helper == .ratingALS }
  var predicts: Bool { helper == .surprise || helper == .ratingALS }
}

extension String {
  /// `name=value` as an entry of a dictionary.
  var asEntry: String {
    guard let sign = firstIndex(of: "=") else { return self }
    return "\"\(self[..<sign])\": \(self[index(after: sign)...])"
  }
}
