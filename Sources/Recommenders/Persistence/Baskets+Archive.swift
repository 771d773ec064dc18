import Diagnostics
import LinearAlgebra

extension Baskets {
  func store(in archive: inout ModelArchive) {
    archive.store("userOffsets", userOffsets)
    archive.store("offsets", offsets)
    archive.store("items", items)
    if let weights { archive.store("weights", weights) }
    if let ticks { archive.store("ticks", ticks) }
    if let ticksPerDay { archive.store("ticksPerDay", [ticksPerDay]) }
    archive.store("arrivals", arrivals)
  }

  /// The baskets of an archive.
  ///
  /// - Throws: baskets that overlap, are out of order, or have other items than the users have in `matrix`.
  init(restoring archive: ModelArchive, of matrix: SparseMatrix) throws(Diagnostic) {
    let items = try archive.indices("items", in: 0..<matrix.columnCount)
    let offsets = try archive.longs("offsets").map { Int($0) }
    let userOffsets = try archive.longs("userOffsets", count: matrix.rowCount + 1).map { Int($0) }
    let arrivals = try archive.indices("arrivals", count: matrix.columnCount, in: 0..<matrix.columnCount)
    // The count may be the greatest number there is: nothing is added to it.
    guard let count = userOffsets.last, userOffsets.first == 0, offsets.count - 1 == count, offsets.first == 0,
      offsets.last == items.count, zip(userOffsets, userOffsets.dropFirst()).allSatisfy({ $0 <= $1 }),
      zip(offsets, offsets.dropFirst()).allSatisfy({ $0 < $1 }), Set(arrivals).count == arrivals.count
    else { throw .damagedModel("its baskets overlap") }
    let ticks = archive.has("ticks") ? try archive.longs("ticks", count: count) : nil
    let ticksPerDay = archive.has("ticksPerDay") ? try archive.doubles("ticksPerDay", count: 1)[0] : nil
    let weights = archive.has("weights") ? try archive.floats("weights", count: items.count) : nil
    guard ticksPerDay.map({ $0.isFinite && $0 > 0 }) ?? true, weights?.allSatisfy(\.isFinite) ?? true else {
      throw .damagedModel("its baskets have no time or weight")
    }
    self.init(
      userOffsets: userOffsets, offsets: offsets, items: items, weights: weights, ticks: ticks,
      ticksPerDay: ticksPerDay, arrivals: arrivals)
    for user in 0..<matrix.rowCount {
      let own = baskets(of: user)
      if let ticks, own.count > 1 {
        for basket in own.dropFirst() where ticks[basket - 1] > ticks[basket] {
          throw .damagedModel("its baskets are out of order")
        }
      }
      guard Set(items[rows(ofUser: user)]).sorted() == Array(matrix.columns(ofRow: user)) else {
        throw .damagedModel("its baskets hold other items than its users have")
      }
    }
  }

  func isSame(as other: Baskets) -> Bool {
    userOffsets == other.userOffsets && offsets == other.offsets && items == other.items && weights == other.weights
      && ticks == other.ticks && ticksPerDay == other.ticksPerDay && arrivals == other.arrivals
  }
}
