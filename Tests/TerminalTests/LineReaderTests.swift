import Glibc
import Terminal
import Testing

@Suite struct LineReaderTests {
  private func lines(_ text: String) -> [LineInput] {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return [] }
    _ = text.withCString { write(ends[1], $0, text.utf8.count) }
    close(ends[1])
    defer { close(ends[0]) }
    var reader = LineReader(descriptor: ends[0])
    var found: [LineInput] = []
    repeat { found.append(reader.readLine()) } while found.last != .endOfFile && found.count < 100
    return found
  }

  @Test func linesArriveAsTheyAre() {
    #expect(lines("a\tб\n\nlast") == [.line("a\tб"), .line(""), .line("last"), .endOfFile])
    #expect(lines("dos\r\n") == [.line("dos"), .endOfFile])
    #expect(lines("") == [.endOfFile])
  }
}
