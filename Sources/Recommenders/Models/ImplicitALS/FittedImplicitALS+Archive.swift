public import Diagnostics

extension FittedImplicitALS {
  func store(in archive: inout ModelArchive) {
    archive.store("userFactors", userFactors)
    archive.store("itemFactors", itemFactors)
    archive.store(history, wasInterrupted: wasInterrupted)
  }

  init(_ model: ImplicitALS, _ interactions: Interactions, restoring archive: ModelArchive) throws(Diagnostic) {
    ials = model
    self.interactions = interactions
    problem = ImplicitALSProblem(model, interactions)
    userFactors = try archive.paddedMatrix(
      "userFactors", rowCount: interactions.userCount, columnCount: model.factors)
    itemFactors = try archive.paddedMatrix(
      "itemFactors", rowCount: interactions.itemCount, columnCount: model.factors)
    (history, wasInterrupted) = try archive.history()
  }
}

extension ImplicitALS {
  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedImplicitALS(self, interactions, restoring: archive)
  }
}
