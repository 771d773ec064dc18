public import Diagnostics

extension FittedALS {
  func store(in archive: inout ModelArchive) {
    factors.store(in: &archive)
    archive.store(history, wasInterrupted: wasInterrupted)
  }

  init(_ model: ALS, _ interactions: consuming Interactions, restoring archive: ModelArchive) throws(Diagnostic) {
    als = model
    ratings = try interactions.becomeRatings()
    self.interactions = interactions
    factors = try RatingFactors(restoring: archive, count: model.factors, ratings, mean: ratings.mean)
    (history, wasInterrupted) = try archive.history()
  }
}

extension ALS {
  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedALS(self, interactions, restoring: archive)
  }
}
