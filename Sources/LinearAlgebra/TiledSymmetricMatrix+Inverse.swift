public import Diagnostics
import Parallelism

extension TiledSymmetricMatrix {
  /// Replaces a positive definite matrix by its inverse, in place: A = L·Lᵀ, then L⁻¹, then A⁻¹ = L⁻ᵀ·L⁻¹.
  ///
  /// The result has the same bits on any number of cores: each tile is computed in the same way, whatever thread does
  /// it.
  ///
  /// - `afterFactor`: is called with the factored matrix when L is complete, in the lower triangle.
  /// - Complexity: order³ multiplications and additions in all, a third for each of the three parts.
  /// - Throws: a matrix that is not positive definite in single precision; `Diagnostic.interrupted` between tiles.
  public mutating func invert(
    title: String, afterFactor: (TiledSymmetricMatrix) throws(Diagnostic) -> Void = { _ in }
  ) throws(Diagnostic) {
    var work = TileWork(title: title, tiles: tiles)
    try factorCholesky(&work)
    try afterFactor(self)
    try invertTriangle(&work)
    try multiplyTriangleByItself(&work)
    try mirror()
  }

  /// A becomes L, one column of tiles after the other: each is finished, then its products are subtracted from all
  /// columns that follow.
  private mutating func factorCholesky(_ work: inout TileWork) throws(Diagnostic) {
    let layout = layout
    let (tile, tiles) = (layout.tile, layout.tiles)
    try withDisjointRows(of: &values) { (rows) throws(Diagnostic) in
      for k in 0..<tiles {
        let bad = try rows.withRows(layout.range(k, k)) { (diagonal) in
          DenseMatrices.factorCholesky(&diagonal, order: tile)
        }
        if let bad { throw .notPositiveDefinite(row: k * tile + bad) }
        try forEachIndex(of: tiles - k - 1) { (below) throws(Diagnostic) in
          try rows.readRows(layout.range(k, k)) { (l) throws(Diagnostic) in
            try rows.withRows(layout.range(k + 1 + below, k)) { (panel) in
              DenseMatrices.solveFromRight(l, order: tile, rows: tile, into: &panel)
            }
          }
        }
        try forEachIndex(of: (tiles - k - 1) * (tiles - k) / 2) { (pair) throws(Diagnostic) in
          let (down, across) = lowerPair(pair)
          let (i, j) = (k + 1 + down, k + 1 + across)
          try rows.readRows(layout.range(i, k)) { (left) throws(Diagnostic) in
            try rows.readRows(layout.range(j, k)) { (right) throws(Diagnostic) in
              try rows.withRows(layout.range(i, j)) { (target) in
                if i == j {
                  DenseMatrices.addProductWithItself(left, order: tile, inner: tile, alpha: -1, into: &target)
                } else {
                  DenseMatrices.multiply(
                    left, right, transposingSecond: true, rows: tile, columns: tile, inner: tile, alpha: -1, adds: true,
                    into: &target)
                }
              }
            }
          }
        }
        work.advance(by: (tiles - k) * (tiles - k))
      }
    }
  }

  /// L becomes W = L⁻¹, from the last column to the first: Wᵢⱼ = −Σ over j < k ≤ i of Wᵢₖ·(Lₖⱼ·Wⱼⱼ).
  private mutating func invertTriangle(_ work: inout TileWork) throws(Diagnostic) {
    let layout = layout
    let (tile, tiles) = (layout.tile, layout.tiles)
    try withDisjointRows(of: &values) { (rows) throws(Diagnostic) in
      for j in (0..<tiles).reversed() {
        let bad = try rows.withRows(layout.range(j, j)) { (diagonal) in
          DenseMatrices.invertTriangle(&diagonal, order: tile)
        }
        if let bad { throw .notPositiveDefinite(row: j * tile + bad) }
        let below = tiles - j - 1
        // The products are stored above the diagonal, which is unused until the matrix is mirrored.
        try forEachIndex(of: below) { (down) throws(Diagnostic) in
          let k = j + 1 + down
          try rows.readRows(layout.range(k, j)) { (l) throws(Diagnostic) in
            try rows.readRows(layout.range(j, j)) { (w) throws(Diagnostic) in
              try rows.withRows(layout.range(j, k)) { (product) in
                DenseMatrices.multiply(l, w, rows: tile, columns: tile, inner: tile, into: &product)
              }
            }
          }
        }
        try forEachIndex(of: below) { (up) throws(Diagnostic) in
          let i = tiles - 1 - up
          try rows.withRows(layout.range(i, j)) { (target) throws(Diagnostic) in
            for k in j + 1...i {
              try rows.readRows(layout.range(i, k)) { (w) throws(Diagnostic) in
                try rows.readRows(layout.range(j, k)) { (product) in
                  DenseMatrices.multiply(
                    w, product, rows: tile, columns: tile, inner: tile, alpha: -1, adds: k > j + 1,
                    into: &target)
                }
              }
            }
          }
        }
        work.advance(by: below * below + 1)
      }
    }
  }

  /// W becomes Wᵀ·W, one row of tiles after the other: the products of row k are added to all rows above it, then row k
  /// itself is replaced by its products.
  private mutating func multiplyTriangleByItself(_ work: inout TileWork) throws(Diagnostic) {
    let layout = layout
    let (tile, tiles) = (layout.tile, layout.tiles)
    try withDisjointRows(of: &values) { (rows) throws(Diagnostic) in
      for k in 0..<tiles {
        try forEachIndex(of: k * (k + 1) / 2) { (pair) throws(Diagnostic) in
          let (i, j) = lowerPair(pair)
          try rows.readRows(layout.range(k, i)) { (left) throws(Diagnostic) in
            try rows.readRows(layout.range(k, j)) { (right) throws(Diagnostic) in
              try rows.withRows(layout.range(i, j)) { (target) in
                if i == j {
                  DenseMatrices.addProductWithItself(left, transposed: true, order: tile, inner: tile, into: &target)
                } else {
                  DenseMatrices.multiply(
                    left, right, transposingFirst: true, rows: tile, columns: tile, inner: tile, adds: true,
                    into: &target)
                }
              }
            }
          }
        }
        let diagonal = try rows.readRows(layout.range(k, k)) { (w) in w.indices.map { w[$0] } }
        try forEachIndex(of: k + 1) { (j) throws(Diagnostic) in
          try rows.withRows(layout.range(k, j)) { (target) in
            let before = target.indices.map { target[$0] }
            DenseMatrices.multiply(
              diagonal.span, before.span, transposingFirst: true, rows: tile, columns: tile, inner: tile, into: &target)
          }
        }
        work.advance(by: k * k + 1)
      }
    }
  }
}

/// The progress of the three parts of an inversion, in pairs of tiles.
private struct TileWork {
  let title: String
  let total: Int
  var done = 0

  init(title: String, tiles: Int) {
    self.title = title
    total = tiles * (tiles + 1) * (2 * tiles + 1) / 6 + (tiles - 1) * tiles * (2 * tiles - 1) / 3 + 2 * tiles
  }

  mutating func advance(by pairs: Int) {
    done += pairs
    Progress.report(title, done, of: total)
  }
}
