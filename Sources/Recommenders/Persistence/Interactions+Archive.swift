import Diagnostics
import LinearAlgebra

extension Interactions {
  func store(in archive: inout ModelArchive) {
    archive.store("matrix", matrix)
    // Its length is the number of items. A plain number could make a damaged file allocate any amount of memory.
    archive.store("usersPerItem", cellsPerItem().map { Int32($0) })
    archive.store("duplicates", duplicates.rawValue)
    archive.store("rowCount", [rowCount])
    if weightsAreCounts { archive.store("weightsAreCounts", [1]) }
    if let multiplicities { archive.store("multiplicities", multiplicities) }
    if let rows {
      archive.store("rows/users", rows.users)
      archive.store("rows/items", rows.items)
      if let weights = rows.weights { archive.store("rows/weights", weights) }
    }
    if let ratings {
      var part = ModelArchive()
      ratings.store(in: &part)
      archive.store("ratings", part: part)
    }
    if let baskets {
      var part = ModelArchive()
      baskets.store(in: &part)
      archive.store("baskets", part: part)
    }
    if let itemFeatures { archive.store("features", itemFeatures) }
    if let totals {
      archive.store("totals/rows", totals.rows)
      archive.store("totals/users", totals.users)
      archive.store("totals/weights", totals.weights)
      archive.store("totals/negativeCells", [totals.negativeCells])
    }
    if let userSeeds { archive.store("userSeeds", userSeeds) }
    if let itemSeeds { archive.store("itemSeeds", itemSeeds) }
  }

  init(restoring archive: ModelArchive) throws(Diagnostic) {
    let usersPerItem = try archive.integers("usersPerItem")
    let matrix = try archive.sparseMatrix("matrix", columnCount: usersPerItem.count)
    var rows: InteractionRows?
    if archive.has("rows/users") {
      let users = try archive.indices("rows/users", in: 0..<matrix.rowCount)
      rows = InteractionRows(
        users: users, items: try archive.indices("rows/items", count: users.count, in: 0..<matrix.columnCount),
        weights: archive.has("rows/weights") ? try archive.doubles("rows/weights", count: users.count) : nil)
    }
    guard let duplicates = DuplicatePolicy(rawValue: try archive.text("duplicates")),
      matrix.values.allSatisfy(\.isFinite), rows?.weights?.allSatisfy(\.isFinite) ?? true
    else { throw .damagedModel("there are interactions without a weight") }
    let weightsAreCounts = archive.has("weightsAreCounts")
    if weightsAreCounts, !matrix.values.allSatisfy({ $0 >= 1 && $0 < 0x1p31 && $0 == $0.rounded() }) {
      throw .damagedModel("a cell has an invalid number of rows")
    }
    self.init(
      matrix: matrix,
      multiplicities: archive.has("multiplicities")
        ? try archive.indices("multiplicities", count: matrix.cellCount, in: 1..<Int(Int32.max)) : nil,
      weightsAreCounts: weightsAreCounts, rows: rows,
      // Rows that lie elsewhere may be more.
      rowCount: try archive.number(
        "rowCount", in: matrix.cellCount...(archive.has("totals/rows") ? Int.max : Int(Int32.max))),
      duplicates: duplicates,
      userSeeds: archive.has("userSeeds") ? try archive.longs("userSeeds", count: matrix.rowCount) : nil,
      itemSeeds: archive.has("itemSeeds") ? try archive.longs("itemSeeds", count: matrix.columnCount) : nil)
    guard cellsPerItem().elementsEqual(usersPerItem, by: { $0 == Int($1) }) else {
      throw .damagedModel("its items have other users than its users have items")
    }
    if archive.has("totals/rows") {
      guard matrix.rowCount == 0 else { throw .damagedModel("its items are counted twice") }
      totals = try ItemTotals(restoring: archive, itemCount: matrix.columnCount)
    }
    if archive.has("features/offsets") {
      itemFeatures = try archive.sparseMatrix("features", columnCount: matrix.columnCount)
    }
    if archive.has("baskets/items") { baskets = try Baskets(restoring: archive.part("baskets"), of: matrix) }
    if archive.has("ratings/userStarts") {
      self = with(
        try Ratings(restoring: archive.part("ratings"), userCount: matrix.rowCount, itemCount: matrix.columnCount))
    }
  }

