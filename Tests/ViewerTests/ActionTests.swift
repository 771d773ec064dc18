import Diagnostics
import Display
import Tables
import Terminal
import TestSupport
import Testing
import Viewer

/// Keys that make columns of another type, aggregates, and sheets of two tables; and keys that mean nothing.
@Suite struct ActionTests {
  // MARK: Keys without a meaning

  @Test(arguments: ["X", "zX", "12X", "ц"]) func aKeyThatMeansNothingSaysSo(keys: String) {
    var state = viewer()
    state.type(keys)
    #expect(state.message?.isError == true)
    #expect(state.message?.text.hasSuffix("means nothing here; F1 lists the keys") == true)
    #expect(state.sheet.pipeline == "train")
  }

  @Test func unknownKeysAreNamed() {
    var state = viewer()
    state.requests(pressing: .function(13))
    #expect(state.message?.text == "`F13` means nothing here; F1 lists the keys")
    state.requests(pressing: .other)
    #expect(state.message?.text == "this key means nothing here; F1 lists the keys")
    // The next key with a meaning takes the message away, and Esc gives up a sequence in silence.
    state.type("j")
    #expect(state.message == nil)
    state.type("z")
    state.requests(pressing: .escape)
    #expect(state.message == nil && state.keys.pending.isEmpty)
    state.requests(pressing: .function(1))
    state.type("X")
    #expect(state.frame.text.contains("`X` means nothing here; q closes"))
  }

  // MARK: Types

