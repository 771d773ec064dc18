public import Diagnostics

/// Several models in a row: the first one's list, filled up by the next.
public struct Blend: Model {
  public static let name = "Blend"
  public static let summary = "one model's list, filled up with the next one's"
  public static let help = [
    "Takes the models in the order given, by name (fitted here, with their defaults) or fitted before: `fit Blend [PersonalTopPopular, TopPopular]`. A list begins with what the first model recommends; items the next one adds are skipped where they stand there already.",
    "Nothing is repeated. A list is shorter than asked for only if all models together have no more to give, and how many are is said. The score is the score of the model that the item came from, so scores of different models stand in one list without being comparable.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .models("models", \.models, "model names or fitted models, the most trusted first")
  ]
  public static let steps = ["fit each"]

  public var models: [ModelReference] = [.named("PersonalTopPopular"), .named("TopPopular")]

  public init() {}

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    var parts: [any FittedModel] = []
    for reference in models {
      switch reference {
      case .named(let name): parts.append(try Models.fit(name, on: interactions, walk: walk))
      case .fitted(let model, let name):
        guard model.userCount == interactions.userCount, model.itemCount == interactions.itemCount else {
          throw .fittedToOtherData(name)
        }
        parts.append(model)
      }
    }
    return FittedBlend(model: self, interactions: interactions, parts: parts)
  }
}

extension Blend {
  /// Parts with interactions of their own keep them; the others share the blend's.
  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    let names = try archive.lines("names")
    guard !names.isEmpty, names.count <= 1000 else { throw .damagedModel("a blend of \(names.count) models") }
    var parts: [any FittedModel] = []
    for (place, name) in names.enumerated() {
      let part = archive.part("\(place)")
      let own =
        part.has("interactions/rowCount") ? try Interactions(restoring: part.part("interactions")) : interactions
      guard own.userCount == interactions.userCount, own.itemCount == interactions.itemCount else {
        throw .damagedModel("`\(name)` was fitted to other data than its blend")
      }
      parts.append(try Models.restored(from: part, own))
    }
    var blend = self
    blend.models = zip(parts, names).map { .fitted($0, name: $1) }
    return FittedBlend(model: blend, interactions: interactions, parts: parts)
  }
}

struct FittedBlend: FittedModel {
  let model: any Model
  let interactions: Interactions
  let parts: [any FittedModel]

  var givesEveryoneTheSame: Bool { parts.allSatisfy(\.givesEveryoneTheSame) }
  var wasInterrupted: Bool { parts.contains(where: \.wasInterrupted) }
  var notes: [String] { parts.flatMap { part in part.notes.map { "\(part.kind): \($0)" } } }

  func store(in archive: inout ModelArchive) {
    archive.store("names", lines: (model as? Blend)?.models.map(\.name) ?? parts.map(\.kind))
    for (place, part) in parts.enumerated() {
      var state = ModelArchive(stateOf: part)
      if !part.interactions.isSame(as: interactions) { state = ModelArchive(part) }
      archive.store("\(place)", part: state)
    }
  }

  /// The scores of the first model; further ones only fill up.
  func scores(for user: Int32) throws(Diagnostic) -> [Float] { try parts[0].scores(for: user) }

  func recommend(_ users: [Int32], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists {
    var lists: [RankedLists] = []
    for part in parts { lists.append(try part.recommend(users, request)) }
    return chained(lists, count: users.count, top: request.top)
  }

  func recommend(basket: Basket, _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists {
    var lists: [RankedLists] = []
    for part in parts { lists.append(try part.recommend(basket: basket, request)) }
    return chained(lists, count: 1, top: request.top)
  }

  func recommend(
    strangers seeds: [Int64], _ request: RecommendationRequest
  ) throws(Diagnostic) -> RankedLists? {
    var lists: [RankedLists] = []
    for part in parts { if let list = try part.recommend(strangers: seeds, request) { lists.append(list) } }
    return lists.isEmpty ? nil : chained(lists, count: seeds.count, top: request.top)
  }

  /// By the first model that has something to say of the item: the one it comes from in a list.
  func explain(_ user: Int32, _ item: Int32) throws(Diagnostic) -> Explanation {
    var explanation = Explanation(score: 0, terms: [])
    for part in parts where explanation.terms.isEmpty { explanation = try part.explain(user, item) }
    return explanation
  }

  private func chained(_ lists: [RankedLists], count: Int, top: Int) -> RankedLists {
    var result = RankedLists()
    var taken: Set<Int32> = []
    for list in 0..<count {
      var chain: [ScoredItem] = []
      taken.removeAll(keepingCapacity: true)
      for source in lists {
        for (item, score) in zip(source.items(of: list), source.scores(of: list)) {
          if chain.count == top { break }
          if taken.insert(item).inserted { chain.append(ScoredItem(item: item, score: score)) }
        }
      }
      result.append(chain)
    }
    return result
  }
}
