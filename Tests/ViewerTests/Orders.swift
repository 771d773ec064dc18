import Diagnostics
import Display
import Tables
import Terminal
import Viewer

/// Orders as the seminar has them, with all that makes a table hard to draw.
func orders(_ count: Int = 200) -> Table {
  let names = [
    "Пакет-майка", "Сумка шоппер «Цветы», хлопок, на молнии, 40 × 35 см", "漢字の本", "tab\there", "\u{1B}[31mred",
    "café", "👩‍👩‍👧 family", "",
  ]
  let kinds: [String?] = ["view", nil, "to_cart"]
  let rows = 0..<count
  return Table([
    (name: "user_id", column: Column(rows.map { 100 + $0 * 7 })),
    (name: "product_id", column: Column(rows.map { 148_481_523 + $0 })),
    (name: "price", column: Column(rows.map { Double($0 * 25) / 4 })),
    (name: "name", column: Column(rows.map { names[$0 % names.count] })),
    (name: "kind", column: Column(rows.map { kinds[$0 % kinds.count] })),
    (name: "is gift", column: Column(rows.map { $0 % 5 == 0 })),
  ])
}

/// A table whose rows may be a matrix's.
private struct MatrixPages: ViewerSource {
  let pages: TablePages
  let isMatrix: Bool

  var schema: Schema { pages.schema }
  var rowCount: Int { pages.rowCount }
  func page(rows: Range<Int>, columns: [Int]) throws(Diagnostic) -> Table {
    try pages.page(rows: rows, columns: columns)
  }
}

func viewer(
  _ table: Table = orders(), rows: Int = 24, columns: Int = 80, theme: Theme = Theme(), isMatrix: Bool = false
) -> ViewerState {
  var state = ViewerState(
    title: "train", source: MatrixPages(pages: TablePages(table), isMatrix: isMatrix),
    size: TerminalSize(rows: rows, columns: columns), theme: theme,
    links: LinkTemplate("https://www.ozon.ru/product/{id}"))
  state.loadPage()
  return state
}

extension ViewerState {
  /// Presses keys as they are written, one a character; gives the pipelines that were asked for.
  @discardableResult
  mutating func type(_ text: String) -> [String] {
    text.flatMap { requests(pressing: $0 == "\n" ? .enter : .character($0)) }
  }

  @discardableResult
  mutating func requests(pressing key: Key) -> [String] {
    let effects = press(key)
    for case .search(let task) in effects { try? task.run { receive($0) } }
    loadPage()
    return effects.compactMap { effect in
      if case .run(let request) = effect { request.text } else { nil }
    }
  }

  /// Lets the host answer what was asked for.
  mutating func answer(_ table: Table) {
    guard let id = work?.request.id else { return }
    _ = receive(id, .success(Request.Answer(TablePages(table))))
    loadPage()
  }

  mutating func answer(_ diagnostic: Diagnostic) {
    guard let id = work?.request.id else { return }
    _ = receive(id, .failure(diagnostic))
  }
}
