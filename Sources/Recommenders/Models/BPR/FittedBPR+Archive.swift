public import Diagnostics

extension FittedBPR {
  func store(in archive: inout ModelArchive) {
    archive.store("userFactors", userFactors)
    archive.store("itemFactors", itemFactors)
    archive.store(history, wasInterrupted: wasInterrupted)
  }

  init(_ model: BPR, _ interactions: Interactions, restoring archive: ModelArchive) throws(Diagnostic) {
    bpr = model
    self.interactions = interactions
    sampler = PairwiseSampler(model, interactions.matrix)
    userFactors = try archive.paddedMatrix(
      "userFactors", rowCount: interactions.userCount, columnCount: model.factors + 1)
    itemFactors = try archive.paddedMatrix(
      "itemFactors", rowCount: interactions.itemCount, columnCount: model.factors + 1)
    (history, wasInterrupted) = try archive.history()
  }
}

extension BPR {
  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedBPR(self, interactions, restoring: archive)
  }
}
