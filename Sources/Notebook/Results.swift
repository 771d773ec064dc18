import Query
import Tables

/// `Out[n]`: the last value of every cell, as far back as the memory for them reaches.
///
/// A long session at a prompt looks at many tables that nobody names; kept for ever they would fill the machine. What
/// is oldest goes first, and asking for it later says so. Never let go: the last two (`_` and `__`), what a name still
/// holds, and what takes next to nothing.
struct Results: Sendable {
  /// Values of less than this are kept for ever, bytes.
  private static let smallest = 1 << 20

  private var values: [Int: NotebookValue] = [:]
  /// The last value and the one before, whatever cells they are of: `_` and `__`.
  private var latest: [(cell: Int, value: NotebookValue)] = []
  /// The memory of those that can be let go, bytes.
  private var weights: [Int: Int] = [:]
  /// Cells whose values were let go.
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

  /// Makes a value `_` that is the result of no cell.
  mutating func pass(_ value: NotebookValue) { latest = [(0, value)] + latest.prefix(1) }

  /// Lets go of what another state of the same session let go of.
  mutating func letGo(as other: Results) {
    for cell in other.gone where values[cell] != nil && other.values[cell] == nil {
      values[cell] = nil
      weights[cell] = nil
      gone.insert(cell)
    }
  }

  /// The number of the last cell that has a value, 0 before the first.
  var lastCell: Int { values.keys.max() ?? 0 }

  /// The last value, or the one before it.
  func last(before: Int = 0) -> NotebookValue? { before < latest.count ? latest[before].value : nil }

  /// Whether a cell had a value that memory was needed for.
  func isGone(_ cell: Int) -> Bool { gone.contains(cell) }

  /// Lets go of the oldest until the others fit.
  ///
  /// - Parameter named: the cells whose values names hold: letting them go would free nothing.
  mutating func trim(to byteCount: Int, named cells: some Sequence<Int>) {
    // Most of the time all of them fit.
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
  /// The memory that was taken to compute it; a file's columns are the file's, whoever looks at them.
  fileprivate var computedByteCount: Int {
    switch self {
    case .table(.scan(let source)) where !(source is TableInMemory): 0
    case .several(let values): values.reduce(0) { $0 + $1.computedByteCount }
    default: byteCount
    }
  }
}
