import Diagnostics
import Display
import Foundation
import Tables
import Terminal
import Testing
import Viewer

/// Whatever is pressed in whatever order, on whatever table and screen: no trap, a frame that fits the screen, and `gq`
/// always leaves. `LECTERN_MONKEY=100000` presses that many keys in all.
@Suite struct MonkeyTests {
  private static let monkeys = 12
  private static let keysInAll =
    ProcessInfo.processInfo.environment["LECTERN_MONKEY"].flatMap { Int($0) } ?? 3_000

  @Test(arguments: 0..<monkeys) func aMonkeyCannotBreakIt(seed: Int) {
    var monkey = Monkey(seed: seed)
    for _ in 0..<Self.keysInAll / Self.monkeys { monkey.act() }
    let leaves = monkey.canLeave()
    #expect(leaves)
  }
}

private struct Monkey {
  private var random: UInt64
  private var state: ViewerState
  private var step = 0

  /// Every key of every command, and what has no meaning.
  private static let keys: [Key] =
    Command.all.flatMap(\.keys).flatMap(KeyName.split).compactMap(KeyName.key)
    + "jkhlgGzfb^0$HMLtvnN#*,&[]ad-(){}W!_<>=FIuUr.yYDcq123/?:ыж\"mstSoRC zz ggQ|~".map { Key.character($0) } + [
      .up, .down, .left, .right, .pageDown, .pageUp, .home, .end, .enter, .escape, .tab, .backspace, .delete,
      .function(1), .function(13), .insert, .backTab, .control("f"), .control("u"), .control("w"), .control("g"),
      .control("c"), .control("e"),
      .control("y"), .control("^"), .control("s"), .wheelUp, .wheelDown, .other,
    ]
  private static let sizes = [(24, 80), (5, 20), (1, 1), (3, 9), (50, 200), (12, 60), (2, 40)]

  init(seed: Int) {
    random = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    state = viewer()
    state = viewer(table())
  }

  private mutating func next(_ bound: Int) -> Int {
    random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(random >> 33) % bound
  }

  mutating func act() {
    step += 1
    if next(15) == 0 {
      let size = Self.sizes[next(Self.sizes.count)]
      state.size = TerminalSize(rows: size.0, columns: size.1)
    }
    if next(400) == 0 { state = viewer(table()) }
    let key: Key =
      next(20) == 0 ? .click(row: next(60), column: next(220)) : Self.keys[next(Self.keys.count)]
    state.requests(pressing: key)
    if next(10) == 0 { _ = state.stopWaitingForKeys() }
    if let request = state.work?.request, next(3) == 0 {
      if next(4) == 0 { state.answer(.interrupted) } else { answer(request) }
    }
    if next(3) == 0 { answerWorkers() }
    if step % 4 == 0 { checkFrame() }
    #expect(!state.sheets.isEmpty)
  }

  private mutating func answer(_ request: Request) {
    guard case .plot = request.purpose else { return state.answer(table()) }
    let kinds = Plot.Kind.allCases
    let kind = kinds[next(kinds.count)]
    let count = [0, 1, 300][next(3)]
    let numbers = (0..<count).map { $0 % 7 == 0 ? Double.nan : Double($0 * 37 % 101) }
    let plot = Plot(kind, title: "\u{1B}漢字", series: [Plot.Series(name: "цена", x: numbers, y: numbers.reversed())])
    let host = ViewerHost(run: { (_, _) throws(Diagnostic) in throw .interrupted }, plot: { _, _ in plot })
    _ = state.receive(request.id, request.run(by: host))
  }

  /// Answers what is asked of other threads beside the work: plots, linked rows, counts and aggregates.
  private mutating func answerWorkers() {
    let some = TablePages(table())
    let host = ViewerHost(run: { _, _ in some })
    if let request = state.plotRequest() { state.receive(request.run(), for: request.sheet) }
    if let answer = state.linkRequest()?.run() { state.receive(answer) }
    if let request = state.valuesRequest() {
      state.receive(request.run(by: some.schema.fields.isEmpty ? .without : host), for: request.sheet)
    }
    if let request = state.aggregatesRequest() { state.receive(request.run(by: .without)) }
    state.loadPage()
  }

  private func checkFrame() {
    let frame = state.frame
    let text = frame.text
    #expect(!text.contains("\u{1B}"))
    #expect(frame.pieces.allSatisfy { $0.row < state.size.rows && $0.column < state.size.columns })
    let measure = state.theme.measure
    let wide = frame.pieces.filter { $0.column + measure.cells(of: $0.text) > state.size.columns }
    #expect(wide.isEmpty)
  }

  /// Whether the viewer can be left from wherever it is now.
  mutating func canLeave() -> Bool {
    for key: Key in [.control("c"), .control("c"), .escape, .escape, .escape] { state.requests(pressing: key) }
    return state.press(.control("q")).contains { if case .leave = $0 { true } else { false } }
  }

  /// A table of any shape: no rows, no columns, nulls, lists, texts that are hard to draw.
  private mutating func table() -> Table {
    let rows = [0, 1, 2, 60, 200, 3_000][next(6)]
    var columns: [(name: String, column: Column)] = []
    for index in 0..<[0, 1, 3, 7, 40][next(5)] {
      let names = ["user_id", "product_id", "name", "len", "row", "цена", "a b", "\u{1B}[2J", "漢字"]
      let name = index < 3 && next(4) == 0 ? ["product_id", "len", "row"][index] : names[next(9)] + "\(index)"
      columns.append((name, column(rows)))
    }
    return columns.isEmpty ? Table(Schema([]), [], rowCount: rows) : Table(columns)
  }

  private mutating func column(_ rows: Int) -> Column {
    let texts = ["", "a\tb", "\u{1B}[31m", "👩‍👩‍👧", "漢字", String(repeating: "длинный текст ", count: 40), "x"]
    switch next(6) {
    case 0: return Column((0..<rows).map { row -> Int in row * 7 - 50 })
    case 1:
      let numbers: [Double?] = (0..<rows).map { row -> Double? in row % 9 == 0 ? nil : Double(row) / 7 - 3 }
      return Column(numbers)
    case 2:
      let cells: [String?] = (0..<rows).map { row -> String? in row % 5 == 0 ? nil : texts[row % texts.count] }
      return Column(cells)
    case 3: return Column((0..<rows).map { row -> Bool in row % 3 == 0 })
    case 4:
      let lists = (0..<rows).map { row -> [Value]? in
        row % 4 == 0 ? nil : (0..<row % 6).map { Value.integer(Int128($0)) }
      }
      return (try? Column(listsOf: .i64, lists)) ?? Column.nulls(.i64, count: rows)
    default:
      let factor: Double = next(2) == 0 ? 1e300 : -.infinity
      return Column((0..<rows).map { row -> Double in Double(row) * factor })
    }
  }
}

extension ViewerHost {
  /// One that cannot run anything.
  fileprivate static let without = ViewerHost(run: { (_, _) throws(Diagnostic) in throw .interrupted })
}
