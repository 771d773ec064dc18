import Diagnostics
import Parallelism

/// Rows by the groups they belong to, without a list of row numbers: every row has a number of 16 bits, and columns are
/// brought into the order of groups by writing each value where its number says.
///
/// Values are written once to at most some thousand partitions, each in the order of rows, and once more within a
/// partition that holds several groups, in the cache. A list of row numbers would read every column from here and there.
final class RowPartitions: Sendable {
  let rowCount: Int
  /// Where every group starts once rows stand group by group, and the count.
  let offsets: Buffer<Int>
  /// By row, in the order of the table: its group, or, where groups are many, its partition.
  let numbers: [UInt16]
  /// Whether `numbers` are groups.
  let isNumberedByGroup: Bool
  private let known: Mutex<PartitionedOrder?>

  var groupCount: Int { offsets.count - 1 }

  /// Rows whose groups are known by number.
  init(groups numbers: [UInt16], offsets: [Int]) {
    rowCount = numbers.count
    self.offsets = Buffer(offsets)
    self.numbers = numbers
    isNumberedByGroup = true
    known = Mutex(nil)
  }

  /// Rows that are partitioned already, and grouped within each partition.
  init(_ order: PartitionedOrder) {
    rowCount = order.numbers.count
    offsets = order.offsets
    numbers = order.numbers
    isNumberedByGroup = false
    known = Mutex(order)
  }

  /// The first group of every partition, and the count.
  var firstGroups: [Int] { known.withLock { $0?.firstGroups } ?? PartitionedOrder.firstGroups(groupCount) }

  /// Where rows stand by partitions; found when it is first asked for.
  func order() throws(Diagnostic) -> PartitionedOrder {
    if let order = known.withLock({ $0 }) { return order }
    let order = try PartitionedOrder(groups: numbers, offsets: offsets)
    known.withLock { $0 = order }
    return order
  }
}

/// Some of the rows that are partitioned.
final class KeptRows: Sendable {
  /// Whether a row is one of them, in the order of the table.
  let bits: Bitmap
  private let known = Mutex<Bitmap?>(nil)

  init(_ bits: Bitmap) { self.bits = bits }

  /// The same in the order of the groups; found when it is first asked for.
  func arranged(by partitions: RowPartitions) throws(Diagnostic) -> Bitmap {
    if let bits = known.withLock({ $0 }) { return bits }
    let arranged = try GroupSlices(partitions).arranged(Column(.bool, .bool(bits))).values.bits
    known.withLock { $0 = arranged }
    return arranged
  }
}

/// Where every row stands among those of its partition, and every group in its partition.
struct PartitionedOrder: Sendable {
  /// By row; the bits above `shift` are its partition.
  let numbers: [UInt16]
  let shift: UInt16
  /// How many rows write at once: those of a range stand together in every partition.
  let rangeBits: Int
  /// Where every range starts in each partition.
  let cursors: [[UInt32]]
  /// Where every partition starts, and the count.
  let starts: [Int]
  /// In the order of partitions: the row's group among those of its partition; empty where each holds one.
  let locals: [UInt16]
  /// The first group of every partition, and the count.
  let firstGroups: [Int]
  /// Where every group starts, and the count.
  let offsets: Buffer<Int>

  var partitionCount: Int { starts.count - 1 }

  init(
    numbers: [UInt16], rangeBits: Int, cursors: [[UInt32]], starts: [Int], locals: [UInt16], firstGroups: [Int],
    offsets: Buffer<Int>
  ) {
    self.numbers = numbers
    shift = 0
    self.rangeBits = rangeBits
    self.cursors = cursors
    self.starts = starts
    self.locals = locals
    self.firstGroups = firstGroups
    self.offsets = offsets
  }

