public import Diagnostics

extension FittedSVD {
  func store(in archive: inout ModelArchive) {
    factors.store(in: &archive)
    archive.store(history, wasInterrupted: wasInterrupted)
  }

  init(_ model: SVD, _ interactions: consuming Interactions, restoring archive: ModelArchive) throws(Diagnostic) {
    svd = model
    ratings = try interactions.becomeRatings(byItem: false)
    self.interactions = interactions
    factors = try RatingFactors(
      restoring: archive, count: model.factors, ratings, mean: model.isBiased ? ratings.mean : nil)
    (history, wasInterrupted) = try archive.history()
  }
}

extension SVD {
  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedSVD(self, interactions, restoring: archive)
  }
}