  @Test func typesAreCasts() {
    var state = viewer()
    #expect(state.type("%") == ["train | with user_id = cast(user_id, f64)"])
    state.answer(orders())
    #expect(state.type("l~") == ["train | with user_id = cast(user_id, f64) | with product_id = cast(product_id, str)"])
    state.answer(Diagnostic("no"))
    #expect(state.message?.text == "no; z~ with `try` makes such values null")
    #expect(
      state.type("z~try da\n") == [
        "train | with user_id = cast(user_id, f64) | with product_id = try_cast(product_id, date)"
      ])
    state.answer(.interrupted)
    #expect(state.type("z#").isEmpty && state.message?.text == "`product_id` is i64 already")
    #expect(state.type("z~decimal[9,3]\n").first?.hasSuffix("cast(product_id, decimal[9,3])") == true)
  }

  /// What a type does not change stays as it was: hidden and moved columns, and the widths of the others.
  @Test func aCastKeepsTheViewOfOtherColumns() {
    var state = viewer(orders(5))
    state.type("ll-h>>l%")
    let table = orders(5)
    let columns = table.schema.names.enumerated().map { index, name in
      (name: name, column: index == 3 ? Column((0..<5).map { Double($0) }) : table.columns[index])
    }
    let before = state.sheet.view
    state.answer(Table(columns))
    #expect(state.sheet.view.order == before.order && state.sheet.view.widths[1] == before.widths[1])
    #expect(state.sheet.view.column == before.column)
  }

  // MARK: Aggregates

  /// A host that knows the answers of some pipelines; every other one fails.
  private func host(_ answers: [String: Table]) -> ViewerHost {
    ViewerHost(run: { (_, verbs) throws(Diagnostic) in
      guard let table = answers[verbs] else { throw Diagnostic("the sum overflows i64") }
      return TablePages(table)
    })
  }

  @Test func aggregatesStandBelowTheirColumns() throws {
    var state = viewer(rows: 10, columns: 60)
    state.type("ll+sum\n+mean\nh+n_uni\n")
    let host = host([
      "agg a0 = n_unique(product_id), a1 = sum(price), a2 = mean(price)": Table([
        ("a0", Column([200])), ("a1", Column([124_375.0])), ("a2", Column([621.875])),
      ])
    ])
    let asked = state.aggregatesRequest()
    let request = try #require(asked)
    state.receive(request.run(by: host))
    state.loadPage()
    let again = state.aggregatesRequest()
    #expect(again == nil)
    #expect(state.frame.texts(.total).map { $0.filter { $0 != " " } } == ["n_unique200", "sum124375.0", "mean621.875"])
    try expectFrame(state, "aggregates")
    // The same name takes it away; undo brings it back.
    state.type("l+sum\n")
    #expect(state.sheet.view.aggregates[2] == [.mean])
    state.type("u")
    #expect(state.sheet.view.aggregates[2] == [.sum, .mean])
  }

  @Test func anAggregateThatFailsLeavesTheOthers() throws {
    var state = viewer(rows: 12, columns: 60)
    state.type("+sum\n+min\n")
    let asked = state.aggregatesRequest()
    let request = try #require(asked)
    state.receive(request.run(by: host(["agg a0 = min(user_id)": Table([("a0", Column([100]))])])))
    state.loadPage()
    #expect(state.frame.texts(.total).map { $0.filter { $0 != " " } } == ["sum!", "min100"])
    #expect(state.message?.text == "the sum overflows i64")
  }

  @Test func runningAggregatesAreStopped() throws {
    var state = viewer()
    state.type("+sum\n")
    let asked = state.aggregatesRequest()
    let request = try #require(asked)
    let cancelling = state.press(.control("c"))
    #expect(cancelling.contains { if case .cancel = $0 { true } else { false } })
    let stopped = ViewerHost(run: { (_, _) throws(Diagnostic) in throw .interrupted })
    state.receive(request.run(by: stopped))
    let again = state.aggregatesRequest()
    #expect(state.message?.text == "stopped" && again == nil)
    // Idle again.
    let idle = state.press(.control("c"))
    #expect(!idle.contains { if case .cancel = $0 { true } else { false } })
  }

  @Test func countsAndPivotsTakeTheAggregatesOver() {
    var state = viewer()
    state.type("ll+sum\n+mean\n")
    let sums = "price_sum = sum(price), price_mean = mean(price)"
    #expect(
      state.type("llF") == [
        "train | group_by kind agg len = len(), \(sums) | sort len desc | with share = len / sum(len)"
      ])
    state.answer(.interrupted)
    #expect(state.type("!gF") == ["train | group_by kind agg len = len(), \(sums) | sort len desc"])
    state.answer(.interrupted)
    #expect(state.type("$W") == ["train | pivot rows=kind columns=`is gift` agg \(sums)"])
    state.answer(.interrupted)
    #expect(state.type("z+") == ["train | agg \(sums)"])
  }

  @Test func onlyAggregatesThatTheTypeHasAreOffered() {
    var state = viewer()
    state.type("lll+")
    #expect(state.choices.map(\.name) == ["min", "max", "nulls", "n_unique", "mode"])
    state.type("sum\n")
    #expect(state.message?.text == "a column of str has no sum" && state.sheet.view.aggregates.isEmpty)
  }

  // MARK: Completion

  @Test func tabCompletesWordsOfAnExpression() {
    var state = viewer()
    state.type("=k = pr")
    let effects = state.press(.tab)
    #expect(effects.contains { if case .complete = $0 { true } else { false } })
    state.receive(PromptCompletions(start: 4, candidates: [.init("price", "f64"), .init("product_id", "i64")]))
    // Both begin with `pr`; the next keys go from one to the other.
    #expect(state.prompt?.text == "k = pr" && state.choices.map(\.name) == ["price", "product_id"])
    _ = state.press(.tab)
    #expect(state.prompt?.text == "k = price")
    _ = state.press(.tab)
    #expect(state.prompt?.text == "k = product_id")
    _ = state.press(.backTab)
    #expect(state.prompt?.text == "k = price")
    state.type(" + ro")
    #expect(state.choices.isEmpty)
    state.receive(PromptCompletions(start: 12, candidates: [.init("round(")]))
    #expect(state.prompt?.text == "k = price + round(" && state.choices.isEmpty)
    #expect(state.type("1)\n") == ["train | with k = price + round(1)"])
  }

  // MARK: Regular expressions

  @Test func ctrlRSearchesForRegularExpressions() {
    var state = viewer(orders(5))
    state.type("lll/^с")
    let effects = state.press(.control("r"))
    #expect(state.frame.text.contains("/regex ^с"))
    let host = ViewerHost(
      run: { (_, _) throws(Diagnostic) in throw .interrupted },
      match: { column, pattern in
        (0..<column.count).filter { pattern == "(?i)^с" && column[$0].description.lowercased().hasPrefix("с") }
      })
    for case .search(let task) in effects { try? task.run(by: host) { state.receive($0) } }
    state.requests(pressing: .enter)
    #expect(state.sheet.view.row == 1)
    #expect(state.type("z/") == ["train | filter matches(name, \"(?i)^с\")"])
  }

  @Test func aPatternThatIsNoneIsSaid() {
    var state = viewer(orders(5))
    state.type("lll/")
    _ = state.press(.control("r"))
    var effects: [Effect] = []
    for key in "a(" { effects = state.press(.character(key)) }
    let host = ViewerHost(
      run: { (_, _) throws(Diagnostic) in throw .interrupted },
      match: { (_, _) throws(Diagnostic) in throw Diagnostic("no closing bracket") })
    for case .search(let task) in effects {
      do throws(Diagnostic) { try task.run(by: host) { state.receive($0) } } catch {
        state.searchStopped(task.id, because: error.message)
      }
    }
    state.requests(pressing: .enter)
    #expect(state.message?.text == "no closing bracket")
  }

  // MARK: Two tables

  @Test func openSheetsAreJoinedAndCompared() {
    var state = viewer()
    state.type("J")
    #expect(state.message?.text == "there is no other open sheet, and no other table in the session")
    state.type("llllF")
    state.answer(Table([(name: "kind", column: Column(["view"])), (name: "len", column: Column([5]))]))
    state.type("J\n")
    #expect(state.prompt?.text == "join train on kind")
    #expect(state.type("\n") == ["train | value_counts kind | join train on kind"])
    state.answer(.interrupted)
    // From the other side it is a pipeline in parentheses.
    state.requests(pressing: .tab)
    state.type("J\n")
    #expect(state.prompt?.text == "join (train | value_counts kind) on kind")
    state.requests(pressing: .escape)
    state.type("zJ\n")
    #expect(state.prompt?.text == "kind")
    let asked = state.type("\n")
    #expect(asked.first?.contains("| full_join (train | value_counts kind | with kind_key = coalesce(kind, ") == true)
    #expect(asked.first?.contains(" on kind_key, kind_is_null, nth |") == true)
    #expect(asked.first?.contains("| filter change != \"same\" |") == true)
  }

  @Test func columnsWithoutACommonTypeBecomeTextToBeTransposed() {
    var state = viewer(orders(3).selecting([0, 1]))
    #expect(state.type("!T") == ["train | transpose names=user_id"])
    state.answer(.interrupted)
    state = viewer(orders(3).selecting([0, 3]))
    #expect(state.type("T") == ["train | with user_id = cast(user_id, str) | transpose"])
  }

  // MARK: Plots

  @Test func aPlotIsDrawnForEverySizeOfTheScreen() throws {
    var state = viewer(rows: 14, columns: 60)
    state.type("lllP")
    #expect(state.message?.isError == true)
    state.type("hP")
    #expect(state.prompt?.text == "hist x=price")
    let effects = state.press(.enter)
    guard case .run(let request)? = effects.first else {
      Issue.record("nothing runs")
      return
    }
    #expect(request.text == "train | plot hist x=price")
    let plot = Plot(.histogram, xLabel: "price", series: [Plot.Series(x: (0..<200).map { Double($0 * 25) / 4 })])
    let host = ViewerHost(run: { (_, _) throws(Diagnostic) in throw .interrupted }, plot: { _, _ in plot })
    _ = state.receive(request.id, request.run(by: host))
    for (columns, rows) in [(60, 14), (30, 8), (2, 2)] {
      state.size = TerminalSize(rows: rows, columns: columns)
      let asked = state.plotRequest()
      let wanted = try #require(asked)
      state.receive(wanted.run(), for: wanted.sheet)
      let again = state.plotRequest()
      #expect(again == nil)
      if columns >= 30 { try expectFrame(state, "plot-\(columns)x\(rows)") }
    }
    // Verbs of tables have no meaning here, which is said before anything is typed; the pipeline has.
    for keys in ["F", "[", "-", "&", "=", "+", "zc", "z~", "zJ", "P", "/", "c", "%"] {
      #expect(state.type(keys).isEmpty && state.prompt == nil, "\(keys)")
      #expect(state.message?.text == "this is a plot: q goes back to its table", "\(keys)")
    }
    #expect(state.sheet.pipeline == "train | plot hist x=price")
    state.type("q")
    #expect(state.sheets.count == 1)
    // Against what is frozen.
    state.type("0!llP")
    #expect(state.prompt?.text == "scatter x=user_id y=price")
  }

  @Test(arguments: [Key.control("c"), .escape]) func aPlotThatRunsIsStopped(_ key: Key) {
    var state = viewer()
    state.type("llP\n")
    #expect(state.work != nil)
    let stops = state.press(key).contains { if case .cancel = $0 { true } else { false } }
    #expect(stops)
    state.answer(.interrupted)
    #expect(state.message?.text == "stopped" && state.sheets.count == 1)
    // Where nothing runs, neither stops anything.
    let again = state.press(key).contains { if case .cancel = $0 { true } else { false } }
    #expect(!again)
  }

  // MARK: Messages

  @Test func aMessageThatNeedsTheLineGetsIt() {
    var state = viewer(rows: 12, columns: 80)
    state.type("J")
    let text = "there is no other open sheet, and no other table in the session"
    #expect(state.frame.text.split(separator: "\n").last.map(String.init) == text)
    state.type("j")
    #expect(state.frame.text.contains("2 of 200 rows"))
  }

  @Test func rowsThatBecomeMoreAreCounted() {
    var state = viewer(orders(3))
    state.type("&user_id > 0\n")
    state.answer(orders(5))
    #expect(state.message?.text == "filter user_id > 0: 3 rows became 5")
  }

  // MARK: Two sheets beside each other

  @Test func theSheetBesideFollowsTheCursor() throws {
    var state = viewer(orders(60), rows: 12, columns: 80)
    state.type("Z")
    #expect(state.message?.isError == true)
    state.type("llllF")
    state.answer(
      Table([(name: "kind", column: Column(["view", nil, "to_cart"])), (name: "len", column: Column([20, 20, 20]))]))
    state.type("Z")
    state.loadPage()
    let first = state.linkRequest()?.run()
    #expect(first == nil)
    state.type("jj")
    let following = state.linkRequest()?.run()
    state.receive(try #require(following))
    state.loadPage()
    #expect(state.sheets[0].view.row == 2)
    let again = state.linkRequest()
    #expect(again == nil)
    try expectFrame(state, "beside")
    // From the table to its counts.
    state.requests(pressing: .tab)
    #expect(state.sheets.count == 2 && state.sheet.rowCount == 60)
    state.type("gg")
    let back = state.linkRequest()?.run()
    state.receive(try #require(back))
    #expect(state.sheets[0].view.row == 0)
    // A click goes to where it is.
    state.requests(pressing: .click(row: 3, column: 60))
    #expect(state.sheet.rowCount == 3 && state.sheet.view.row == 1)
    // What is closed leaves the other.
    state.type("q")
    #expect(state.sheets.count == 1 && state.sheet.rowCount == 60)
  }
}
