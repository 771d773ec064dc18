public import Diagnostics
import Parallelism

/// Several models in sequence: the list of the first one, filled with the list of the next.
public struct Blend: Model {
  public static let name = "Blend"
  public static let summary = "fills the list of one model with the list of the next"
  public static let help = [
    "Takes models in the given order, by name (fitted here, with their defaults) or already fitted: `fit Blend [PersonalTopPopular, TopPopular]`. A list starts with the recommendations of the first model. The next model adds the items that are not in the list yet.",
    "A list is shorter than requested only if all models together have no more items; a note counts such lists. The score is that of the model that gave the item, so the scores within a list are not comparable.",
  ]
  public static let parameters: [Parameter<Self>] = [
    .models("models", \.models, "model names or fitted models, the most important first")
  ]
  public static let steps = ["fit each"]

  public var models: [ModelReference] = [.named("PersonalTopPopular"), .named("TopPopular")]

  public init() {}

  public var readsTimes: TimeReading {
    models.reduce(.never) { most, reference in
      guard case .named(let name) = reference, let kind = try? Models.named(name) else { return most }
      return max(most, kind.init().readsTimes)
    }
  }

  public var readsRows: RowReading {
    let kinds = models.map { reference in
      switch reference {
      case .named(let name): (try? Models.named(name))?.init().readsRows
      case .fitted(let model, _): model.model.readsRows
      }
    }
    return kinds.allSatisfy { $0 == .counted } ? .counted : .never
  }

  public func fit(_ interactions: Interactions, walk: Walk?) throws(Diagnostic) -> any FittedModel {
    var parts: [FittedBlend.Part] = []
    for reference in models {
      switch reference {
      case .named(let name):
        parts.append(FittedBlend.Part(name: name, model: try Models.fitPart(name, on: interactions, walk: walk)))
      case .fitted(let model, let name):
        guard model.userCount == interactions.userCount, model.itemCount == interactions.itemCount else {
          throw .fittedToOtherData(name)
        }
        parts.append(FittedBlend.Part(name: name, model: model))
      }
    }
    return FittedBlend(interactions: interactions, parts: parts)
  }
}

extension Blend {
  /// Restores the parts. A part that was stored with interactions of its own gets those; the others share the blend's.
  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    let names = try archive.lines("names")
    guard !names.isEmpty, names.count <= 1000 else { throw .damagedModel("a blend of \(names.count) models") }
    var parts: [FittedBlend.Part] = []
    for (place, name) in names.enumerated() {
      let part = archive.part("\(place)")
      let own =
        part.has("interactions/rowCount") ? try Interactions(restoring: part.part("interactions")) : interactions
      guard own.userCount == interactions.userCount, own.itemCount == interactions.itemCount else {
        throw .damagedModel("`\(name)` was fitted to other data than its blend")
      }
      parts.append(FittedBlend.Part(name: name, model: try Models.restored(from: part, own)))
    }
    return FittedBlend(interactions: interactions, parts: parts)
  }
}

struct FittedBlend: FittedModel {
  /// A model of the blend, with the name by which the caller gave it.
  struct Part: Sendable {
    let name: String
    let model: any FittedModel

    /// Whether both give the same lists, so that the second one adds nothing.
    func givesTheSame(as other: Part) -> Bool {
      let (own, others) = (model, other.model)
      return own.kind == others.kind && !own.wasInterrupted && !others.wasInterrupted
        && own.model.settings.map(\.value.text) == others.model.settings.map(\.value.text)
        && own.interactions.isSame(as: others.interactions)
    }
  }

  let interactions: Interactions
  let parts: [Part]

  /// Replaces a blend inside the blend by its parts, which gives the same lists, and drops repeated models. So nested
  /// blends cost no more than their distinct models.
  init(interactions: Interactions, parts given: [Part]) {
    self.interactions = interactions
    let flat = given.flatMap { part in (part.model as? FittedBlend)?.parts ?? [part] }
    parts = flat.reduce(into: []) { parts, part in
      if !parts.contains(where: part.givesTheSame) { parts.append(part) }
    }
  }

