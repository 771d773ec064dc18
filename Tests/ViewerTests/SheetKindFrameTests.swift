import Diagnostics
import Foundation
import Tables
import Terminal
import TestSupport
import Testing
import Viewer

/// Every kind of sheet on every size of screen, as text in files of their own.
@Suite struct SheetKindFrameTests {
  enum SheetKind: String, CaseIterable {
    case table, record, counts, histogram, matrix, model, wrapped, marked, searching, prompt, pipeline, help
  }

  @Test(arguments: SheetKind.allCases) func fitsEveryScreen(_ kind: SheetKind) throws {
    for (columns, rows) in [(80, 24), (60, 12), (200, 50), (20, 5)] {
      var state = kind.state(rows: rows, columns: columns)
      state.loadPage()
      try expectFrame(state, "\(kind.rawValue)-\(columns)x\(rows)")
    }
  }

  @Test func asciiAloneDrawsBordersArrowsAndBars() throws {
    var state = viewer(rows: 12, columns: 60, theme: Theme(colors: .none, isASCII: true))
    state.type("!lm]")
    state.answer(orders())
    state.type("lllm")
    try expectFrame(state, "ascii")
    var counts = SheetKind.counts.state(rows: 12, columns: 60, theme: Theme(colors: .none, isASCII: true))
    counts.loadPage()
    try expectFrame(counts, "ascii-counts")
    #expect(!counts.frame.text.replacing("view", with: "").unicodeScalars.contains { $0.value > 0x7F })
  }

  @Test func withoutColoursAHeatMapHasShades() throws {
    var state = SheetKind.matrix.state(rows: 12, columns: 60, theme: Theme(colors: .none))
    state.loadPage()
    try expectFrame(state, "shades")
  }
}

/// Compares a frame with the one that is recorded.
func expectFrame(_ state: ViewerState, _ name: String) throws {
  try RecordedText("Tests/ViewerTests/Frames/\(name).txt").expect(state.frame.text + "\n")
}

extension SheetKindFrameTests.SheetKind {
  func state(rows: Int, columns: Int, theme: Theme = Theme()) -> ViewerState {
    var state = viewer(rows: rows, columns: columns, theme: theme)
    switch self {
    case .table: break
    case .record: state.type("jj\n")
    case .counts:
      state.type("llllF")
      state.answer(
        Table([
          (name: "kind", column: Column(["view", nil, "to_cart"])), (name: "len", column: Column([67, 67, 33])),
          (name: "share", column: Column([0.4, 0.4, 0.2])), (name: "cumulative", column: Column([0.4, 0.8, 1])),
        ]))
    case .histogram:
      state.type("llzF")
      state.answer(
        Table([
          (name: "bin", column: Column((0..<20).map { Double($0) })),
          (name: "first", column: Column((0..<20).map { Double($0) * 62.5 })),
          (name: "last", column: Column((0..<20).map { Double($0) * 62.5 + 56.25 })),
          (name: "len", column: Column((0..<20).map { 1 + $0 * (19 - $0) })),
        ]))
    case .matrix: state = viewer(factors(), rows: rows, columns: columns, theme: theme, isMatrix: true)
    case .model:
      let rows4 = [("model", "iALS"), ("users", "10_313"), ("items", "16_684"), ("iterations", "3"), ("factors", "32")]
      let table = Table([
        (name: "property", column: Column(rows4.map(\.0))), (name: "value", column: Column(rows4.map(\.1))),
      ])
      state = viewer(table, rows: rows, columns: columns, theme: theme)
    case .wrapped: state.type("lllv2j")
    case .marked: state.type("sjs")
    case .searching: state.type("lll/шоппер")
    case .prompt: state.type("&price > 10 and kind == 'view'")
    case .pipeline:
      state.type("]")
      state.answer(orders(40))
      state.type("lll,")
      state.answer(orders(5))
      state.type("D")
    case .help: state.requests(pressing: .function(1))
    }
    return state
  }

  private func factors() -> Table {
    let items = 0..<60
    var columns = [(name: "product_id", column: Column(items.map { 148_481_500 + $0 }))]
    for factor in 1...16 {
      columns.append(("factor_\(factor)", Column(items.map { item in Float((item * factor * 37) % 201 - 100) / 100 })))
    }
    return Table(columns)
  }
}
