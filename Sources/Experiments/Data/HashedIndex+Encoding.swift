import Diagnostics
import Parallelism
import Tables

extension HashedIndex {
  private static let grain = 1 << 20

  /// The distinct values, ascending, and the position of every row's value among them: −1 for nulls.
  ///
  /// Each chunk of rows numbers its values in first-occurrence order. When all values are known, these numbers are
  /// replaced by positions.
  static func encoding<Element: FixedWidthInteger & ColumnElement>(
    _ values: Buffer<Element>, validity: Bitmap?, isNarrow: Bool
  ) throws(Diagnostic) -> (index: HashedIndex, places: [Int32]) {
    var found: [[Int64]] = []
    var places = try fillArray(count: values.count, of: Int32.self) { (places) throws(Diagnostic) in
      found = try mapChunks(of: values.count, grain: grain) { (range) throws(Diagnostic) in
        try places.withRows(range) { (places) in
          var index = HashedIndex([], isNarrow: isNarrow)
          let numbers = values.span
          for row in range {
            let isThere = validity.map { $0[row] } ?? true
            places[row - range.lowerBound] =
              isThere ? index.placeInserting(Int64(truncatingIfNeeded: numbers[row])) : -1
          }
          return index.numbers
        }
      }
    }
    var all = HashedIndex([], isNarrow: isNarrow)
    for part in found { for number in part { _ = all.placeInserting(number) } }
    let index = HashedIndex(all.numbers.sorted(), isNarrow: isNarrow)
    let finals = found.map { $0.map(index.place) }
    try updateArray(&places, grain: grain) { (range, places) in
      let final = finals[range.lowerBound / grain]
      let map = final.span
      for row in places.indices where places[row] >= 0 { places[row] = map[Int(places[row])] }
    }
    return (index, places)
  }
}
