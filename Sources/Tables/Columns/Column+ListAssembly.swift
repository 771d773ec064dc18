import Diagnostics
import Parallelism

extension Column {
  /// A column of lists of which chunks of rows are made one by one on all cores; the elements of each go to where all
  /// of them will be before the next few are made.
  static func assembledLists(
    of element: DataType, count: Int, grain: Int, _ chunk: @Sendable (Range<Int>) throws(Diagnostic) -> Column
  ) throws(Diagnostic) -> Column {
    let type = DataType.list(element)
    var elements: any GrowingColumn = growingColumn(element)
    var elementCount = 0
    var validities: [Bitmap?] = []
    let chunkCount = (count + grain - 1) / grain
    let batchLength = Cores.count * 2
    let offsets = try fillArray(count: count + 1, of: Int.self) { (offsets) throws(Diagnostic) in
      offsets.store(0, at: 0)
      for batch in stride(from: 0, to: chunkCount, by: batchLength) {
        let pieces = try mapIndices(of: min(batchLength, chunkCount - batch)) { (index) throws(Diagnostic) in
          let first = (batch + index) * grain
          return try chunk(first..<min(count, first + grain))
        }
        for (index, piece) in pieces.enumerated() {
          guard piece.type == type, let lists = piece.values.lists else { throw .differentTypes(type, piece.type) }
          let first = (batch + index) * grain
          let shift = elementCount - lists.offsets[0]
          for row in 0..<lists.count { offsets.store(lists.offsets[row + 1] + shift, at: first + row + 1) }
          elementCount += lists.elements.count
          try elements.append(lists.elements)
          validities.append(piece.validity)
        }
      }
    }
    return Column(
      type, .list(ListValues(offsets: Buffer(offsets), child: try elements.take())),
      validity: joinedValidity(validities, count: count, grain: grain))
  }
}
