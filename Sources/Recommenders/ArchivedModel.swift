public import Diagnostics

extension ModelArchive {
  /// An archive of a fitted model and of the interactions that it was fitted to.
  public init(_ model: any FittedModel) {
    self.init(stateOf: model)
    var part = ModelArchive()
    model.interactions.store(in: &part)
    store("interactions", part: part)
  }

  /// An archive of a fitted model without its interactions: its kind, its parameters, what it learned.
  init(stateOf model: any FittedModel) {
    self.init()
    store("kind", model.kind)
    for (name, value) in model.model.settings {
      switch value {
      case .integer(let value): store("parameters/\(name)", [value])
      case .real(let value): store("parameters/\(name)", [value])
      case .flag(let value): store("parameters/\(name)", [UInt8(value ? 1 : 0)])
      case .word(let value): store("parameters/\(name)", value)
      case .numbers(let values): store("parameters/\(name)", values)
      case .models: break
      }
    }
    var learned = ModelArchive()
    model.store(in: &learned)
    store("learned", part: learned)
  }
}

extension FittedModel {
  /// The bytes that it takes in memory, its interactions included. Parts of those that are made on demand count only
  /// after they were made.
  public var byteCount: Int { ModelArchive(stateOf: self).byteCount + interactions.byteCount }
}

extension Models {
  /// The model in an archive. It recommends, predicts and continues its fit with the same bits as the stored model.
  ///
  /// - Throws: a damaged archive; a kind of model that this version does not know.
  public static func restored(from archive: ModelArchive) throws(Diagnostic) -> any FittedModel {
    let interactions = try Interactions(restoring: archive.part("interactions"))
    return try restored(from: archive, interactions)
  }

  static func restored(
    from archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    let name = try archive.text("kind")
    guard let kind = all.first(where: { $0.name == name }) else { throw .unknownArchivedModel(name) }
    guard interactions.cellCount > 0 || (kind.servesWithoutUsers && interactions.itemCount > 0) else {
      throw .damagedModel("there are no interactions")
    }
    return try kind.restored(archive.part("parameters"), archive.part("learned"), interactions)
  }
}

extension Model {
  /// The model with the parameters of an archive; a parameter that the archive does not have takes its default.
  fileprivate static func restored(
    _ parameters: ModelArchive, _ learned: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    var arguments: [ParameterArgument] = []
    for parameter in parameterDeclarations where parameters.has(parameter.name) {
      let value: ParameterValue
      if case .optional(_, let word) = parameter.domain, (try? parameters.text(parameter.name)) == word {
        arguments.append(ParameterArgument(parameter.name, .word(word)))
        continue
      }
      switch parameter.domain.ofValues {
      case .integer: value = .integer(Int(try parameters.longs(parameter.name, count: 1)[0]))
      case .real: value = .real(try parameters.doubles(parameter.name, count: 1)[0])
      case .flag: value = .flag(try parameters.bytes(parameter.name, count: 1)[0] != 0)
      case .word: value = .word(try parameters.text(parameter.name))
      case .interval: value = .numbers(try parameters.doubles(parameter.name, count: 2))
      case .models, .optional: continue
      }
      arguments.append(ParameterArgument(parameter.name, value))
    }
    let model: Self
    do throws(Diagnostic) { model = try configured(arguments) } catch { throw .damagedModel(error.message) }
    return try model.restore(learned, interactions)
  }
}

extension ModelArchive {
  /// Stores the history without its times, and whether the fit was interrupted.
  mutating func store(_ history: History, wasInterrupted: Bool) {
    let iterations = history.iterations
    store("history/meaning", history.lossMeaning)
    store("history/columns", lines: history.columns)
    store("history/loss", iterations.map { $0.loss ?? .nan })
    store("history/measured", iterations.flatMap { $0.measured.map { $0 ?? .nan } })
    store("history/interrupted", [UInt8(wasInterrupted ? 1 : 0)])
  }

  func history() throws(Diagnostic) -> (history: History, wasInterrupted: Bool) {
    let columns = try lines("history/columns")
    let loss = try doubles("history/loss")
    let measured = try doubles("history/measured", count: loss.count * columns.count)
    func known(_ number: Double) -> Double? { number.isNaN ? nil : number }
    let iterations = loss.indices.map { place in
      History.Iteration(
        number: place + 1, loss: known(loss[place]), seconds: nil,
        measured: columns.indices.map { known(measured[place * columns.count + $0]) })
    }
    let history = History(lossMeaning: try text("history/meaning"), columns: columns, iterations: iterations)
    return (history, try bytes("history/interrupted", count: 1)[0] != 0)
  }
}
