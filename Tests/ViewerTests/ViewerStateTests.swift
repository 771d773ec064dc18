import Diagnostics
import Display
import Tables
import Terminal
import TestSupport
import Testing
import Viewer

@Suite struct ViewerStateTests {
  @Test func changesOfRowsArePipelines() {
    var state = viewer()
    #expect(state.type("]") == ["train | sort user_id desc"])
    state.answer(orders())
    #expect(state.type("lz[") == ["train | sort user_id desc, product_id"])
    state.answer(orders())
    #expect(state.type("[") == ["train | sort product_id"])
    state.answer(orders())
    #expect(state.type(",") == ["train | sort product_id | filter product_id == 148481523"])
    state.answer(orders(1))
    #expect(
      state.type("lllz,") == [
        "train | sort product_id | filter product_id == 148481523 | filter kind != \"view\" or kind is null"
      ])
    state.answer(orders(0))
    #expect(state.sheet.rowCount == 0)
  }

  @Test func valuesAreWrittenAsTheLanguageDoes() {
    var state = viewer()
    #expect(state.type("lllljz,") == ["train | filter kind is not null"])
    state.answer(orders())
    #expect(state.type("k$,") == ["train | filter kind is not null | filter `is gift`"])
    state.answer(orders())
    state.type("u")
    #expect(Spelling.text("a\"b\\\n\u{1B}") == "\"a\\\"b\\\\\\n\\u{1b}\"")
    #expect(PipelineText.condition("x", is: .float(.nan), negated: true) == "not is_nan(x)")
    #expect(PipelineText.condition("x", is: .list([])) == nil)
    #expect(PipelineText.condition("x", is: .duration(3_600_000_000, .microseconds)) == "x == \"1h\"")
    #expect(Spelling.name("столбец") == "столбец")
    #expect(Spelling.name("order") == "`order`" && Spelling.name("2x") == "`2x`")
  }

  @Test func undoAndRedoGoThroughAllChanges() {
    var state = viewer()
    let first = state.frame.text
    state.type("-")
    state.type("]")
    state.answer(orders(7))
    #expect(state.sheet.rowCount == 7)
    state.type("uu")
    #expect(state.frame.text == first)
    state.type("UU")
    #expect(state.sheet.rowCount == 7 && state.sheet.view.order.count == 5)
    state.type("r")
    #expect(state.sheet.rowCount == 200 && state.sheet.view.order.count == 6)
    state.type("u")
    #expect(state.sheet.rowCount == 7)
  }

  @Test func hiddenAndMovedColumnsAreInThePipeline() {
    var state = viewer()
    state.type("-}")
    #expect(state.sheet.pipeline == "train | select price, product_id, name, kind, `is gift`")
    state.type("gv")
    #expect(state.sheet.pipeline == "train")
  }

  @Test func theKeysWorkInTheRussianLayout() {
    var state = viewer()
    state.type("оо")
    #expect(state.sheet.view.row == 2)
    #expect(state.type("ъ") == ["train | sort user_id desc"])
  }

  @Test func countsRepeatAndAddress() {
    var state = viewer()
    state.type("10j")
    #expect(state.sheet.view.row == 10)
    state.type("123G")
    #expect(state.sheet.view.row == 122)
    state.type(":7\n")
    #expect(state.sheet.view.row == 6)
    state.type("99999999999999999999j")
    #expect(state.sheet.view.row == 199)
    state.type("gg0")
    #expect(state.sheet.view.row == 0 && state.sheet.view.column == 0)
  }

  @Test func searchingGoesOnFromTheOtherEnd() {
    var state = viewer(orders(20))
    state.type("lll5G/сумка")
    #expect(state.sheet.view.row == 9 && state.finding?.count == 3)
    #expect(state.frame.text.hasSuffix("match 2 of 3 of `сумка`"))
    state.type("\n")
    state.type("n")
    #expect(state.sheet.view.row == 17)
    state.type("n")
    #expect(state.sheet.view.row == 1 && state.message?.text == "continued from the first row; match 1 of 3 of `сумка`")
    state.type("N")
    #expect(state.sheet.view.row == 17)
    // Leaving the line goes back to where it began.
    state.type("/café")
    #expect(state.sheet.view.row == 5)
    state.requests(pressing: .escape)
    #expect(state.sheet.view.row == 17 && state.finding == nil)
    state.type("/nothing like it\n")
    #expect(state.message?.isError == true && state.sheet.view.row == 17)
  }

  @Test func theSameValueIsFoundAndCounted() {
    var state = viewer(orders(12))
    state.type("llll#")
    #expect(state.sheet.view.row == 3 && state.finding?.count == 4)
    state.type("*")
    #expect(state.sheet.view.row == 0)
    #expect(state.frame.text.contains("match 1 of 4 of `view`"))
  }

  @Test func aCountOpensTheRowsItCounts() {
    var state = viewer()
    #expect(state.type("llllF") == ["train | value_counts kind"])
    state.answer(Table([(name: "kind", column: Column(["view", nil])), (name: "len", column: Column([5, 3]))]))
    #expect(state.sheets.count == 2)
    #expect(state.type("j\n") == ["train | filter kind is null"])
    state.answer(orders(3))
    #expect(state.sheets.count == 3)
    state.type("qq")
    #expect(state.sheets.count == 1)
  }

  @Test func onlyOnePipelineRunsAtATime() {
    var state = viewer()
    state.type("]")
    #expect(state.type("[").isEmpty)
    #expect(state.message?.isError == true)
    // Looking around goes on.
    state.type("j")
    #expect(state.sheet.view.row == 1)
    let effects = state.press(.control("c"))
    #expect(effects.contains { if case .cancel = $0 { true } else { false } })
    // So does closing what is waited for; the next time it closes the viewer.
    let closing = state.press(.character("q"))
    #expect(closing.contains { if case .cancel = $0 { true } else { false } })
    state.answer(.interrupted)
    #expect(state.work == nil && state.message?.text == "stopped")
    #expect(state.press(.character("q")).contains { if case .leave = $0 { true } else { false } })
  }

  @Test func otherSheetsAreMadeOfWhatIsFrozen() {
    var state = viewer()
    #expect(state.type("gF").isEmpty && state.message?.isError == true)
    #expect(state.type("!gF") == ["train | group_by user_id | sort len desc"])
    state.answer(orders(3))
    state.type("q")
    #expect(state.type("lW") == ["train | pivot rows=user_id columns=product_id"])
    state.answer(.interrupted)
    #expect(state.type("(").isEmpty && state.message?.isError == true)
  }

  @Test func aViewIsSavedWithItsColumns() {
    var state = viewer(orders(3).selecting([0, 3]))
    state.type("-")
    state.requests(pressing: .control("s"))
    #expect(state.type("a b.csv\n") == ["train | select name | save \"a b.csv\""])
    state.answer(orders(3))
    #expect(state.message?.text == "saved to a b.csv" && state.sheet.view.order.count == 1)
  }

  @Test func anAnswerIsForTheSheetThatAsked() {
    var state = viewer()
    state.type("]")
    state.type("\n")
    #expect(state.sheets.count == 2)
    state.answer(orders(9))
    #expect(state.sheet.isRecord && state.sheet.rowCount == 7)
    state.type("q")
    #expect(state.sheet.rowCount == 9)
    state.type("I")
    state.type("q")
    #expect(state.sheets.count == 1)
  }

  @Test func thePipelineGoesToThePrompt() {
    var state = viewer()
    state.type("lD")
    let effects = state.press(.enter)
    guard case .leave(let exit) = effects.first else {
      Issue.record("the viewer stays")
      return
    }
    #expect(exit == .pipeline("train", runs: false))
  }

  @Test func theCellUnderTheCursorIsReversed() {
    var state = viewer(rows: 8, columns: 60)
    state.type("jl")
    #expect(state.frame.texts(.cursor).map { $0.filter { $0 != " " } } == ["148481524"])
  }

  @Test func namesOfCommandsAndKeysAreUnique() {
    let names = Command.all.map(\.name)
    #expect(Set(names).count == names.count)
    let keys = Command.all.flatMap(\.keys)
    #expect(Set(keys).count == keys.count)
  }
}
