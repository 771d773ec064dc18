/// The rows that a slice means: a negative offset counts from the end, and what lies outside is left out.
public func sliceRange(offset: Int, count: Int?, rowCount: Int) -> Range<Int> {
  let start = offset < 0 ? max(0, rowCount + max(offset, -rowCount)) : min(offset, rowCount)
  guard let count else { return start..<rowCount }
  // A count from before the first row reaches as far as it would have from there.
  let before = offset.magnitude
  let missing = offset < 0 && before > UInt(rowCount) ? Int(clamping: before - UInt(rowCount)) : 0
  let wanted = max(0, count - missing)
  return start..<min(rowCount, start + min(wanted, rowCount - start))
}
