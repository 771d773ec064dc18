import Arrow
package import Diagnostics
import Parallelism
import Query
package import Tables

/// Computes a local table and encodes it as an Arrow stream with Spark's types.
enum Upload {
  /// The size limit of an upload. A larger table must be written to a place that the server reads.
  static let mostBytes = 32 << 20

  static func bytes(of plan: Plan) throws(Diagnostic) -> [UInt8] {
    let (table, _) = try Query.execute(plan)
    return try bytes(of: table)
  }

  static func bytes(of table: Table) throws(Diagnostic) -> [UInt8] {
    let estimate = table.schema.fields.reduce(0) { $0 + $1.type.bytesPerValue } * table.rowCount
    guard estimate <= mostBytes else { throw tooLarge(table) }
    var columns: [Column] = []
    for (field, column) in zip(table.schema.fields, table.columns) {
      let wanted = field.type.carried
      guard wanted != field.type else {
        columns.append(column)
        continue
      }
      do throws(Diagnostic) {
        columns.append(try cast(column, to: wanted, .exact))
        guard columns[columns.count - 1].nullCount == column.nullCount else {
          throw Diagnostic("`\(field.name)` has moments between microseconds, which Spark does not keep")
        }
      } catch { throw error.noting("column `\(field.name)` is sent to Spark as \(wanted)") }
    }
    let carried = Table(
      Schema(zip(table.schema.fields, columns).map { Field($0.name, $1.type) }), columns, rowCount: table.rowCount)
    let encoder = ArrowEncoder(carried.schema, compression: nil)
    var bytes = encoder.start(isStream: true)
    // A stream without rows still needs a batch.
    let ranges = carried.rowCount == 0 ? [0..<0] : ArrowEncoder.batches(of: carried)
    for range in ranges { _ = try encoder.append(carried[range], to: &bytes) }
    bytes += encoder.end([], isStream: true)
    guard bytes.count <= mostBytes else { throw tooLarge(table) }
    return bytes
  }

  private static func tooLarge(_ table: Table) -> Diagnostic {
    Diagnostic(
      "a table of \(grouped(table.rowCount)) rows is too large to be sent along with a plan",
      hint: "`save` it where Spark reads it, and `load … on=` that",
      notes: ["up to \(mostBytes >> 20) MB are sent"])
  }
}

/// Collects the rows of a result, which arrive as several Arrow streams.
package final class ReceivedRows {
  private let types: [DataType]
  private var pieces: [[Column]]
  package private(set) var rowCount = 0
  private(set) var byteCount = 0

  package init(_ types: [DataType]) {
    self.types = types
    pieces = types.map { _ in [] }
  }

  package func add(_ bytes: ArraySlice<UInt8>) throws(Diagnostic) {
    byteCount += bytes.count
    try requireAllocation(of: 2 * byteCount)
    let buffer = KeptBytes(bytes)
    let file = try ArrowFile(
      ArrowBytes(
        UnsafeRawBufferPointer(buffer.bytes), owner: buffer, read: { (_, _) throws(Diagnostic) in false },
        release: { _ in }))
    guard file.fields.count == types.count else {
      throw Diagnostic("the server sends \(file.fields.count) columns, and \(types.count) were asked for")
    }
    let segments = (0..<file.starts.count - 1).map {
      ArrowSegment(batch: $0, rows: 0..<file.starts[$0 + 1] - file.starts[$0])
    }
    guard file.rowCount > 0 else { return }
    for index in types.indices {
      let column = try file.column(index, segments)
      pieces[index].append(try column.carried(as: types[index], file.fields[index].name))
    }
    rowCount += file.rowCount
    try Cancellation.current.check()
  }

  /// Returns all rows, with the column types of the plan.
  package func table(_ schema: Schema) throws(Diagnostic) -> Table {
    var columns: [Column] = []
    for (index, field) in schema.fields.enumerated() {
      let column = pieces[index].isEmpty ? .nulls(types[index], count: 0) : try concat(pieces[index])
      pieces[index] = []
      columns.append(column.type == field.type ? column : try cast(column, to: field.type, .strict))
    }
    return Table(schema, columns, rowCount: rowCount)
  }
}

extension Column {
  /// Converts a column to the expected transport type, because servers differ in the width of numbers.
  fileprivate func carried(as wanted: DataType, _ name: String) throws(Diagnostic) -> Column {
    if type == wanted { return self }
    do throws(Diagnostic) { return try cast(self, to: wanted, .strict) } catch {
      if error.kind == .interruption { throw error }
      throw Diagnostic("the server sends \(type) where \(wanted) was asked for", notes: [error.message])
    }
  }
}

/// A copy of bytes at a fixed address.
private final class KeptBytes: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer

  init(_ content: ArraySlice<UInt8>) {
    bytes = .allocate(byteCount: max(1, content.count), alignment: 64)
    bytes.copyBytes(from: content)
  }

  deinit { bytes.deallocate() }
}
