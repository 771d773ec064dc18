import CNumerics

/// Products of one sparse row at a time with a sparse matrix, whose largest cells are wanted.
///
/// Terms are added up in the order of the row's cells. A cell without terms is none, one whose terms add up to zero is.
public struct SparseRowProduct {
  /// −0 in cells without terms: what was added to is anything else.
  private var sums: [Float]
  private var reached: [Int32]

  private static let untouched: Float = -0.0

  /// For matrices of that many columns.
  public init(columnCount: Int) {
    sums = [Float](repeating: Self.untouched, count: columnCount)
    reached = [Int32](repeating: 0, count: columnCount + 1)
  }

  /// Offers the cells of (row of `matrix`)·`other` to `selection`.
  ///
  /// - Complexity: O(cells of `other` in the rows that the row has a cell for).
  public mutating func offer(
    row: Int, of matrix: SparseMatrix, times other: SparseMatrix, to selection: inout TopSelection
  ) {
    precondition(matrix.columnCount == other.rowCount && other.columnCount == sums.count)
    let count = add(matrix, matrix.cells(ofRow: row), other)
    guard count > sums.count / 8 else {
      for place in 0..<count {
        let column = Int(reached[place])
        selection.offer(reached[place], sums[column])
        sums[column] = Self.untouched
      }
      return
    }
    // Where much was reached, looking at everything in order is faster than at what was reached.
    sums.withUnsafeMutableBufferPointer { sums in
      for column in sums.indices where sums[column].bitPattern == Self.untouched.bitPattern {
        sums[column] = -.infinity
      }
    }
    selection.offer(sums.span)
    sums.withUnsafeMutableBufferPointer { $0.update(repeating: Self.untouched) }
  }

  /// How many columns were reached.
  private mutating func add(_ matrix: SparseMatrix, _ cells: Range<Int>, _ other: SparseMatrix) -> Int {
    guard !cells.isEmpty, other.cellCount > 0 else { return 0 }
    return matrix.columns.withUnsafeBufferPointer { columns in
      matrix.values.withUnsafeBufferPointer { values in
        other.offsets.withUnsafeBufferPointer { offsets in
          other.columns.withUnsafeBufferPointer { otherColumns in
            other.values.withUnsafeBufferPointer { otherValues in
              sums.withUnsafeMutableBufferPointer { sums in
                reached.withUnsafeMutableBufferPointer { reached in
                  guard let columns = columns.baseAddress, let values = values.baseAddress else { return 0 }
                  return Int(
                    sparse_row_times_rows(
                      columns + cells.lowerBound, values + cells.lowerBound, Int32(cells.count), offsets.baseAddress,
                      otherColumns.baseAddress, otherValues.baseAddress, sums.baseAddress, reached.baseAddress))
                }
              }
            }
          }
        }
      }
    }
  }
}
