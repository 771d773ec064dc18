import Diagnostics

/// What is fetched of a file that lies elsewhere, before it is read.
extension ParquetFile {
  /// Brings here what some columns have in some row groups, in as few requests as may be.
  func fetch(columns: some Sequence<Int>, groups: Range<Int>) throws(Diagnostic) {
    if input.isRemote { try fetch(columns.flatMap { self.columns[$0].column.leaves }, groups) }
  }

  func fetch(_ leaves: [ParquetLeaf], _ groups: Range<Int>) throws(Diagnostic) {
    guard input.isRemote else { return }
    try input.require(
      groups.flatMap { group in leaves.map { range(of: metadata.rowGroups[group].columns[$0.index]) } })
  }

  /// Where a chunk lies, by its footer; empty where that makes no sense, which is said when it is read.
  private func range(of chunk: ColumnChunk) -> Range<Int> {
    let start = min(chunk.dataPageOffset, chunk.dictionaryPageOffset ?? chunk.dataPageOffset)
    guard start >= 0, start < input.bytes.count, chunk.compressedSize >= 0 else { return 0..<0 }
    let size = min(chunk.compressedSize, input.bytes.count - start)
    // Old writers forget the header of the dictionary's page.
    return start..<min(start + size + ParquetFile.forgottenHeader, input.bytes.count)
  }

  private static let forgottenHeader = 100
}
