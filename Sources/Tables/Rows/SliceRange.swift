/// The rows of a slice, clamped to the existing rows. A negative offset counts from the end.
public func sliceRange(offset: Int, count: Int?, rowCount: Int) -> Range<Int> {
  let start = offset < 0 ? max(0, rowCount + max(offset, -rowCount)) : min(offset, rowCount)
  guard let count else { return start..<rowCount }
  // If the slice starts before the first row, the rows before it count towards `count`.
  let before = offset.magnitude
  let missing = offset < 0 && before > UInt(rowCount) ? Int(clamping: before - UInt(rowCount)) : 0
  let wanted = max(0, count - missing)
  return start..<min(rowCount, start + min(wanted, rowCount - start))
}
