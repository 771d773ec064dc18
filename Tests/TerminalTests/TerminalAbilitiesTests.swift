import Terminal
import Testing

@Suite struct TerminalAbilitiesTests {
  private func abilities(_ environment: [String: String], isTerminal: Bool = true) -> TerminalAbilities {
    TerminalAbilities(isTerminal: isTerminal) { environment[$0] }
  }

  @Test func theEnvironmentSaysWhatATerminalCan() {
    #expect(abilities(["TERM": "xterm-256color"]).color == .indexed)
    #expect(abilities(["TERM": "xterm-256color", "COLORTERM": "truecolor"]).color == .direct)
    #expect(abilities(["TERM": "xterm", "NO_COLOR": "1"]).color == .none)
    #expect(abilities(["TERM": "xterm", "NO_COLOR": ""]).color == .sixteen)
    #expect(!abilities(["TERM": "dumb"]).cursorMotion)
    #expect(!abilities([:]).cursorMotion)
    #expect(abilities(["TERM": "xterm"], isTerminal: false).color == .none)
    #expect(abilities(["TERM": "xterm"]).hyperlinks)
    #expect(!abilities(["TERM": "linux"]).hyperlinks)
  }
}

@Suite struct EscalationTests {
  @Test func pressingOnEscalates() {
    var interruptCount = InterruptCount()
    let start = ContinuousClock.now
    #expect(interruptCount.press(at: start) == .cancel)
    #expect(interruptCount.press(at: start + .seconds(1)) == .warn)
    #expect(interruptCount.press(at: start + .seconds(2)) == .quit)
    #expect(interruptCount.press(at: start + .seconds(10)) == .cancel)
  }
}
