import Terminal
import TestSupport
import Testing

@Suite struct CompletionTests {
  private func completion(_ texts: String...) -> Completion {
    Completion(range: 0..<0, candidates: texts.map { Completion.Candidate($0) })
  }

  @Test func commonPrefixEndsOnAWholeCharacter() {
    // д and ж share their first byte.
    #expect(completion("столд", "столж").commonPrefix == "стол")
    #expect(completion("head").commonPrefix == "head")
    #expect(completion().commonPrefix.isEmpty)
  }

  @Test func aSoleCandidateIsFinalAndFollowedByASpace() {
    let sole = completion("filter")
    #expect(sole.replacement(for: "fi", next: nil)?.text == "filter ")
    #expect(sole.replacement(for: "fi", next: " ")?.text == "filter")
  }

  @Test func severalCandidatesAreCompletedAsFarAsTheyAgree() {
    #expect(completion("user_id", "user_name").replacement(for: "us", next: nil)?.text == "user_")
    #expect(completion("user_id", "user_name").replacement(for: "user_", next: nil) == nil)
    #expect(completion("filter", "Filter").replacement(for: "fil", next: nil) == nil)
  }

  private func menu(_ candidates: [Completion.Candidate], columns: Int, height: Int) -> String {
    CompletionMenu(candidates: candidates, usesColor: false).rows(columns: columns, height: height).map(\.text)
      .joined(separator: "\n")
  }

  @Test func descriptionsStandBesideTheNames() {
    let candidates = [
      Completion.Candidate("head", description: "first rows"), Completion.Candidate("столбец", description: "i64"),
    ]
    expectText(menu(candidates, columns: 40, height: 5), equals: "head     first rows\nстолбец  i64")
    expectText(menu(candidates, columns: 40, height: 1), equals: "head     столбец")
  }

  @Test func manyNamesAreListedInColumnsAndCounted() {
    let candidates = (1...20).map { Completion.Candidate("c\($0)") }
    expectText(
      menu(candidates, columns: 21, height: 3), equals: "c1   c3   c5   c7\nc2   c4   c6   c8\n… 12 more")
  }

  @Test func noRowIsWiderThanTheTerminal() {
    let candidates = (0..<30).map { Completion.Candidate(String(repeating: "ш", count: $0 * 2 + 1), description: "d") }
    for columns in 9..<70 {
      for height in 1..<35 {
        let rows = CompletionMenu(candidates: candidates, usesColor: false).rows(columns: columns, height: height)
        #expect(rows.count <= height)
        #expect(rows.allSatisfy { visibleCells($0.text).width <= columns })
      }
    }
  }
}
