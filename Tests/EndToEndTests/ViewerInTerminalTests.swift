import Glibc
import Testing

/// The viewer in a real terminal: it opens, follows the size, and gives the terminal back however it ends.
@Suite(.serialized, .enabled(if: TerminalSession.isAvailable, "skipped: no tmux, or no program beside the tests"))
struct ViewerInTerminalTests {
  @Test func theViewerOpensAndGivesTheTerminalBack() throws {
    let session = try TerminalSession()
    try session.expect("In [1]:")
    session.run("t = table a = [30, 10, 20]")
    try session.expect("In [2]:")
    session.run("t | view")
    try session.expect("1 of 3 rows")
    session.press("[")
    try session.expect("a ↑")
    session.resize(rows: 10, columns: 50)
    try session.expect("1 of 3 rows, column 1/1")
    // A new size is no key. On a narrow screen the position has no words.
    session.resize(rows: 10, columns: 40)
    try session.expect("1/3")
    #expect(!session.screen.contains("means nothing"))
    session.press("D")
    try session.expect("Enter takes it")
    session.press("Enter")
    try session.expect("In [3]: t | sort a")
  }

  @Test func theRussianLayoutSortsSearchesAndLeavesThePipelineInTheSession() throws {
    let session = try TerminalSession()
    try session.expect("In [1]:")
    session.run("t = table a = [30, 10, 20], word = [\"да\", \"нет\", \"нет\"]")
    try session.expect("In [2]:")
    session.run("t | view")
    try session.expect("1 of 3 rows")
    // `]`, `l`, `/`, `z/`, `Q` where they are on the keyboard; what is searched for is typed as it is.
    session.type("ъ")
    try session.expect("a ↓")
    session.type("д/нет")
    try session.expect("match 1 of 2 of `нет`")
    session.press("Enter")
    session.type("я/")
    try session.expect("of 2 rows")
    session.type("Й")
    try session.expect("sort a desc | filter contains(lower(word), \"нет\")")
    try session.expect("shape: (2, 2)")
  }

  /// A signal that ends it, a fault in it, Ctrl-Z and back, and `q`: the shell's screen and modes are as they were.
  @Test(arguments: [SIGTERM, SIGHUP, SIGSEGV, SIGABRT, SIGBUS, SIGQUIT]) func theShellIsAsItWasAfter(
    signal: Int32
  ) throws {
    let (session, modes) = try opened()
    session.run("lectern view t.csv")
    try session.expect("1 of 3 rows")
    #expect(session.isFullScreen)
    session.kill(signal)
    try session.expectGone("1 of 3 rows")
    try session.expectShell()
    #expect(!session.isFullScreen)
    #expect(try session.modes() == modes)
    session.run("echo seen $((6 * 7))")
    try session.expect("seen 42")
  }

  @Test func ctrlZLeavesToTheShellAndFgComesBack() throws {
    let (session, modes) = try opened()
    session.run("lectern view t.csv")
    try session.expect("1 of 3 rows")
    session.press("j")
    try session.expect("2 of 3 rows")
    session.press("C-z")
    try session.expect("Stopped")
    #expect(!session.isFullScreen)
    #expect(try session.modes() == modes)
    session.resize(rows: 12, columns: 60)
    session.run("fg")
    try session.expect("2 of 3 rows, column 1/2")
    #expect(session.isFullScreen)
    session.press("j")
    try session.expect("3 of 3 rows")
    session.press("q")
    try session.expectShell()
    #expect(try session.modes() == modes)
  }

  @Test func aTinyScreenHasRoomForATable() throws {
    let (session, _) = try opened(rows: 5, columns: 20)
    session.run("lectern view t.csv")
    try session.expect("1/3")
    session.press("G")
    try session.expect("3/3")
    session.resize(rows: 1, columns: 2)
    session.resize(rows: 24, columns: 80)
    try session.expect("3 of 3 rows")
    session.press("q")
    try session.expectGone("3 of 3 rows")
    session.run("echo seen $((6 * 7))")
    try session.expect("seen 42")
  }

