import Diagnostics

extension RatingFactors {
  func store(in archive: inout ModelArchive) {
    archive.store("userFactors", users)
    archive.store("itemFactors", items)
    if mean != nil {
      archive.store("userDeviations", userDeviations)
      archive.store("itemDeviations", itemDeviations)
    }
  }

  init(restoring archive: ModelArchive, count: Int, _ ratings: Ratings, mean: Double?) throws(Diagnostic) {
    self.init(
      count: count, users: try archive.doubles("userFactors", count: ratings.userCount * count),
      items: try archive.doubles("itemFactors", count: ratings.itemCount * count), mean: mean)
    guard mean != nil else { return }
    userDeviations = try archive.doubles("userDeviations", count: ratings.userCount)
    itemDeviations = try archive.doubles("itemDeviations", count: ratings.itemCount)
  }
}
