import Terminal
import Testing

@Suite struct ProgressTextTests {
  @Test func showsTheBarTheTimeLeftAndTheDetail() {
    let text = ProgressText(title: "iALS", fraction: 0.25, detail: "loss 0.12", elapsed: 10)
    #expect(text.line(columns: 60) == "iALS  ━━━━━━───────────────────   25 %  0:30 left  loss 0.12")
    #expect(text.line(columns: 24) == "iALS   25 %  0:30 left")
  }

  @Test func aPhaseThatBeginsLateIsTimedFromItsOwnBeginning() {
    #expect(ProgressText(title: "", fraction: 0.75, detail: "", elapsed: 10, startFraction: 0.5).timeLeft == "0:10")
    #expect(ProgressText(title: "", fraction: 0.01, detail: "", elapsed: 60).timeLeft == "1:39:00")
    #expect(ProgressText(title: "", fraction: 0, detail: "", elapsed: 60).timeLeft == nil)
  }

  @Test(arguments: [Double.nan, .infinity, -1, 2, 0, 1, 0.5])
  func anyFractionFitsAnyWidth(fraction: Double) {
    for columns in 20..<120 {
      let text = ProgressText(
        title: "EASE: разложение", fraction: fraction, detail: "漢字", elapsed: 3, startFraction: 0.1)
      #expect(visibleCells(text.line(columns: columns)).width <= columns)
    }
  }
}
