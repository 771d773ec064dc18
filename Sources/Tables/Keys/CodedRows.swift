/// The rows whose key codes are computed: a contiguous range, or a list of rows in any order.
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

  /// The rows at some positions of this sequence.
  subscript(places: Range<Int>) -> CodedRows {
    switch self {
    case .run(let rows): .run(rows.lowerBound + places.lowerBound..<rows.lowerBound + places.upperBound)
    case .list(let rows): .list(rows[rows.startIndex + places.lowerBound..<rows.startIndex + places.upperBound])
    }
  }

  /// Calls `body` with each position and its row.
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