  /// Partitions of neighbouring groups, a thousand at most.
  init(groups numbers: [UInt16], offsets: Buffer<Int>) throws(Diagnostic) {
    let firstGroups = PartitionedOrder.firstGroups(offsets.count - 1)
    let bits = PartitionedOrder.localBits(offsets.count - 1)
    let shift = UInt16(bits)
    let partitions = firstGroups.count - 1
    let grain = partitioningGrain
    var cursors = try mapChunks(of: numbers.count, grain: grain) { (rows) throws(Diagnostic) in
      var counts = [UInt32](repeating: 0, count: partitions)
      var counted = counts.mutableSpan
      let numbers = numbers.span
      for row in rows { counted[Int(numbers[row] &>> shift)] &+= 1 }
      return counts
    }
    var next = firstGroups.dropLast().map { UInt32(truncatingIfNeeded: offsets[$0]) }
    for range in cursors.indices {
      for partition in 0..<partitions {
        let own = cursors[range][partition]
        cursors[range][partition] = next[partition]
        next[partition] += own
      }
    }
    self.numbers = numbers
    self.shift = shift
    rangeBits = partitioningGrainBits
    self.cursors = cursors
    starts = firstGroups.map { offsets[$0] }
    self.firstGroups = firstGroups
    self.offsets = offsets
    if bits == 0 {
      locals = []
      return
    }
    let mask: UInt16 = 1 << shift - 1
    let (ranges, wanted) = (cursors, grain)
    locals = try fillArray(count: numbers.count, of: UInt16.self, scattered: true) { (locals) throws(Diagnostic) in
      try forEachChunk(of: numbers.count, grain: wanted) { (rows) throws(Diagnostic) in
        var cursors = ranges[rows.lowerBound >> partitioningGrainBits]
        var next = cursors.mutableSpan
        let numbers = numbers.span
        for row in rows {
          let number = numbers[row]
          let partition = Int(number &>> shift)
          locals.store(number & mask, at: Int(next[partition]))
          next[partition] &+= 1
        }
      }
    }
  }

  /// How many bits of a group's number tell it from others of its partition, where partitions are neighbouring groups.
  private static func localBits(_ groupCount: Int) -> Int { max(0, bitWidth(of: groupCount) - 10) }

  fileprivate static func firstGroups(_ groupCount: Int) -> [Int] {
    let bits = localBits(groupCount)
    let partitions = groupCount == 0 ? 0 : (groupCount - 1) >> bits + 1
    return (0...partitions).map { min(groupCount, $0 << bits) }
  }

  /// The rows of a range, in the order of the table.
  func rows(of range: Int) -> Range<Int> { range << rangeBits..<min(numbers.count, (range + 1) << rangeBits) }

  /// Where the rows of some ranges stand in a partition.
  func positions(of ranges: Range<Int>, in partition: Int) -> Range<Int> {
    let end = ranges.upperBound < cursors.count ? Int(cursors[ranges.upperBound][partition]) : starts[partition + 1]
    return Int(cursors[ranges.lowerBound][partition])..<end
  }

  /// Where the rows of some partitions stand.
  func positions(of partitions: Range<Int>) -> Range<Int> {
    starts[partitions.lowerBound]..<starts[partitions.upperBound]
  }

  /// The partitions whose first group is the first of some groups, up to the one that ends with them.
  ///
  /// - Precondition: the groups are those of whole partitions.
  func partitions(of groups: Range<Int>) -> Range<Int> {
    func partition(from group: Int) -> Int {
      var range = 0..<partitionCount
      while !range.isEmpty {
        let middle = range.lowerBound + range.count / 2
        range = firstGroups[middle] < group ? middle + 1..<range.upperBound : range.lowerBound..<middle
      }
      return range.lowerBound
    }
    return partition(from: groups.lowerBound)..<partition(from: groups.upperBound)
  }
}

/// Values brought from the order of the table into that of some partitions.
struct ByPartition: BufferTransform {
  let order: PartitionedOrder
  let partitions: Range<Int>