  /// Whether both are equal in everything that models read.
  func isSame(as other: Interactions) -> Bool {
    cellCount == other.cellCount && matrix.isSame(as: other.matrix) && multiplicities == other.multiplicities
      && weightsAreCounts == other.weightsAreCounts && rowCount == other.rowCount
      && rows?.users == other.rows?.users && rows?.items == other.rows?.items && rows?.weights == other.rows?.weights
      && hasSameRatings(as: other) && hasSameBaskets(as: other)
      && hasSameFeatures(as: other) && totals == other.totals && duplicates == other.duplicates
      && userSeeds == other.userSeeds && itemSeeds == other.itemSeeds
  }
}

extension Interactions {
  private func hasSameRatings(as other: Interactions) -> Bool {
    guard let ratings, let others = other.ratings else { return ratings == nil && other.ratings == nil }
    return ratings.isSame(as: others)
  }

  private func hasSameFeatures(as other: Interactions) -> Bool {
    guard let itemFeatures, let others = other.itemFeatures else {
      return itemFeatures == nil && other.itemFeatures == nil
    }
    return itemFeatures.isSame(as: others)
  }

  private func hasSameBaskets(as other: Interactions) -> Bool {
    guard let baskets, let others = other.baskets else { return baskets == nil && other.baskets == nil }
    return baskets.isSame(as: others)
  }
}

extension ItemTotals {
  fileprivate init(restoring archive: ModelArchive, itemCount: Int) throws(Diagnostic) {
    let rows = try archive.longs("totals/rows", count: itemCount)
    let users = try archive.longs("totals/users", count: itemCount)
    let weights = try archive.doubles("totals/weights", count: itemCount)
    guard (rows + users).allSatisfy({ $0 >= 0 }), weights.allSatisfy(\.isFinite) else {
      throw .damagedModel("an item has an invalid count")
    }
    try self.init(
      rows: rows.map { Int($0) }, users: users.map { Int($0) }, weights: weights,
      negativeCells: archive.number("totals/negativeCells", in: 0...Int.max))
  }
}

extension SparseMatrix {
  fileprivate func isSame(as other: SparseMatrix) -> Bool {
    columnCount == other.columnCount && offsets == other.offsets && columns == other.columns && values == other.values
  }
}

extension ModelArchive {
  mutating func store(_ name: String, _ matrix: SparseMatrix) {
    store("\(name)/offsets", matrix.offsets)
    store("\(name)/columns", matrix.columns)
    store("\(name)/values", matrix.values)
  }

  /// A sparse matrix.
  ///
  /// - Throws: offsets that are not ascending, columns out of range or not ascending within a row.
  func sparseMatrix(_ name: String, rowCount: Int? = nil, columnCount: Int) throws(Diagnostic) -> SparseMatrix {
    let offsets = try longs("\(name)/offsets", count: rowCount.map { $0 + 1 }).map { Int($0) }
    let columns = try indices("\(name)/columns", in: 0..<columnCount)
    let values = try floats("\(name)/values", count: columns.count)
    guard offsets.first == 0, offsets.last == columns.count, zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 })
    else { throw .damagedModel("`\(name)` has rows that overlap") }
    for (start, end) in zip(offsets, offsets.dropFirst()) where start < end {
      for cell in start + 1..<end where columns[cell - 1] >= columns[cell] {
        throw .damagedModel("`\(name)` has cells out of order")
      }
    }
    return SparseMatrix(
      rowCount: offsets.count - 1, columnCount: columnCount, offsets: offsets, columns: columns, values: values)
  }

  mutating func store(_ name: String, _ matrix: PaddedMatrix) { store(name, matrix.values) }

  func paddedMatrix(_ name: String, rowCount: Int, columnCount: Int) throws(Diagnostic) -> PaddedMatrix {
    guard let matrix = PaddedMatrix(rowCount: rowCount, columnCount: columnCount, values: try floats(name)) else {
      throw .damagedModel("`\(name)` is not \(rowCount) × \(columnCount)")
    }
    return matrix
  }
}
