/// A model as Python has it.
struct PythonModel {
  /// The class that is called.
  var name: String
  var helper: PythonHelper
  /// The parameters that it takes, and what they are called there.
  var parameters: [String: String]
  /// What may differ.
  var remark: String?
  /// Whether weights of interactions count.
  var readsWeights = true
  /// Whether its parameters are given together, as Surprise wants those of baselines.
  var isGrouped = false

  private init(
    _ name: String, _ helper: PythonHelper, _ parameters: [String], remark: String? = nil, readsWeights: Bool = true
  ) {
    (self.name, self.helper, self.remark, self.readsWeights) = (name, helper, remark, readsWeights)
    self.parameters = Dictionary(uniqueKeysWithValues: parameters.map { ($0, $0) })
  }

  private init(_ name: String, ofSurprise parameters: [String: String], isGrouped: Bool = false, remark: String? = nil)
  {
    (self.name, self.helper, self.parameters) = (name, .surprise, parameters)
    (self.isGrouped, self.remark) = (isGrouped, remark)
  }

  private static let ties = "where scores are equal, or nearly, the order may differ, so metrics are nearly the same"

  static let all: [String: PythonModel] = [
    "TopPopular": PythonModel("TopPopular", .popular, ["by"], readsWeights: false),
    "PersonalTopPopular": PythonModel("PersonalTopPopular", .popular, [], readsWeights: false),
    "Random": PythonModel("Random", .random, ["by", "seed"], readsWeights: false),
    "EASE": PythonModel(
      "EASE", .ease, ["regularization", "orientation"],
      remark: "computed in double precision here, so the last digits of scores differ"),
    "iALS": PythonModel(
      "IALS", .als, ["factors", "iterations", "regularization", "alpha", "seed"],
      remark: "scores agree in single precision, so metrics are nearly the same"),
    "BPR": PythonModel(
      "BPR", .bpr, ["factors", "learning_rate", "regularization", "epochs", "seed"],
      remark: "implicit draws other samples, and in threads: metrics are roughly the same"),
    "ItemKNN": PythonModel("ItemKNN", .neighbors, ["similarity", "neighbors"], remark: ties),
    "UserKNN": PythonModel("UserKNN", .neighbors, ["similarity", "neighbors"], remark: ties),
    "PureSVD": PythonModel("PureSVD", .pureSVD, ["factors", "seed", "weights"], remark: ties),
    "RP3beta": PythonModel(
      "RP3beta", .walks, ["alpha", "beta", "neighbors", "normalize", "weights"], remark: ties),
    "SLIM": PythonModel("SLIM", .slim, ["strength", "l1_ratio", "neighbors", "weights"], remark: ties),
    "SVD": PythonModel(
      "SVD",
      ofSurprise: [
        "factors": "n_factors", "epochs": "n_epochs", "learning_rate": "lr_all", "regularization": "reg_all",
        "biased": "biased", "deviation": "init_std_dev", "seed": "random_state",
      ]),
    "CoClustering": PythonModel(
      "CoClustering",
      ofSurprise: [
        "user_clusters": "n_cltr_u", "item_clusters": "n_cltr_i", "epochs": "n_epochs", "seed": "random_state",
      ]),
    "Baseline": PythonModel(
      "BaselineOnly",
      ofSurprise: ["epochs": "n_epochs", "regularization_users": "reg_u", "regularization_items": "reg_i"],
      isGrouped: true),
    "SlopeOne": PythonModel("SlopeOne", ofSurprise: [:]),
  ]
}

extension String {
  /// `name=value` as an entry of a dictionary.
  var asEntry: String {
    guard let sign = firstIndex(of: "=") else { return self }
    return "\"\(self[..<sign])\": \(self[index(after: sign)...])"
  }
}