  func apply<Element: ColumnElement>(_ buffer: Buffer<Element>) throws(Diagnostic) -> Buffer<Element> {
    let positions = order.positions(of: partitions)
    let (first, wanted) = (positions.lowerBound, UInt16(truncatingIfNeeded: partitions.count))
    let (lower, shift) = (UInt16(truncatingIfNeeded: partitions.lowerBound), order.shift)
    let isWhole = partitions.count == order.partitionCount
    return Buffer(
      try fillArray(count: positions.count, scattered: true) { (values) throws(Diagnostic) in
        try forEachIndex(of: order.cursors.count) { (range) throws(Diagnostic) in
          var cursors = order.cursors[range]
          var next = cursors.mutableSpan
          let numbers = order.numbers.span
          let source = buffer.span
          for row in order.rows(of: range) {
            let partition = numbers[row] &>> shift
            if !isWhole, partition &- lower >= wanted { continue }
            let position = Int(next[Int(partition)])
            values.store(source[row], at: position &- first)
            next[Int(partition)] = UInt32(truncatingIfNeeded: position &+ 1)
          }
        }
      })
  }
}

/// Values of some partitions brought into the order of their groups.
struct WithinPartitions: BufferTransform {
  let order: PartitionedOrder
  let partitions: Range<Int>

  func apply<Element: ColumnElement>(_ buffer: Buffer<Element>) throws(Diagnostic) -> Buffer<Element> {
    let first = order.starts[partitions.lowerBound]
    return Buffer(
      try fillArray(count: buffer.count, scattered: true) { (values) throws(Diagnostic) in
        try forEachIndex(of: partitions.count) { (index) throws(Diagnostic) in
          let partition = partitions.lowerBound + index
          let positions = order.starts[partition]..<order.starts[partition + 1]
          let groups = order.firstGroups[partition]..<order.firstGroups[partition + 1]
          var cursors = groups.map { UInt32(truncatingIfNeeded: order.offsets[$0] - positions.lowerBound) }
          try values.withRows(positions.lowerBound - first..<positions.upperBound - first) {
            (values) throws(Diagnostic) in
            let source = buffer.span
            let locals = order.locals.span
            var next = cursors.mutableSpan
            for position in positions {
              let group = Int(locals[position])
              let place = Int(next[group])
              values[place] = source[position &- first]
              next[group] = UInt32(truncatingIfNeeded: place &+ 1)
            }
          }
        }
      })
  }
}

/// One value a group, in the order of groups, brought to every row of it, in the order of the table.
struct ToEveryRow: BufferTransform {
  let order: PartitionedOrder

  func apply<Element: ColumnElement>(_ buffer: Buffer<Element>) throws(Diagnostic) -> Buffer<Element> {
    let repeated = try fillArray(count: order.numbers.count, of: Element.self) { (values) throws(Diagnostic) in
      try forEachIndex(of: order.partitionCount) { (partition) throws(Diagnostic) in
        let first = order.firstGroups[partition]
        let positions = order.starts[partition]..<order.starts[partition + 1]
        try values.withRows(positions) { (values) throws(Diagnostic) in
          let source = buffer.span
          let locals = order.locals.span
          for place in values.indices {
            values[place] = source[first &+ (locals.isEmpty ? 0 : Int(locals[positions.lowerBound &+ place]))]
          }
        }
      }
    }
    return Buffer(
      try fillArray(count: order.numbers.count, of: Element.self) { (values) throws(Diagnostic) in
        try forEachIndex(of: order.cursors.count) { (range) throws(Diagnostic) in
          var cursors = order.cursors[range]
          var next = cursors.mutableSpan
          let rows = order.rows(of: range)
          try values.withRows(rows) { (values) throws(Diagnostic) in
            let numbers = order.numbers.span
            let source = repeated.span
            for place in values.indices {
              let partition = Int(numbers[rows.lowerBound &+ place] &>> order.shift)
              let position = Int(next[partition])
              values[place] = source[position]
              next[partition] = UInt32(truncatingIfNeeded: position &+ 1)
            }
          }
        }
      })
  }
}
