public import Diagnostics

extension FittedSVDpp {
  func store(in archive: inout ModelArchive) {
    factors.store(in: &archive)
    archive.store("ownFactors", ownFactors)
    archive.store("impliedFactors", impliedFactors)
    archive.store(history, wasInterrupted: wasInterrupted)
  }

  init(_ model: SVDpp, _ interactions: consuming Interactions, restoring archive: ModelArchive) throws(Diagnostic) {
    svd = model
    ratings = try interactions.becomeRatings(byItem: false)
    self.interactions = interactions
    factors = try RatingFactors(restoring: archive, count: model.factors, ratings, mean: ratings.mean)
    ownFactors = try archive.doubles("ownFactors", count: ratings.userCount * model.factors)
    impliedFactors = try archive.doubles("impliedFactors", count: ratings.itemCount * model.factors)
    (history, wasInterrupted) = try archive.history()
  }
}

extension SVDpp {
  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedSVDpp(self, interactions, restoring: archive)
  }
}