  @Test func withoutAScreenTheTableIsPrintedAndWhyIsSaid() throws {
    let (session, modes) = try opened()
    session.run("TERM=dumb lectern view t.csv")
    try session.expect("no terminal to open the viewer on")
    try session.expect("shape: (3, 2)")
    session.run("clear; lectern view t.csv | cat")
    try session.expect("no terminal to open the viewer on")
    try session.expect("shape: (3, 2)")
    // Keys come from the terminal where the input is something else.
    session.run("clear; echo nothing | lectern view t.csv")
    try session.expect("1 of 3 rows")
    session.press("q")
    try session.expectShell()
    #expect(try session.modes() == modes)
  }

  @Test func whatIsCopiedIsInTheClipboardAndInAFile() throws {
    let (session, _) = try opened()
    session.run("lectern view t.csv")
    try session.expect("1 of 3 rows")
    session.type("jY")
    try session.expect("copied 2 values; also in")
    #expect(session.clipboard == "10\tнет")
    #expect(try session.home.read(".local/state/lectern/copied") == "10\tнет")
    session.type("q")
    try session.expectShell()
  }

  /// A sequence that the terminal's description does not know is one key, not the keys of its characters: `[` sorts.
  @Test(arguments: ["\u{1B}[25~", "\u{1B}[1;7P", "\u{1B}O5Q", "\u{1B}[[Z", "\u{1B}x"])
  func unknownSequencesAreSwallowed(sequence: String) throws {
    let (session, _) = try opened()
    session.run("lectern view t.csv")
    try session.expect("1 of 3 rows")
    session.type(sequence)
    try session.expect("means nothing here")
    session.type("j")
    try session.expect("2 of 3 rows")
    try session.expectGone("↑")
    session.type("X")
    try session.expect("`X` means nothing here")
    session.type("q")
    try session.expectShell()
  }

  @Test func ctrlCLeavesAPromptAndNotTheViewer() throws {
    let (session, _) = try opened()
    session.run("lectern view t.csv")
    try session.expect("1 of 3 rows")
    // Idle, it says how to leave; a prompt it leaves.
    session.press("C-c")
    try session.expect("q closes")
    session.type("&a > ")
    try session.expect("filter a >")
    session.press("C-c")
    try session.expectGone("filter a >")
    session.type("q")
    try session.expectShell()
  }

  /// While a sort runs the table can be walked, Ctrl-C stops it, and what was there is still there.
  @Test func ctrlCStopsASortAndLeavesTheRowsAsTheyWere() throws {
    let (session, _) = try opened()
    // Enough to take a second; a program that is not optimised takes ten times as long.
    #if DEBUG
    let count = 200_000
    #else
    let count = 2_000_000
    #endif
    try session.home.write(Self.manyRows(count), to: "many.csv")
    session.run("lectern view many.csv")
    try session.expect("1 of ")
    session.type("]")
    try session.expect("Ctrl-C stops it")
    session.type("j")
    try session.expect("2 of ")
    session.press("C-c")
    try session.expect("stopped")
    try session.expect("1000003")
    try session.expectGone("word ↓")
    // It can be asked for again, and ends.
    session.type("gg]")
    try session.expect("word ↓")
    try session.expect("zzz9")
    session.type("q")
    try session.expectShell()
  }

  /// Lines whose texts are in no order; the first is `1000003`, the greatest `zzz9`.
  private static func manyRows(_ count: Int) -> String {
    var number = 1_000_003
    var bytes = Array("word\n".utf8)
    bytes.reserveCapacity(count * 12)
    for row in 0..<count {
      if row == count / 2 { bytes += Array("zzz9\n".utf8) }
      bytes += Array(String(number).utf8)
      bytes.append(UInt8(ascii: row % 7 == 0 ? "x" : "y"))
      bytes.append(UInt8(ascii: "\n"))
      number = (number &* 48_271) % 2_147_483_647
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A shell in a folder with a table in a file, and the modes of its terminal.
  private func opened(rows: Int = 24, columns: Int = 80) throws -> (session: TerminalSession, modes: String) {
    let home = Home()
    try home.write("a,word\n30,да\n10,нет\n20,нет\n", to: "t.csv")
    let session = try TerminalSession(nil, rows: rows, columns: columns, home: home)
    return (session, columns < 80 ? "" : try session.modes())
  }
}
