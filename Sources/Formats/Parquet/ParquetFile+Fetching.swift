import Diagnostics

/// Fetches parts of a remote file before they are read.
extension ParquetFile {
  /// Fetches the chunks of some columns in some row groups, in as few requests as possible.
  func fetch(columns: some Sequence<Int>, groups: Range<Int>) throws(Diagnostic) {
    if input.isRemote { try fetch(columns.flatMap { self.columns[$0].column.leaves }, groups) }
  }

  func fetch(_ leaves: [ParquetLeaf], _ groups: Range<Int>) throws(Diagnostic) {
    guard input.isRemote else { return }
    try input.require(
      groups.flatMap { group in leaves.map { range(of: metadata.rowGroups[group].columns[$0.index]) } })
  }

  /// The bytes of a chunk, by the footer. Empty if the footer is inconsistent; the error is reported when the chunk
  /// is read.
  private func range(of chunk: ColumnChunk) -> Range<Int> {
    let start = min(chunk.dataPageOffset, chunk.dictionaryPageOffset ?? chunk.dataPageOffset)
    guard start >= 0, start < input.bytes.count, chunk.compressedSize >= 0 else { return 0..<0 }
    let size = min(chunk.compressedSize, input.bytes.count - start)
    // Old writers do not count the header of the dictionary page.
    return start..<min(start + size + ParquetFile.forgottenHeader, input.bytes.count)
  }

  private static let forgottenHeader = 100
}
