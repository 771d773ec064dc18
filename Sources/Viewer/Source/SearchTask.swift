package import Diagnostics
import Parallelism
import Tables

/// A search through all rows of a sheet, outward from the cursor, in pieces that are told as they are done.
package struct SearchTask: Sendable {
  /// What a piece of the table held.
  package struct Event: Sendable {
    package var id: Int
    /// Ascending.
    package var rows: [Int]
    /// Rows looked at so far.
    package var scanned: Int
  }

  package let id: Int
  let source: any ViewerSource
  let columns: [Int]
  let matcher: TextMatcher
  /// Where it begins; the row itself comes last, or first where it may be the answer.
  let start: Int
  let isBackwards: Bool
  static let pieceSize = 1 << 16

  /// Looks through all rows, once.
  ///
  /// - Throws: the interruption, or what a file did not hold.
  package func run(_ report: (Event) -> Void) throws(Diagnostic) {
    let cancellation = Cancellation.current
    var scanned = 0
    for piece in pieces {
      try cancellation.check()
      let table = try source.page(rows: piece, columns: columns)
      var found: [[Int]] = []
      for column in table.columns { found.append(try matcher.rows(in: column)) }
      let rows = found.count == 1 ? found[0] : Set(found.joined()).sorted()
      scanned += piece.count
      report(Event(id: id, rows: rows.map { $0 + piece.lowerBound }, scanned: scanned))
    }
  }

  /// Runs of rows in the order they are looked at: from the start to one end, then from the other.
  var pieces: [Range<Int>] {
    let count = source.rowCount
    let middle = max(0, min(start, count))
    func cut(_ range: Range<Int>) -> [Range<Int>] {
      stride(from: range.lowerBound, to: range.upperBound, by: Self.pieceSize).map {
        $0..<min(range.upperBound, $0 + Self.pieceSize)
      }
    }
    if !isBackwards { return cut(middle..<count) + cut(0..<middle) }
    return Array(cut(0..<middle).reversed() + cut(middle..<count).reversed())
  }
}
