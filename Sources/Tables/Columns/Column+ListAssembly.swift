import Diagnostics
import Parallelism

extension Column {
  /// Builds a column of lists from chunks of rows, on all cores. A batch of chunks is made at a time, and its elements
  /// are appended to the final column before the next batch starts: this limits the memory.
  static func assembledLists(
    of element: DataType, pieces: [Range<Int>], _ piece: @Sendable (Int) throws(Diagnostic) -> Column
  ) throws(Diagnostic) -> Column {
    let type = DataType.list(element)
    var elements: any GrowingColumn = growingColumn(element)
    var elementCount = 0
    var validities: [Bitmap?] = []
    let count = pieces.last?.upperBound ?? 0
    let batchLength = Cores.count * 2
    let offsets = try fillArray(count: count + 1, of: Int.self) { (offsets) throws(Diagnostic) in
      offsets.store(0, at: 0)
      for batch in stride(from: 0, to: pieces.count, by: batchLength) {
        let made = try mapIndices(of: min(batchLength, pieces.count - batch)) { (index) throws(Diagnostic) in
          try piece(batch + index)
        }
        for (index, own) in made.enumerated() {
          guard own.type == type, let lists = own.values.lists else { throw .differentTypes(type, own.type) }
          let first = pieces[batch + index].lowerBound
          let shift = elementCount - lists.offsets[0]
          for row in 0..<lists.count { offsets.store(lists.offsets[row + 1] + shift, at: first + row + 1) }
          elementCount += lists.elements.count
          try elements.append(lists.elements)
          validities.append(own.validity)
        }
      }
    }
    return Column(
      type, .list(ListValues(offsets: Buffer(offsets), child: try elements.take())),
      validity: joinedValidity(validities, pieces))
  }
}
