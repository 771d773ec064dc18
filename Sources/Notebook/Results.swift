import Query
import Tables

/// `Out[n]`: the last value of every cell, within a memory limit.
///
/// A long session prints many tables that have no name; kept forever, they would fill the memory. The oldest are
/// freed first, and using a freed one gives an error that says so. Never freed are the last two results (`_` and
/// `__`), values of variables, and small values.
struct Results: Sendable {
  /// Values smaller than this many bytes are never freed.
  private static let smallest = 1 << 20

  private var values: [Int: NotebookValue] = [:]
  /// The last result and the one before it, of any cells: `_` and `__`.
  private var latest: [(cell: Int, value: NotebookValue)] = []
  /// The sizes in bytes of the results that may be freed.
  private var weights: [Int: Int] = [:]
  /// Cells whose results were freed.
  private var gone: Set<Int> = []

  subscript(cell: Int) -> NotebookValue? {
    get { values[cell] }
    set {
      values[cell] = newValue
      if let newValue {
        latest = [(cell, newValue)] + latest.prefix(1)
      } else {
        latest.removeAll { $0.cell == cell }
        for (cell, value) in values.sorted(by: { $0.key > $1.key }) where latest.count < 2 {
          if !latest.contains(where: { $0.cell == cell }) { latest.append((cell, value)) }
        }
      }
      let weight = newValue?.computedByteCount ?? 0
      weights[cell] = weight < Results.smallest ? nil : weight
    }
  }

  /// Makes a value the last result `_`, without assigning it to a cell.
  mutating func pass(_ value: NotebookValue) { latest = [(0, value)] + latest.prefix(1) }

  /// Frees the results that another state of the same session has freed.
  mutating func letGo(as other: Results) {
    for cell in other.gone where values[cell] != nil && other.values[cell] == nil {
      values[cell] = nil
      weights[cell] = nil
      gone.insert(cell)
    }
  }

  /// The number of the last cell with a result; 0 if there is none.
  var lastCell: Int { values.keys.max() ?? 0 }

  /// The last result, or the one before it.
  func last(before: Int = 0) -> NotebookValue? { before < latest.count ? latest[before].value : nil }

  /// Whether the result of a cell was freed.
  func isGone(_ cell: Int) -> Bool { gone.contains(cell) }

  /// Frees the oldest results until the others fit the limit.
  ///
  /// - Parameter named: cells whose results are values of variables; freeing these would free no memory.
  mutating func trim(to byteCount: Int, named cells: some Sequence<Int>) {
    // The usual case: everything fits.
    guard weights.values.reduce(0, +) > byteCount else { return }
    let named = Set(cells)
    let latest = values.keys.sorted().suffix(2)
    let candidates = weights.keys.filter { !named.contains($0) }.sorted()
    var total = candidates.reduce(0) { $0 + weights[$1, default: 0] }
    for cell in candidates where total > byteCount && !latest.contains(cell) {
      total -= weights.removeValue(forKey: cell) ?? 0
      values[cell] = nil
      gone.insert(cell)
    }
  }
}

extension NotebookValue {
  /// The memory of a computed value. Columns of a file belong to the file, whoever reads them.
  fileprivate var computedByteCount: Int {
    switch self {
    case .table(.scan(let source)) where !(source is TableInMemory): 0
    case .several(let values): values.reduce(0) { $0 + $1.computedByteCount }
    default: byteCount
    }
  }
}
