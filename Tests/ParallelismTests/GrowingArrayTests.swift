import Parallelism
import Testing

@Suite struct GrowingArrayTests {
  @Test func `what was appended is there, however far it grew, and a copy keeps its own`() {
    var growing = GrowingArray<Int>()
    for value in 0..<1000 { growing.append(value) }
    var copy = growing
    // Beyond a few megabytes: whole pages, moved several times.
    for value in 1000..<900_000 { growing.append(value) }
    copy.append(-1)
    #expect(growing.count == 900_000 && copy.count == 1001)
    #expect(growing[1000] == 1000 && copy[1000] == -1 && growing[899_999] == 899_999)
    let more = [7, 8, 9]
    growing.append(contentsOf: more.span)
    #expect(growing.holds(more.span, at: 900_000) && !growing.holds(more.span, at: 0))
    var kept = growing
    #expect(growing.take() == Array(0..<900_000) + more)
    #expect(growing.count == 0 && kept.count == 900_003 && kept[5] == 5)
    growing.append(1)
    #expect(growing.take() == [1] && kept.take().count == 900_003)
  }
}
