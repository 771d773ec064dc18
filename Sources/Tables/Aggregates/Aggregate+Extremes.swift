import Diagnostics
import Parallelism

/// The least or the greatest value of every slice; null without a value.
///
/// - Complexity: O(rows) on all cores. Whole numbers and what is stored as such are compared as they are; other types by
///   their keys.
func extremes(_ column: Column, _ slices: GroupSlices, greatest: Bool) throws(Diagnostic) -> Column {
  if let whole = try column.values.run(WholeExtremes(column: column, slices: slices, greatest: greatest)) ?? nil {
    return whole
  }
  return try firstInOrder(column, slices, descending: greatest)
}

private struct WholeExtremes: WholeNumberKernel {
  let column: Column
  let slices: GroupSlices
  let greatest: Bool

  func whole<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) throws(Diagnostic) -> Column? {
    try extremes(of: buffer, column, slices, greatest: greatest)
  }
}

private func extremes<Element: FixedWidthInteger & ColumnElement>(
  of buffer: Buffer<Element>, _ column: Column, _ slices: GroupSlices, greatest: Bool
) throws(Diagnostic) -> Column {
  let nothing = (value: greatest ? Element.min : Element.max, isKnown: false)
  let found = try slices.mapPieces(empty: nothing) { (piece) throws(Diagnostic) in
    let values = buffer.span
    var (best, isKnown) = nothing
    if let validity = column.validity {
      for position in piece.positions where validity[position] {
        best = greatest ? max(best, values[position]) : min(best, values[position])
        isKnown = true
      }
    } else {
      for position in piece.positions { best = greatest ? max(best, values[position]) : min(best, values[position]) }
      isKnown = !piece.positions.isEmpty
    }
    return (value: best, isKnown: isKnown)
  } merging: { (a, b) in
    (greatest ? max(a.value, b.value) : min(a.value, b.value), a.isKnown || b.isKnown)
  }
  let validity = found.allSatisfy(\.isKnown) ? nil : Bitmap(found.map(\.isKnown))
  return Column(column.type, Element.storage(Buffer(found.map(\.value))), validity: validity)
}
