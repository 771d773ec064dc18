import Diagnostics
import Parallelism

/// A column brought into the order of slices, one range of them after the other.
///
/// Where rows are partitioned, their values are first written partition by partition: of as many partitions at once as
/// take 4 bytes a row.
struct ColumnArrangement {
  private let slices: GroupSlices
  /// The rows that are brought into order; nil where nothing but a list of rows can do it.
  private let rows: PartitionableValues?
  private let column: Column
  /// Values in the order of some partitions.
  private var partitioned: (partitions: Range<Int>, values: PartitionableValues)?

  init(of column: Column, _ slices: GroupSlices) throws(Diagnostic) {
    self.column = column
    rows = slices.partitions == nil ? nil : try PartitionableValues(column)
    self.slices = rows == nil ? try slices.byRows() : slices
  }

  /// The rows of some slices, and those slices of them.
  ///
  /// - Precondition: the range is one of the slices' `ranges`, or all of them.
  mutating func slices(_ range: Range<Int>) throws(Diagnostic) -> (column: Column, slices: GroupSlices) {
    guard let rows, let partitions = slices.partitions else { return try slices.arranged(column, range) }
    let order = try partitions.order()
    let wanted = order.partitions(of: range)
    if partitioned.map({ !$0.partitions.contains(wanted) }) ?? true {
      partitioned = nil
      let some = order.partitions(from: wanted, bytesPerRow: rows.byteWidth)
      partitioned = (some, try rows.transformed(by: ByPartition(order: order, partitions: some)))
    }
    guard let partitioned else { return (column, slices) }
    let positions = order.positions(of: wanted)
    let start = order.starts[partitioned.partitions.lowerBound]
    var own = partitioned.values[positions.lowerBound - start..<positions.upperBound - start]
    if !order.locals.isEmpty { own = try own.transformed(by: WithinPartitions(order: order, partitions: wanted)) }
    var arranged = try own.column(like: column)
    if let kept = slices.kept { arranged = try filter(arranged, kept.arranged(by: partitions)[positions]) }
    return (arranged, slices.neighbours(range))
  }
}

extension Range<Int> {
  fileprivate func contains(_ other: Range<Int>) -> Bool {
    lowerBound <= other.lowerBound && other.upperBound <= upperBound
  }
}

extension PartitionedOrder {
  /// Some partitions and as many that follow them as take 4 bytes a row of the table.
  fileprivate func partitions(from wanted: Range<Int>, bytesPerRow: Int) -> Range<Int> {
    let most = numbers.count * 4 / bytesPerRow + 1
    var end = wanted.upperBound
    while end < partitionCount, starts[end + 1] - starts[wanted.lowerBound] <= most { end += 1 }
    return wanted.lowerBound..<end
  }
}

/// A column's values and validity as whole bytes, which can be written row by row by several threads.
private struct PartitionableValues {
  private let values: ColumnValues
  private let validity: Buffer<UInt8>?

  private init(_ values: ColumnValues, validity: Buffer<UInt8>?) {
    self.values = values
    self.validity = validity
  }

  /// nil of lists, structures and nothing but nulls.
  init?(_ column: Column) throws(Diagnostic) {
    switch column.values {
    case .null, .list, .structure: return nil
    case .bool(let bits): values = .u8(try bits.bytes())
    default: values = column.values
    }
    validity = try column.validity.map { (bits) throws(Diagnostic) in try bits.bytes() }
  }

  /// The bytes of a row.
  var byteWidth: Int {
    let own =
      switch values {
      case .i8, .u8: 1
      case .i16, .u16: 2
      case .i64, .u64, .f64: 8
      case .i128: 16
      default: 4
      }
    return own + (validity == nil ? 0 : 1)
  }

  subscript(range: Range<Int>) -> PartitionableValues {
    PartitionableValues(values[range], validity: validity?[range])
  }

  func transformed<Transform: BufferTransform>(
    by transform: Transform
  ) throws(Transform.Failure) -> PartitionableValues {
    PartitionableValues(
      try values.transformed(by: transform) ?? values,
      validity: try validity.map { (bytes) throws(Transform.Failure) in try transform.apply(bytes) })
  }

  func column(like column: Column) throws(Diagnostic) -> Column {
    let bits = try validity.map { (bytes) throws(Diagnostic) in try Bitmap.ofRows(bytes.count) { bytes[$0] != 0 } }
    if case .bool = column.values, case .u8(let bytes) = values {
      return Column(.bool, .bool(try Bitmap.ofRows(bytes.count) { bytes[$0] != 0 }), validity: bits)
    }
    return Column(column.type, values, validity: bits)
  }
}

extension Bitmap {
  /// A byte a bit.
  func bytes() throws(Diagnostic) -> Buffer<UInt8> {
    Buffer(
      try buildArray(count: count, grain: rowGrain, of: UInt8.self) { (rows, bytes) in
        let words = words.span
        for row in rows {
          bytes[row - rows.lowerBound] = UInt8(truncatingIfNeeded: words[row >> 6] &>> UInt64(row & 63)) & 1
        }
      })
  }
}
