package import Diagnostics
import Parallelism
import Tables

/// A search through all rows of a sheet, starting at the cursor. It reports its matches after each row range.
package struct SearchTask: Sendable {
  /// The matches in one row range.
  package struct Event: Sendable {
    package var id: Int
    /// Ascending row numbers.
    package var rows: [Int]
    /// The number of rows searched so far.
    package var scanned: Int
  }

  package let id: Int
  let source: any ViewerSource
  let columns: [Int]
  let matcher: TextMatcher
  /// The first row to search.
  let start: Int
  let isBackwards: Bool
  static let pieceSize = 1 << 16

  /// Searches all rows once.
  ///
  /// - Parameter host: what searches for regular expressions.
  /// - Throws: a cancellation, an error of reading, or a pattern that is none.
  package func run(by host: ViewerHost? = nil, _ report: (Event) -> Void) throws(Diagnostic) {
    let cancellation = Cancellation.current
    var scanned = 0
    for piece in pieces {
      try cancellation.check()
      let table = try source.page(rows: piece, columns: columns)
      var found: [[Int]] = []
      for column in table.columns {
        if case .pattern(let pattern) = matcher.pattern, let host {
          found.append(try host.match(column, pattern))
        } else {
          found.append(try matcher.rows(in: column))
        }
      }
      let rows = found.count == 1 ? found[0] : Set(found.joined()).sorted()
      scanned += piece.count
      report(Event(id: id, rows: rows.map { $0 + piece.lowerBound }, scanned: scanned))
    }
  }

  /// The row ranges in search order: from the start to one end, then the rest.
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
