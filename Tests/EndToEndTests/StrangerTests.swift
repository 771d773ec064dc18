import Foundation
import Testing

/// What the command line says of strangers' sessions, and of files that are not to be replaced.
@Suite(
  .enabled(
    if: FileManager.default.fileExists(atPath: TerminalSession.program), "skipped: no program beside the tests"))
struct StrangerTests {
  private let home = Home()

  /// Runs a line of shell where `lectern` is the program and the home a folder of the test's own.
  private func shell(_ line: String) -> ChildProcess {
    let start =
      "export HOME='\(home.path)'; unset XDG_CONFIG_HOME XDG_STATE_HOME; lectern() { '\(TerminalSession.program)' \"$@\"; }; "
    return ChildProcess("bash", ["-c", start + line], in: home.path)
  }

  /// A session in `lesson/` whose table lies in `tables/` beside it, and one that writes where it should not.
  private func makeSessions() throws {
    for folder in ["lesson", "tables"] {
      try FileManager.default.createDirectory(
        at: home.folder.appending(path: folder), withIntermediateDirectories: true)
    }
    try home.write("a\n1\n2\n", to: "tables/t.csv")
    try home.write("mine", to: "victim.csv")
    try home.write(
      "---\ndata: ../tables\n---\n```lectern\nload \"t.csv\" | agg n = len() | value\n```\n```output\n2\n```\n",
      to: "lesson/lesson.md")
    try home.write(
      "```lectern\ntable a = [1] | save \"\(home.path)/victim.csv\" overwrite=true\n```\n```output\n```\n",
      to: "lesson/evil.md")
  }

  @Test func aSessionThatWasNeverTrustedIsCheckedBesideItself() throws {
    try makeSessions()
    let first = shell("lectern check lesson/lesson.md")
    #expect(first.status == 1)
    #expect(first.output.contains("is ignored because"), "\(first.output)\(first.errors)")
    #expect(shell("lectern check lesson/lesson.md --data tables").status == 0)
    #expect(shell("lectern check lesson/lesson.md").status == 1, "`--data` is for once")
    let trusted = shell("lectern check lesson/lesson.md --trust")
    #expect(trusted.status == 0, "\(trusted.output)\(trusted.errors)")
    #expect(shell("lectern check lesson/lesson.md").status == 0, "trust is for ever")
    #expect(shell("cd lesson && lectern check lesson.md").status == 0)
    #expect(shell("lectern check lesson/lesson.md --safe").status == 1)
    #expect(shell("lectern check lesson/lesson.md --safe --trust").status == 64)
    // What a link in a trusted folder leads to is where it is.
    try home.write(home.read("lesson/lesson.md"), to: "tables/lesson.md")
    try FileManager.default.createSymbolicLink(
      atPath: home.path + "/lesson/link.md", withDestinationPath: "../tables/lesson.md")
    #expect(shell("lectern check lesson/link.md").status == 1)
  }

  @Test func aStrangersSessionReplacesNothing() throws {
    try makeSessions()
    for line in [
      "lectern check lesson/evil.md", "lectern run --safe lesson/evil.md", "lectern promote --safe lesson/evil.md",
      "cat lesson/evil.md | lectern --safe",
      "lectern eval --safe \"table a = [1] | save '$HOME/victim.csv' overwrite=true\"",
      "lectern eval --safe 'table a = [1] | save \"victim.csv\" overwrite=true'",
      "cd lesson; lectern eval --safe 'table a = [1] | save \"../victim.csv\" overwrite=true'",
      "lectern eval --safe ':open lesson/evil.md\n:run'", "lectern eval --safe ':open lesson/evil.md\n:check'",
    ] {
      let result = shell(line)
      #expect(result.status == 1 || line.contains(":check"), "\(line): \(result.output)\(result.errors)")
      #expect((result.errors + result.output).contains("may not write"), "\(line): \(result.output)\(result.errors)")
      #expect(try home.read("victim.csv") == "mine", "\(line)")
    }
    #expect(shell("lectern run lesson/evil.md").status == 0, "`run` does what it is told")
    #expect(try home.read("victim.csv") == "a\n1\n")
  }

