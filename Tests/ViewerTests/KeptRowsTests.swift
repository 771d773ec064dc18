import Diagnostics
import Tables
import Terminal
import Testing
import Viewer

/// Some rows of another source, as the session makes them of a sorting or a filter.
private final class Chosen: TableSource {
  let base: TableInMemory
  let rows: [UInt32]

  init(_ base: TableInMemory, _ rows: [UInt32]) {
    self.base = base
    self.rows = rows
  }

  var name: String { "chosen" }
  var schema: Schema { base.schema }
  var rowCount: Int { rows.count }
  var partitions: [Partition] { [Partition(rows: 0..<rows.count, statistics: schema.fields.map { _ in nil })] }
  var notes: [String] { [] }
  var selection: RowSelection? { RowSelection(base, rows: rows) }
  var ownByteCount: Int { rows.count * 4 }

  func isInMemory(_ column: Int) -> Bool { false }
  func columns(_ indices: [Int]) throws(Diagnostic) -> [Column] {
    try base.columns(indices).map { (column) throws(Diagnostic) in try gather(column, rows: rows) }
  }
  func columns(_ indices: [Int], partition: Int) throws(Diagnostic) -> [Column] { try columns(indices) }
}

/// What undo keeps of rows, and what sortings and filters keep of marks.
@Suite struct KeptRowsTests {
  private let table = TableInMemory(name: "orders", orders(100))

  private func opened(undoMemory: Int = 32 << 20) -> ViewerState {
    var state = ViewerState(
      title: "train", source: SourcePages(table), size: TerminalSize(rows: 24, columns: 80), undoMemory: undoMemory)
    state.loadPage()
    return state
  }

  /// Lets the host answer with these rows of what was opened.
  private func answer(_ state: inout ViewerState, _ rows: [UInt32]) throws {
    let request = try #require(state.work?.request)
    let host = ViewerHost(run: { _, _ in SourcePages(Chosen(table, rows)) })
    _ = state.receive(request.id, request.run(by: host))
    state.loadPage()
  }

  @Test func marksGoWithTheirRows() throws {
    var state = opened()
    state.type("s5js")
    #expect(state.sheet.marks.ranges == [0..<1, 6..<7])
    state.type("]")
    try answer(&state, (0..<100).reversed())
    #expect(state.sheet.marks.ranges == [93..<94, 99..<100])
    #expect(state.sheet.view.row == 0)
    state.type("&user_id > 100\n")
    try answer(&state, (1..<100).reversed())
    #expect(state.sheet.marks.ranges == [93..<94])
    #expect(state.message?.text == "filter user_id > 100: 99 of 100 rows, 1 of 2 marked")
    state.type("uu")
    #expect(state.sheet.marks.ranges == [0..<1, 6..<7])
    state.type("u")
    #expect(state.sheet.marks.ranges == [0..<1])
  }

  @Test func whatIsMarkedWhileRowsAreSortedIsMarkedAmongThem() throws {
    var state = opened()
    state.type("]m")
    try answer(&state, (0..<100).reversed())
    #expect(state.sheet.marks.ranges == [99..<100])
  }

  @Test func theCursorStaysOnItsRowWhereOthersGo() throws {
    var state = opened()
    state.type("41G&user_id > 200\n")
    try answer(&state, Array(20..<100))
    #expect(state.sheet.view.row == 20)
    // Its row has gone: the one that took its place.
    state.type("&user_id > 500\n")
    try answer(&state, Array(60..<100))
    #expect(state.sheet.view.row == 0)
  }

  @Test func undoMakesAnewWhatTakesTooMuchMemory() throws {
    var state = opened(undoMemory: 100)
    #expect(state.type("]") == ["train | sort user_id desc"])
    try answer(&state, (0..<100).reversed())
    #expect(state.type("l[") == ["train | sort product_id"])
    try answer(&state, Array(0..<100))
    // The first sorting was let go: it is asked for again, on what was opened.
    #expect(state.type("u") == ["train | sort user_id desc"])
    #expect(state.sheet.stages.map(\.text) == ["sort product_id"])
    try answer(&state, (0..<100).reversed())
    #expect(state.sheet.stages.map(\.text) == ["sort user_id desc"] && state.work == nil)
    // What was opened is there.
    #expect(state.type("u").isEmpty && state.sheet.stages.isEmpty)
    #expect(state.type("U") == ["train | sort user_id desc"])
    try answer(&state, (0..<100).reversed())
    #expect(state.type("U") == ["train | sort product_id"])
    try answer(&state, Array(0..<100))
    #expect(state.sheet.stages.map(\.text) == ["sort product_id"])
    state.type("u")
    // A request that is stopped leaves everything as it was.
    state.answer(.interrupted)
    #expect(state.sheet.stages.map(\.text) == ["sort product_id"])
  }

  @Test func undoKeepsWhatTakesLittle() throws {
    var state = opened()
    state.type("]")
    try answer(&state, (0..<100).reversed())
    state.type("l[")
    try answer(&state, Array(0..<100))
    #expect(state.type("u").isEmpty && state.sheet.stages.map(\.text) == ["sort user_id desc"])
    #expect(state.type("U").isEmpty && state.sheet.stages.map(\.text) == ["sort product_id"])
  }

  /// Rows come and go one by one; ranges stay ascending and apart.
  @Test(arguments: 0..<8) func aSetOfRowsIsASet(seed: Int) {
    var random = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func draw(_ bound: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % bound
    }
    var (set, rows): (RowSet, Set<Int>) = (RowSet(4..<9), [4, 5, 6, 7, 8])
    for _ in 0..<400 {
      let row = draw(24)
      switch draw(3) {
      case 0:
        set.insert(row)
        rows.insert(row)
      case 1:
        set.remove(row)
        rows.remove(row)
      default:
        set.toggle(row)
        if rows.remove(row) == nil { rows.insert(row) }
      }
      #expect(set.ranges.flatMap { Array($0) } == rows.sorted() && set.count == rows.count)
      #expect(zip(set.ranges, set.ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
      #expect((0..<24).allSatisfy { set.contains($0) == rows.contains($0) })
      #expect(set.complement(of: 24).ranges.flatMap { Array($0) } == (0..<24).filter { !rows.contains($0) })
    }
  }

  @Test func rowsAreAddedToASetInOrder() {
    var set = RowSet(3..<5)
    set.insert(9)
    #expect(set.union([0, 2, 5, 9, 12]).ranges == [0..<1, 2..<6, 9..<10, 12..<13])
    #expect(set.union([]) == set && RowSet().union([1, 2]).ranges == [1..<3])
  }
}
