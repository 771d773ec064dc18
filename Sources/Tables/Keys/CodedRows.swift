/// Rows whose codes are read: neighbours, or some from here and there.
enum CodedRows: Sendable {
  case run(Range<Int>)
  case list(ArraySlice<UInt32>)

  var count: Int {
    switch self {
    case .run(let rows): rows.count
    case .list(let rows): rows.count
    }
  }

  subscript(index: Int) -> Int {
    switch self {
    case .run(let rows): rows.lowerBound + index
    case .list(let rows): Int(rows[rows.startIndex + index])
    }
  }

  /// Some of them, by their places.
  subscript(places: Range<Int>) -> CodedRows {
    switch self {
    case .run(let rows): .run(rows.lowerBound + places.lowerBound..<rows.lowerBound + places.upperBound)
    case .list(let rows): .list(rows[rows.startIndex + places.lowerBound..<rows.startIndex + places.upperBound])
    }
  }

  /// Calls `body` with the place of each, and the row.
  @inline(__always)
  func forEach(_ body: (_ place: Int, _ row: Int) -> Void) {
    switch self {
    case .run(let rows): for row in rows { body(row - rows.lowerBound, row) }
    case .list(let rows):
      let rows = rows.span
      for place in rows.indices { body(place, Int(rows[place])) }
    }
  }
}