  @Test func anExportReplacesExportsOnly() throws {
    try makeSessions()
    for form in ["html", "ipynb"] {
      try home.write("mine", to: "lesson/lesson.\(form)")
      #expect(shell("lectern export lesson/lesson.md --to \(form)").status == 1)
      #expect(shell("lectern export lesson/lesson.md --to \(form) -o victim.csv").status == 1)
      #expect(try home.read("lesson/lesson.\(form)") == "mine" && home.read("victim.csv") == "mine")
      for _ in 0..<2 {
        let again = shell("lectern export lesson/lesson.md --to \(form) -o fresh.\(form)")
        #expect(again.status == 0, "\(again.errors)")
      }
    }
  }

  /// Where nothing can be kept, trust lasts as long as the program.
  @Test(arguments: ["unset HOME", "export HOME=/dev/null"]) func trustWithoutAHomeIsForNow(_ home: String) throws {
    try makeSessions()
    let trusted = shell("\(home); lectern check lesson/lesson.md --trust")
    #expect(trusted.status == 0, "\(trusted.output)\(trusted.errors)")
    #expect(shell("\(home); lectern check lesson/lesson.md").status == 1)
  }

  /// A named pipe that nobody writes to is waited for, and Ctrl-C ends that; one that somebody writes to is a session.
  @Test func aPipeThatNobodyWritesToIsLeftByCtrlC() throws {
    // The shell holds the pipe open, or it would itself wait for somebody to write.
    for line in ["run f", "run f --safe", "check f", "< f", "eval ':open f'"] {
      let result = shell(
        "mkfifo f; exec 3<>f; timeout --preserve-status -k 20 -s INT 1 '\(TerminalSession.program)' \(line); echo $?; rm f"
      )
      #expect(result.output.hasSuffix("130\n"), "\(line): \(result.output)\(result.errors)")
    }
    let written = shell("mkfifo f; echo 'x = 5' > f & lectern run f")
    #expect(written.status == 0 && written.output.contains("x: 5 i64"), "\(written.output)\(written.errors)")
    #expect(shell("lectern run <(echo 'x = 5')").status == 0)
  }

  /// What cannot be written is said, and is no success.
  @Test(arguments: [
    "lectern eval 'table a = [1]' > /dev/full", "lectern run lesson/lesson.md --data tables > /dev/full",
    "lectern export lesson/lesson.md --to html -o - > /dev/full", "lectern reference > /dev/full",
    "lectern check lesson/lesson.md --data tables > /dev/full", "echo 'table a = [1]' | lectern > /dev/full",
  ]) func aFullDiskIsNoSuccess(_ line: String) throws {
    try makeSessions()
    let result = shell(line)
    #expect(result.status == 1, "\(line)")
    #expect(result.errors.contains("cannot be written") && result.errors.contains("No space left"), "\(result.errors)")
  }

  /// A limit on the size of files is an error like a full disk, and no death by a signal.
  @Test func aLimitOnFilesIsAnError() throws {
    try makeSessions()
    let rows = "t = table a = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]; t = t | cross_join (t | rename b = a); "
    let join = "t = t | cross_join (t | rename c = a, d = b); "
    #expect(shell("ulimit -f 8; lectern eval '\(rows)\(join)t | save \"large.csv\"'").status == 1)
    #expect(!FileManager.default.fileExists(atPath: home.path + "/large.csv"))
    let printed = shell("ulimit -f 8; lectern eval ':set rows 10000\n\(rows)\(join)t' > printed.txt")
    #expect(printed.status == 1)
    #expect(printed.errors.contains("cannot be written"), "\(printed.errors)")
  }

  @Test func whoReadsNoFurtherIsNoError() throws {
    let rows = "t = table a = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]; t = t | cross_join (t | rename b = a); "
    let result = shell(
      "lectern eval ':set rows 10000\n\(rows)t | cross_join (t | rename c = a, d = b)' | head -1; echo ${PIPESTATUS[0]}"
    )
    #expect(result.output.hasSuffix("\n0\n") && result.errors.isEmpty, "\(result.output)\(result.errors)")
  }
}