  var model: any Model {
    var blend = Blend()
    blend.models = parts.map { .fitted($0.model, name: $0.name) }
    return blend
  }

  var givesEveryoneTheSame: Bool { parts.allSatisfy(\.model.givesEveryoneTheSame) }
  var wasInterrupted: Bool { parts.contains(where: \.model.wasInterrupted) }
  var notes: [String] { parts.flatMap { part in part.model.notes.map { "\(part.model.kind): \($0)" } } }

  func store(in archive: inout ModelArchive) {
    archive.store("names", lines: parts.map(\.name))
    for (place, part) in parts.enumerated() {
      var state = ModelArchive(stateOf: part.model)
      if !part.model.interactions.isSame(as: interactions) { state = ModelArchive(part.model) }
      archive.store("\(place)", part: state)
    }
  }

  /// The scores of the first model; the others only fill lists.
  func scores(for user: Int32) throws(Diagnostic) -> [Float] { try parts[0].model.scores(for: user) }

  func recommend(_ users: [Int32], _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists {
    var lists: [RankedLists] = []
    for part in parts { lists.append(try part.model.recommend(users, request)) }
    return try chained(lists, count: users.count, top: request.top)
  }

  func recommend(basket: Basket, _ request: RecommendationRequest) throws(Diagnostic) -> RankedLists {
    var lists: [RankedLists] = []
    for part in parts { lists.append(try part.model.recommend(basket: basket, request)) }
    return try chained(lists, count: 1, top: request.top)
  }

  func recommend(
    strangers seeds: [Int64], _ request: RecommendationRequest
  ) throws(Diagnostic) -> RankedLists? {
    var lists: [RankedLists] = []
    for part in parts { if let list = try part.model.recommend(strangers: seeds, request) { lists.append(list) } }
    return lists.isEmpty ? nil : try chained(lists, count: seeds.count, top: request.top)
  }

  /// The explanation of the first model that has terms for the item: the model from which a list takes it.
  func explain(_ user: Int32, _ item: Int32) throws(Diagnostic) -> Explanation {
    var explanation = Explanation(score: 0, terms: [])
    for part in parts where explanation.terms.isEmpty { explanation = try part.model.explain(user, item) }
    return explanation
  }

  private func chained(_ lists: [RankedLists], count: Int, top: Int) throws(Diagnostic) -> RankedLists {
    let blocks = try mapChunks(of: count, grain: 1024) { (range) in
      var result = RankedLists()
      var chain = Chain(top: top)
      for list in range {
        chain.begin()
        for source in lists where !chain.isDecided { chain.add(source, list) }
        result.append(chain.items, isTied: chain.isTied)
      }
      return result
    }
    return blocks.reduce(into: RankedLists()) { $0.append($1) }
  }
}

/// Builds one list from the lists of several models.
private struct Chain {
  let top: Int
  private(set) var items: [ScoredItem] = []
  private var taken: Set<Int32> = []
  /// Whether the list is full and the next item would have the same score as its last one.
  private(set) var isTied = false
  /// Whether further lists cannot change the result.
  private(set) var isDecided = false

  init(top: Int) { self.top = top }

  mutating func begin() {
    items = []
    taken.removeAll(keepingCapacity: true)
    (isTied, isDecided) = (false, false)
  }

  mutating func add(_ source: RankedLists, _ list: Int) {
    for (item, score) in zip(source.items(of: list), source.scores(of: list)) where !taken.contains(item) {
      if items.count == top {
        // The first item that does not fit: is it tied with the last one that did?
        (isTied, isDecided) = (items.last?.score == score, true)
        return
      }
      taken.insert(item)
      items.append(ScoredItem(item: item, score: score))
    }
    if items.count == top { (isTied, isDecided) = (source.isTied(list), true) }
  }
}
