import Diagnostics
import Query
import Recommenders
import Tables

/// The fingerprint of a table: its numbers of rows and columns, and hashes of its schema and its values.
///
/// It depends on the values, not on the file: the same table in Parquet and CSV has the same fingerprint if the types
/// agree.
public struct TableFingerprint: Sendable, Hashable {
  var rows: Int
  var columns: Int
  /// The hash of the names and types.
  var schema: UInt64
  /// The hash of the values, in row order.
  var content: UInt64

  /// The form used in the front matter.
  var text: String {
    "\(rows) rows, \(columns) columns, schema \(String(schema, radix: 16)), content \(String(content, radix: 16))"
  }

  /// - Returns: nil if the text is not a fingerprint.
  init?(_ text: String) {
    let words = text.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)
    guard words.count == 8, words[1] == "rows", words[3] == "columns", words[4] == "schema", words[6] == "content",
      let rows = Int(words[0]), let columns = Int(words[2]), let schema = UInt64(words[5], radix: 16),
      let content = UInt64(words[7], radix: 16)
    else { return nil }
    (self.rows, self.columns, self.schema, self.content) = (rows, columns, schema, content)
  }

  /// Reads the whole table, one partition after another.
  ///
  /// - Complexity: O(cells).
  init(of source: any TableSource) throws(Diagnostic) {
    let fields = source.schema.fields.map { "\($0.name)\u{0}\($0.type)" }.joined(separator: "\u{0}")
    (rows, columns, schema) = (source.rowCount, source.schema.count, checksum(of: fields))
    var hashes = [UInt64](repeating: 0, count: columns)
    let step = 1 << 18
    for first in stride(from: 0, to: rows, by: step) {
      let part = try Query.execute(.slice(.scan(source), offset: first, count: min(step, rows - first))).table
      for (index, column) in part.columns.enumerated() { hashes[index] = column.hash(after: hashes[index]) }
    }
    content = hashOfWords(hashes, after: 0)
  }
}

private func hashOfWords(_ words: [UInt64], after seed: UInt64) -> UInt64 {
  words.withUnsafeBytes { XXHash64.hash($0, seed: seed) }
}

extension Column {
  /// The hash of the values, continued from `seed`. Values stored in place of nulls do not matter.
  fileprivate func hash(after seed: UInt64) -> UInt64 {
    let hash = hashOfWords(words, after: seed)
    guard nullCount > 0 else { return hash }
    return hashOfWords((0..<count).map { isNull($0) ? 1 : 0 }, after: hash)
  }

  /// One or two 64-bit words for each row.
  private var words: [UInt64] {
    func each(_ word: (Int) -> UInt64) -> [UInt64] { (0..<count).map { isNull($0) ? 0 : word($0) } }
    switch values {
    case .null: return [UInt64(count)]
    case .bool(let bits): return each { bits[$0] ? 1 : 0 }
    case .i8(let buffer): return each { UInt64(truncatingIfNeeded: buffer[$0]) }
    case .i16(let buffer): return each { UInt64(truncatingIfNeeded: buffer[$0]) }
    case .i32(let buffer): return each { UInt64(truncatingIfNeeded: buffer[$0]) }
    case .i64(let buffer): return each { UInt64(truncatingIfNeeded: buffer[$0]) }
    case .u8(let buffer): return each { UInt64(buffer[$0]) }
    case .u16(let buffer): return each { UInt64(buffer[$0]) }
    case .u32(let buffer): return each { UInt64(buffer[$0]) }
    case .u64(let buffer): return each { buffer[$0] }
    case .f32(let buffer): return each { UInt64(buffer[$0].bitPattern) }
    case .f64(let buffer): return each { buffer[$0].bitPattern }
    case .i128(let buffer):
      return each { UInt64(truncatingIfNeeded: buffer[$0]) } + each { UInt64(truncatingIfNeeded: buffer[$0] >> 64) }
    case .text(let text):
      // Codes depend on the file, so texts are hashed instead.
      var known = [UInt64?](repeating: nil, count: text.dictionary.count)
      return (0..<count).map { row in
        if isNull(row) { return 0 }
        let code = Int(text.codes[row])
        if let hash = known[code] { return hash }
        let hash = text.dictionary[code].bytes.withUnsafeBufferPointer { XXHash64.hash(UnsafeRawBufferPointer($0)) }
        known[code] = hash
        return hash
      }
    case .list(let lists):
      let ends = each { UInt64(lists.range($0).count) }
      let first = lists.offsets[0]
      let last = lists.offsets[lists.offsets.count - 1]
      return ends + [lists.child[first..<last].hash(after: 0)]
    case .structure(let columns, _): return columns.map { $0.hash(after: 0) }
    }
  }
}
