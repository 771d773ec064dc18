import Diagnostics
import Parallelism
import Tables
import Terminal
import Testing
import Viewer

/// A file of many row groups, which counts what is decoded of it.
private final class RowGroups: TableSource {
  let schema = Schema([Field("row", .i64), Field("double", .i64), Field("bad", .i64)])
  let rowCount: Int
  let groupSize: Int
  let read = Mutex(0)

  init(rowCount: Int, groupSize: Int) {
    self.rowCount = rowCount
    self.groupSize = groupSize
  }

  var name: String { "groups" }
  var notes: [String] { [] }
  var partitions: [Partition] {
    stride(from: 0, to: rowCount, by: groupSize).map {
      Partition(rows: $0..<min($0 + groupSize, rowCount), statistics: [nil, nil, nil])
    }
  }

  func isInMemory(_ column: Int) -> Bool { false }
  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] { throw Diagnostic("the whole file was asked for") }

  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] {
    read.withLock { $0 += indices.count }
    if indices.contains(2) { throw Diagnostic("row group \(partition) is damaged") }
    let rows = partitions[partition].rows
    return indices.map { index in Column(rows.map { $0 * (index + 1) }) }
  }
}

@Suite struct SourcePagesTests {
  @Test func pagesJoinTheRowGroupsTheyTouch() throws {
    let pages = SourcePages(RowGroups(rowCount: 1_000, groupSize: 64))
    for rows in [0..<10, 60..<70, 0..<1_000, 990..<1_000, 128..<128, 64..<128] {
      let table = try pages.page(rows: rows, columns: [1, 0])
      #expect(table.rowCount == rows.count)
      for (index, row) in rows.enumerated() {
        #expect(table.row(index) == [.integer(Int128(row * 2)), .integer(Int128(row))])
      }
    }
  }

  @Test func jumpingToTheEndOfALongFileReadsOneRowGroup() {
    let file = RowGroups(rowCount: 1_000_000, groupSize: 10_000)
    var state = ViewerState(title: "orders", source: SourcePages(file), size: TerminalSize(rows: 24, columns: 24))
    state.loadPage()
    state.type("G")
    state.type("jjkkl")
    #expect(state.sheet.value == .integer(1_999_994))
    // Two of the hundred groups, of three columns; the damaged one is tried alone as well.
    #expect(file.read.withLock { $0 } <= 10)
  }

  @Test func onlyTheLatestPagesAreKept() throws {
    let file = RowGroups(rowCount: 1_000, groupSize: 100)
    let pages = SourcePages(file, budget: 2_000)
    for group in [0, 1, 0, 1, 2, 2, 0] { _ = try pages.page(rows: group * 100..<group * 100 + 1, columns: [0]) }
    #expect(pages.decoded.columns == 4)
  }

  @Test func aDamagedRowGroupIsSaidAndLeavesTheRest() {
    var state = ViewerState(
      title: "orders", source: SourcePages(RowGroups(rowCount: 10, groupSize: 5)),
      size: TerminalSize(rows: 8, columns: 60))
    state.loadPage()
    #expect(state.message?.text == "row group 0 is damaged")
    #expect(state.frame.text.contains("1    0       0    !"))
  }
}
