import Tables

/// What carries over from the old rows of a sheet to its new ones: the marks and the position of the cursor.
package struct KeptRows: Sendable, Hashable {
  package var marks = RowSet()
  package var cursor = 0

  package init() {}

  /// Finds the rows of `old` among those of `new`. If the rows do not correspond, nothing carries over.
  ///
  /// - Complexity: O(rows) if marks or a cursor must be found.
  init(marks: RowSet, cursor: Int, of old: any ViewerSource, in new: any ViewerSource, after stage: Stage?) {
    switch stage {
    case .with where new.rowCount == old.rowCount, .select:
      (self.marks, self.cursor) = (marks, cursor)
      return
    case .verb: return
    case .with, .sort, .filter, .summary, nil: break
    }
    guard !marks.isEmpty || cursor > 0, let before = NumberedRows(old), let after = NumberedRows(new),
      before.base == after.base
    else { return }
    if !marks.isEmpty { self.marks = after.positions(in: before.numbers(of: marks.ranges)) }
    // After a sort, the cursor goes to the first row; after a filter, it stays at its row.
    if case .sort = stage { return }
    let place = after.positions(in: before.numbers(of: [cursor..<cursor + 1])).ranges.first?.lowerBound
    let above = place == nil ? after.positions(in: before.numbers(of: [0..<cursor])).count : 0
    self.cursor = max(0, min(place ?? above, new.rowCount - 1))
  }
}

/// A source's rows, numbered by their positions in the base table.
struct NumberedRows {
  let base: ObjectIdentifier
  private let baseCount: Int
  private let rows: [UInt32]?
  private let count: Int

  init?(_ source: any ViewerSource) {
    guard let source = (source as? SourcePages)?.source else { return nil }
    let selection = source.selection ?? RowSelection(source, rows: nil)
    base = ObjectIdentifier(selection.base)
    baseCount = selection.base.rowCount
    rows = selection.rows
    count = source.rowCount
  }

  /// The row of the base table at a position here.
  func number(of place: Int) -> Int { rows.map { Int($0[place]) } ?? place }

  /// The position of a row of the base table here; nil if it is not among these rows.
  func position(of number: Int) -> Int? {
    guard let rows else { return number < count ? number : nil }
    return UInt32(exactly: number).flatMap { rows.firstIndex(of: $0) }
  }

  /// One flag for each row of the base table: whether it is among these rows here.
  func numbers(of places: [Range<Int>]) -> [Bool] {
    var numbers = [Bool](repeating: false, count: baseCount)
    for range in places {
      for place in range.clamped(to: 0..<count) { numbers[rows.map { Int($0[place]) } ?? place] = true }
    }
    return numbers
  }

  /// The positions of rows of the base table here.
  func positions(in numbers: [Bool]) -> RowSet {
    var found = RowSet()
    if let rows {
      for (place, row) in rows.enumerated() where numbers[Int(row)] { found.append(place) }
    } else {
      for place in 0..<count where numbers[place] { found.append(place) }
    }
    return found
  }
}
