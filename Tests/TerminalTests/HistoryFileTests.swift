import Glibc
import Terminal
import Testing

@Suite struct HistoryFileTests {
  private func temporaryPath() -> String { "/tmp/lectern-history-test-\(getpid())-\(UInt64.random(in: 0 ... .max))" }

  @Test(arguments: [
    "train | head", "train |\n  filter a > 1 |\n  head 3", "# comment\n#1 not a time\n\\#2 nor this\n\\\\#3", "a\n\nb",
    "привет", "\\", "#", "#-1\n#+2", "ends in a blank\n ", "\nbegins with one",
  ])
  func everyEntrySurvives(text: String) {
    let entries = [
      HistoryFile.Entry(seconds: 1, text: text), HistoryFile.Entry(seconds: 2, text: "next"),
      HistoryFile.Entry(seconds: 1_800_000_000, text: text),
    ]
    #expect(HistoryFile.parse(entries.flatMap(HistoryFile.format)) == entries)
  }

  @Test func aFileWithoutTimesHasALineAnEntry() {
    #expect(HistoryFile.parse(Array("one\ntwo\n".utf8)).map(\.text) == ["one", "two"])
    #expect(HistoryFile.parse([]).isEmpty)
  }

  @Test func sessionsSideBySideKeepEachOthersEntries() {
    let path = temporaryPath() + "/deep/history"
    let here = HistoryFile(path: path)
    let there = HistoryFile(path: path)
    here.append(HistoryFile.Entry(seconds: 1, text: "here"))
    there.append(HistoryFile.Entry(seconds: 2, text: "there\nand on"))
    here.append(HistoryFile.Entry(seconds: 3, text: "here again"))
    #expect(HistoryFile(path: path).load().map(\.text) == ["here", "there\nand on", "here again"])
    var information = stat()
    #expect(stat(path, &information) == 0 && information.st_mode & 0o777 == 0o600)
  }

  @Test func onlyTheLatestEntriesAreKept() {
    let file = HistoryFile(path: temporaryPath(), limit: 8)
    for index in 0..<20 { file.append(HistoryFile.Entry(seconds: Int64(index), text: "line \(index)")) }
    #expect(file.load().map(\.text) == (12..<20).map { "line \($0)" })
    // The file itself was cut back too.
    #expect(HistoryFile(path: file.path).load().count == 8)
    unlink(file.path)
  }

  @Test func aFolderThatCannotBeWrittenIsNoError() {
    let file = HistoryFile(path: "/proc/nowhere/history")
    file.append(HistoryFile.Entry(seconds: 1, text: "x"))
    #expect(file.load().isEmpty)
  }
}
