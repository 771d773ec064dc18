import CNumerics
public import Diagnostics
import Parallelism

/// A symmetric matrix in square tiles, each contiguous in memory. A tile is one call of a kernel; threads share the
/// work tile by tile, and cancellation is checked between tiles.
///
/// During a computation only the tiles on and below the diagonal are valid. `mirror` fills in the others; then every
/// row can be read. The order is padded to whole tiles: the padding is an identity matrix in the last corner, which no
/// operation here mixes with the other elements.
///
/// - Shape: tile (i, j) holds rows i·tile… and columns j·tile…, row-major, at (i·tiles + j)·tile².
public struct TiledSymmetricMatrix: Sendable {
  public let order: Int
  let layout: TileLayout
  var values: [Float]

  var tile: Int { layout.tile }
  var tiles: Int { layout.tiles }

  /// A·Aᵀ + diag(d) for a sparse A; the lower triangle only.
  ///
  /// - Complexity: O(Σ over columns of (their cells)²) additions and O(order²) memory.
  public init(
    rowProductsOf matrix: SparseMatrix, transpose: SparseMatrix, addingToDiagonal diagonal: [Float]
  ) throws(Diagnostic) {
    let order = matrix.rowCount
    precondition(diagonal.count == order && transpose.columnCount == order)
    let layout = TileLayout(order: order)
    self.order = order
    self.layout = layout
    let (tile, tiles) = (layout.tile, layout.tiles)
    values = try buildArray(count: tiles * tiles * tile * tile, grain: tiles * tile * tile) {
      (range, band) throws(Diagnostic) in
      let firstRow = range.lowerBound / (tiles * tile * tile) * tile
      for place in band.indices { band[place] = 0 }
      var row = [Float](repeating: 0, count: order)
      var sums = row.mutableSpan
      for inner in 0..<tile {
        let index = firstRow + inner
        if index >= order {
          band[firstRow * tile + inner * tile + inner] = 1
          continue
        }
        if inner & 31 == 0 { try Cancellation.current.check() }
        addRowProducts(of: index, matrix, transpose, to: &sums)
        sums[index] += diagonal[index]
        for j in 0...index / tile {
          let (source, target) = (j * tile, (j * tile + inner) * tile)
          for column in 0..<min(tile, order - source) {
            band[target + column] = sums[source + column]
            sums[source + column] = 0
          }
        }
      }
    }
  }

  /// All tiles in the order in which they are in memory.
  public var elements: [Float] { values }

  /// The matrix of that order with these `elements`, tile after tile; nil if their number is wrong.
  public init?(order: Int, elements: [Float]) {
    let layout = TileLayout(order: order)
    guard elements.count == layout.tiles * layout.tiles * layout.tile * layout.tile else { return nil }
    self.order = order
    self.layout = layout
    values = elements
  }

  /// An element. Above the diagonal it is valid only after `mirror`.
  public subscript(row: Int, column: Int) -> Float {
    values[layout.place(row, column)]
  }

  /// Adds a number to every element of the diagonal.
  public mutating func addToDiagonal(_ number: Float) {
    for place in 0..<order { values[layout.place(place, place)] += number }
  }

  /// The element (row, column), read from the lower triangle: for matrices that are not mirrored yet.
  public func lower(_ row: Int, _ column: Int) -> Float { self[max(row, column), min(row, column)] }

  /// Adds `scale` times a row to `sums`.
  public func addRow(_ row: Int, scaledBy scale: Float, to sums: inout MutableSpan<Float>) {
    precondition(row < order && sums.count >= order)
    values.withUnsafeBufferPointer { source in
      sums.withUnsafeMutableBufferPointer { sums in
        guard let source = source.baseAddress, let sums = sums.baseAddress else { return }
        for j in 0..<tiles {
          let start = layout.range(row / tile, j).lowerBound + (row % tile) * tile
          let first = j * tile
          dense_add_scaled(scale, source + start, sums + first, Int32(min(tile, order - first)))
        }
      }
    }
  }

  /// Writes up to 16 rows, interleaved: `lanes[16·k + l]` is column k of the l-th row.
  public func writeLanes(_ rows: some Collection<Int>, into lanes: inout MutableSpan<Float>) {
    let source = values.span
    for (lane, row) in rows.enumerated() {
      for j in 0..<tiles {
        let start = layout.range(row / tile, j).lowerBound + (row % tile) * tile
        let first = j * tile
        for inner in 0..<min(tile, order - first) { lanes[16 * (first + inner) + lane] = source[start + inner] }
      }
    }
  }

  /// Copies the lower triangle to the upper one.
  mutating func mirror() throws(Diagnostic) {
    let layout = layout
    let (tile, tiles) = (layout.tile, layout.tiles)
    try withDisjointRows(of: &values) { (rows) throws(Diagnostic) in
      try forEachIndex(of: tiles * (tiles + 1) / 2) { (pair) throws(Diagnostic) in
        let (i, j) = lowerPair(pair)
        try rows.readRows(layout.range(i, j)) { (below) throws(Diagnostic) in
          try rows.withRows(layout.range(j, i)) { (above) throws(Diagnostic) in
            for row in 0..<tile {
              for column in 0..<(i == j ? row : tile) { above[column * tile + row] = below[row * tile + column] }
            }
          }
        }
      }
    }
  }
}

/// The size, number and positions of the tiles.
struct TileLayout: Sendable {
  let tile: Int
  let tiles: Int

  /// Tiles of equal size, at most about 512 × 512: large enough for the kernels' full speed, small enough to stop
  /// quickly.
  init(order: Int) {
    let wanted = order >= 4096 ? 512 : order >= 1024 ? 256 : 64
    tiles = max(1, (order + wanted - 1) / wanted)
    tile = max(16, ((order + tiles - 1) / tiles + 15) / 16 * 16)
  }

  /// The positions of a tile's elements.
  func range(_ i: Int, _ j: Int) -> Range<Int> {
    let start = (i * tiles + j) * tile * tile
    return start..<start + tile * tile
  }

  /// The position of an element.
  func place(_ row: Int, _ column: Int) -> Int {
    range(row / tile, column / tile).lowerBound + (row % tile) * tile + column % tile
  }
}

/// Adds to `sums` the dot products of a row of A with itself and with all rows before it.
private func addRowProducts(
  of row: Int, _ matrix: SparseMatrix, _ transpose: SparseMatrix, to sums: inout MutableSpan<Float>
) {
  let others = transpose.columns.span
  let weights = transpose.values.span
  for cell in matrix.cells(ofRow: row) {
    let value = matrix.values[cell]
    for place in transpose.cells(ofRow: Int(matrix.columns[cell])) {
      let other = Int(others[place])
      if other > row { break }
      sums[other] += value * weights[place]
    }
  }
}

/// The `index`-th pair (i, j) with j ≤ i, in the order (0, 0), (1, 0), (1, 1), (2, 0), …
func lowerPair(_ index: Int) -> (Int, Int) {
  var i = Int(((8 * Double(index) + 1).squareRoot() - 1) / 2)
  while i * (i + 1) / 2 > index { i -= 1 }
  while (i + 1) * (i + 2) / 2 <= index { i += 1 }
  return (i, index - i * (i + 1) / 2)
}
