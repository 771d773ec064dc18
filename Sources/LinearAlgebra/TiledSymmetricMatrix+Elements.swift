public import Diagnostics
import Parallelism

extension TiledSymmetricMatrix {
  /// A matrix of single elements, each given once, on either side of the diagonal; the others are 0. The lower triangle
  /// only.
  public init(order: Int, rows: [Int32], columns: [Int32], values: [Double]) throws(Diagnostic) {
    precondition(rows.count == values.count && columns.count == values.count)
    let layout = TileLayout(order: order)
    let count = layout.tiles * layout.tiles * layout.tile * layout.tile
    try requireAllocation(of: count * MemoryLayout<Float>.stride)
    var elements = [Float](repeating: 0, count: count)
    for index in values.indices {
      let (row, column) = (Int(max(rows[index], columns[index])), Int(min(rows[index], columns[index])))
      precondition(column >= 0 && row < order)
      elements[layout.place(row, column)] = Float(values[index])
    }
    for place in order..<layout.tiles * layout.tile { elements[layout.place(place, place)] = 1 }
    (self.order, self.layout, self.values) = (order, layout, elements)
  }
}
