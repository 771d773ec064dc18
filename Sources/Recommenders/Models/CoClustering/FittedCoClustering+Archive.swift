public import Diagnostics

extension FittedCoClustering {
  func store(in archive: inout ModelArchive) {
    archive.store("userClusters", userClusters.map { Int32($0) })
    archive.store("itemClusters", itemClusters.map { Int32($0) })
    archive.store(history, wasInterrupted: wasInterrupted)
  }

  /// Means and averages follow from the assignments.
  init(_ model: CoClustering, _ interactions: consuming Interactions, restoring archive: ModelArchive)
    throws(Diagnostic)
  {
    coClustering = model
    ratings = try interactions.becomeRatings()
    self.interactions = interactions
    userMeans = ratings.userMeans(truncating: true)
    itemMeans = ratings.itemMeans(truncating: true)
    userClusters = try archive.indices(
      "userClusters", count: ratings.userCount, in: 0..<model.userClusters
    ).map { Int($0) }
    itemClusters = try archive.indices(
      "itemClusters", count: ratings.itemCount, in: 0..<model.itemClusters
    ).map { Int($0) }
    averages = ClusterAverages(ratings, userClusters, itemClusters, model)
    (history, wasInterrupted) = try archive.history()
  }
}

extension CoClustering {
  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedCoClustering(self, interactions, restoring: archive)
  }
}
