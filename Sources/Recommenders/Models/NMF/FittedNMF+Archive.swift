public import Diagnostics

extension FittedNMF {
  func store(in archive: inout ModelArchive) {
    factors.store(in: &archive)
    archive.store(history, wasInterrupted: wasInterrupted)
  }

  init(_ model: NMF, _ interactions: consuming Interactions, restoring archive: ModelArchive) throws(Diagnostic) {
    nmf = model
    ratings = try interactions.becomeRatings(byItem: false)
    self.interactions = interactions
    factors = try RatingFactors(restoring: archive, count: model.factors, ratings, mean: nil)
    (history, wasInterrupted) = try archive.history()
  }
}

extension NMF {
  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedNMF(self, interactions, restoring: archive)
  }
}
