public import Diagnostics
import LinearAlgebra

extension FittedMatrixFactorization {
  func store(in archive: inout ModelArchive) {
    archive.store("users", users)
    archive.store("items", items)
    archive.store("constant", constant)
    archive.store("stepCount", [stepCount])
    archive.store(history, wasInterrupted: wasInterrupted)
  }

  init(
    _ model: MatrixFactorization, _ interactions: Interactions, restoring archive: ModelArchive
  ) throws(Diagnostic) {
    factorization = model
    self.interactions = interactions
    rows = interactions.rows ?? InteractionRows(cellsOf: interactions)
    stepCount = try archive.number("stepCount", in: 0...Int(Int32.max))
    users = try archive.adamRows("users", interactions.userCount, model.factors + 1, steps: stepCount)
    items = try archive.adamRows("items", interactions.itemCount, model.factors + 1, steps: stepCount)
    constant = try archive.adamRows("constant", 1, 1, steps: stepCount)
    (history, wasInterrupted) = try archive.history()
    guard stepCount == history.iterations.count * stepsPerEpoch else {
      throw .damagedModel("\(stepCount) steps are not \(history.iterations.count) epochs")
    }
  }
}

extension MatrixFactorization {
  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedMatrixFactorization(self, interactions, restoring: archive)
  }
}

extension ModelArchive {
  fileprivate mutating func store(_ name: String, _ rows: AdamRows) {
    store("\(name)/weights", rows.weights)
    store("\(name)/first", rows.first)
    store("\(name)/second", rows.second)
    store("\(name)/current", rows.current)
  }

  fileprivate func adamRows(
    _ name: String, _ rowCount: Int, _ columnCount: Int, steps: Int
  ) throws(Diagnostic) -> AdamRows {
    let rows = AdamRows(
      rowCount: rowCount, columnCount: columnCount, weights: try floats("\(name)/weights"),
      first: try floats("\(name)/first"), second: try floats("\(name)/second"),
      current: try indices("\(name)/current", in: 0..<steps + 1))
    guard let rows else { throw .damagedModel("`\(name)` are not \(rowCount) × \(columnCount)") }
    return rows
  }
}
