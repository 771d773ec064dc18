import Diagnostics
import Parallelism
import Tables

/// Settings that all open files share.
public enum Formats {
  private static let budget = Atomic<Int>(usualMemoryBudget)

  /// Half of the memory that the process may use.
  public static let usualMemoryBudget = max(1 << 26, availableMemory / 2)

  /// The most bytes of decoded columns that open files may keep. The least recently used columns are dropped first.
  public static var memoryBudget: Int {
    get { budget.load(ordering: .relaxed) }
    set {
      budget.store(max(0, newValue), ordering: .relaxed)
      DecodedColumns.shared.trim()
    }
  }
}

/// A source that decodes its columns when they are needed.
protocol DecodedSource: TableSource {
  /// The approximate size in bytes of these columns in memory.
  func decodedSize(_ columns: Set<Int>) -> Int

  /// Whether all values that were read of a column are null, so that it fits any type.
  func isAllNull(_ column: Int) -> Bool
}

extension DecodedSource {
  func isAllNull(_ column: Int) -> Bool { false }

  func fitsMemory(_ columns: Set<Int>) -> Bool { decodedSize(columns) <= Formats.memoryBudget }

  func rowsThatFit(_ columns: Set<Int>) -> Int {
    let size = decodedSize(columns)
    guard size > 0 else { return .max }
    return max(1, Int(Double(Formats.memoryBudget) / Double(size) * Double(rowCount)))
  }
}

/// The decoded columns of one source.
final class ColumnCache: Sendable {
  private let id = DecodedColumns.shared.register()

  deinit { DecodedColumns.shared.forget(id) }

  /// Returns all of these columns, or nil if one is not in the cache.
  func cached(_ indices: [Int]) -> [Column]? {
    var columns: [Column] = []
    for index in indices {
      guard let column = DecodedColumns.shared.column(id, index) else { return nil }
      columns.append(column)
    }
    return columns
  }

  func contains(_ index: Int) -> Bool { DecodedColumns.shared.contains(id, index) }

  /// Returns the columns. Those that are missing are decoded by `decode` and kept.
  func columns(
    _ indices: [Int], decode: ([Int]) throws(Diagnostic) -> [Column]
  ) throws(Diagnostic) -> [Column] {
    var found: [Int: Column] = [:]
    for index in indices { found[index] = DecodedColumns.shared.column(id, index) }
    var missing: [Int] = []
    for index in indices where found[index] == nil && !missing.contains(index) { missing.append(index) }
    if !missing.isEmpty {
      for (index, column) in zip(missing, try decode(missing)) {
        found[index] = column
        DecodedColumns.shared.keep(column, id, index)
      }
    }
    return indices.compactMap { found[$0] }
  }
}

/// The decoded columns of all sources; they share one memory budget.
private final class DecodedColumns: Sendable {
  static let shared = DecodedColumns()

  private struct Key: Hashable {
    var source: Int
    var column: Int
  }

  private struct Entry {
    var column: Column
    var byteCount: Int
    var lastUse: Int
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    /// Which columns of each source are kept.
    var columns: [Int: Set<Int>] = [:]
    var byteCount = 0
    var clock = 0
    var sources = 0

    mutating func remove(_ key: Key) {
      guard let entry = entries.removeValue(forKey: key) else { return }
      byteCount -= entry.byteCount
      columns[key.source]?.remove(key.column)
    }

    mutating func trim(to budget: Int) {
      while byteCount > budget, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
        remove(oldest.key)
      }
    }
  }

  private let state = Mutex(State())

  func register() -> Int {
    state.withLock { state in
      state.sources += 1
      return state.sources
    }
  }

  func forget(_ source: Int) {
    state.withLock { state in
      for column in state.columns.removeValue(forKey: source) ?? [] {
        state.remove(Key(source: source, column: column))
      }
    }
  }

  func contains(_ source: Int, _ column: Int) -> Bool {
    state.withLock { $0.entries[Key(source: source, column: column)] != nil }
  }

  func column(_ source: Int, _ column: Int) -> Column? {
    state.withLock { state in
      state.clock += 1
      let key = Key(source: source, column: column)
      guard let found = state.entries[key]?.column else { return nil }
      state.entries[key]?.lastUse = state.clock
      return found
    }
  }

  func keep(_ column: Column, _ source: Int, _ index: Int) {
    let byteCount = column.byteCount
    guard byteCount <= Formats.memoryBudget else { return }
    state.withLock { state in
      let key = Key(source: source, column: index)
      state.remove(key)
      state.clock += 1
      state.entries[key] = Entry(column: column, byteCount: byteCount, lastUse: state.clock)
      state.columns[source, default: []].insert(index)
      state.byteCount += byteCount
      state.trim(to: Formats.memoryBudget)
    }
  }

  func trim() { state.withLock { $0.trim(to: Formats.memoryBudget) } }
}
