import Diagnostics
import Parallelism
import Tables

/// A cache of decoded columns by partition, with a memory limit.
final class PageCache: Sendable {
  struct Key: Hashable {
    var column: Int
    var partition: Int
  }

  private struct Contents {
    var columns: [Key: (column: Column, bytes: Int)] = [:]
    /// Keys from the least to the most recently used.
    var order: [Key] = []
    var bytes = 0
    var decoded = SourcePages.Decoded()
  }

  private let contents = Mutex(Contents())
  private let budget: Int

  init(budget: Int) { self.budget = budget }

  var decoded: SourcePages.Decoded { contents.withLock { $0.decoded } }

  func contains(_ key: Key) -> Bool { contents.withLock { $0.columns[key] != nil } }

  func column(_ key: Key, decode: () throws(Diagnostic) -> Column) throws(Diagnostic) -> Column {
    let known = contents.withLock { contents in
      guard let entry = contents.columns[key] else { return nil as Column? }
      contents.order.removeAll { $0 == key }
      contents.order.append(key)
      return entry.column
    }
    if let known { return known }
    let column = try decode()
    let bytes = column.byteCount
    contents.withLock { contents in
      contents.decoded.columns += 1
      contents.decoded.rows += column.count
      // Two threads may have read the same page at the same time.
      if contents.columns[key] != nil { return }
      contents.columns[key] = (column, bytes)
      contents.order.append(key)
      contents.bytes += bytes
      while contents.bytes > budget, contents.order.count > 1 {
        let oldest = contents.order.removeFirst()
        contents.bytes -= contents.columns.removeValue(forKey: oldest)?.bytes ?? 0
      }
    }
    return column
  }
}
