import Foundation
import Generators
import Testing

/// What `make install` and `make dist` hand out beside the program.
@Suite(
  .enabled(
    if: FileManager.default.fileExists(atPath: TerminalSession.program), "skipped: no program beside the tests"))
struct PackagingTests {
  private let home = Home()
  private static let checkout = Checkout.root.path
  private static let subcommands = [
    "check", "eval", "export", "follow", "kernel", "play", "promote", "prompt", "reference", "run", "simulate", "view",
  ]
  private static let pages = subcommands + ["kernel-install", "kernel-run"]

  private func lectern(_ arguments: String...) -> ChildProcess {
    ChildProcess(TerminalSession.program, arguments, in: home.path)
  }

  @Test func everySubcommandHasAPageOfTheManual() throws {
    let result = lectern("reference", "--man", "man")
    #expect(result.status == 0, "\(result.errors)")
    let pages = try FileManager.default.contentsOfDirectory(atPath: home.path + "/man")
    #expect(
      pages.sorted() == ["lectern-language.7", "lectern.1"].merged(with: Self.pages.map { "lectern-\($0).1" }))
    let page = try String(contentsOfFile: home.path + "/man/lectern-promote.1", encoding: .utf8)
    #expect(page.contains("\\fBlectern promote\\fR \\fIfile\\fR [\\fB\\-\\-data\\fR \\fIfolder\\fR]"))
    #expect(page.contains(".SH OPTIONS\n"))
    let program = try String(contentsOfFile: home.path + "/man/lectern.1", encoding: .utf8)
    #expect(program.contains("\\fB\\-\\-resume\\fR"), "the options of the prompt need no subcommand")
    for command in Self.pages {
      #expect(program.contains("lectern\\-\(command.replacing("-", with: "\\-"))(1)"), "\(command)")
    }
    let kernel = try String(contentsOfFile: home.path + "/man/lectern-kernel.1", encoding: .utf8)
    #expect(kernel.contains("\\fBlectern kernel\\fR \\fIcommand\\fR"))
  }

  @Test(.enabled(if: exists("/usr/bin/groff"), "skipped: no groff"))
  func roffHasNothingToSayAboutThePages() throws {
    #expect(lectern("reference", "--man", "man").status == 0)
    // A page without an end, as for `man`: a long table would not fit on one of paper.
    try ".pl 100000v\n".write(toFile: home.path + "/endless", atomically: true, encoding: .utf8)
    for page in try FileManager.default.contentsOfDirectory(atPath: home.path + "/man") {
      // As `man` calls it: one endless page, as wide as a terminal.
      let result = ChildProcess(
        "/usr/bin/groff",
        ["-man", "-t", "-ww", "-z", "-Tutf8", "-Kutf8", "-rcR=1", "-rLL=78n", "-rLT=78n", "endless", "man/\(page)"],
        in: home.path)
      #expect(result.status == 0 && result.errors.isEmpty, "\(page): \(result.errors)")
    }
  }

  @Test func aFolderThatCannotBeMadeIsSaid() {
    let result = lectern("reference", "--man", "/dev/null/man")
    #expect(result.status == 1)
    #expect(result.errors.contains("cannot make the folder `/dev/null/man`"))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func theShellReadsItsCompletions(_ shell: String) throws {
    let script = lectern("--generate-completion-script", shell)
    #expect(script.status == 0 && script.errors.isEmpty)
    for command in Self.subcommands { #expect(script.output.contains(command), "\(command)") }
    // Debian has bash; the others where a developer has them.
    guard shell == "bash" || Self.exists("/usr/bin/\(shell)") else { return }
    try script.output.write(toFile: home.path + "/script", atomically: true, encoding: .utf8)
    let reading = ChildProcess("/usr/bin/\(shell)", ["-n", "script"], in: home.path)
    #expect(reading.status == 0 && reading.errors.isEmpty, "\(reading.errors)")
  }

  @Test(arguments: [
    ("lectern ch", "check"), ("lectern export a.md --to ", "html ipynb pyspark pdf"),
    ("lectern prompt --re", "--resume"),
    ("lectern kernel in", "install"),
  ])
  func bashCompletes(_ line: String, _ words: String) {
    let script = lectern("--generate-completion-script", "bash").output
    let result = ChildProcess(
      "/usr/bin/bash", [],
      input: script + """

        words=(\(line)); case '\(line)' in *' ') words+=('');; esac
        COMP_WORDS=("${words[@]}") COMP_CWORD=$((${#words[@]} - 1)) COMP_LINE='\(line)' COMP_POINT=\(line.count)
        _lectern lectern "${words[-1]}" "${words[-2]}"
        echo "${COMPREPLY[*]}"
        """,
      in: home.path)
    #expect(result.output == words + "\n", "\(result.errors)")
  }

  @Test func theSameFilesAreInstalledEverywhere() throws {
    let result = ChildProcess(
      Self.checkout + "/Scripts/packaging/install-files", [TerminalSession.program, "installed"], in: home.path)
    #expect(result.status == 0, "\(result.errors)")
    let documents = ["sessions", "examples"].flatMap { folder in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(Self.checkout)/\(folder)")) ?? []
      return names.filter { $0.hasSuffix(".md") }.map { "share/doc/lectern/\(folder)/\($0)" }
    }
    let pages = Self.pages.map { "share/man/man1/lectern-\($0).1.gz" }
    let others = [
      "bin/lectern", "share/bash-completion/completions/lectern", "share/doc/lectern/DIFFERENCES.md",
      "share/doc/lectern/REFERENCE.md", "share/doc/lectern/copyright", "share/fish/vendor_completions.d/lectern.fish",
      "share/man/man1/lectern.1.gz", "share/man/man7/lectern-language.7.gz", "share/zsh/site-functions/_lectern",
    ]
    #expect(installedFiles() == others.merged(with: documents + pages))
    #expect(documents.contains("share/doc/lectern/sessions/seminar.en.md"))
    let version = ChildProcess(home.path + "/installed/bin/lectern", ["--version"])
    #expect(version.output == lectern("--version").output)
  }

  /// What a package depends on is read from the program: every library that it is linked to or opens is in a package.
  @Test(.enabled(if: canBePacked, "skipped: a program that needs Swift beside it, or no dpkg-dev"))
  func theLibrariesItNeedsAreFound() {
    let result = ChildProcess(Self.checkout + "/Scripts/packaging/dependencies", [TerminalSession.program])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasPrefix("Depends: "))
    for package in ["libc6 (>= ", "libzstd1 (>= ", "libreadline8"] { #expect(result.output.contains(package)) }
  }

  private static let canBePacked =
    exists("/usr/bin/dpkg-shlibdeps")
    && !ChildProcess("/usr/bin/objdump", ["-p", TerminalSession.program]).output.contains("libswiftCore")

  /// Files below the folder that was installed to.
  private func installedFiles() -> [String] {
    let folder = home.path + "/installed"
    let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return paths.filter { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder) && !isFolder.boolValue
    }.sorted()
  }

  private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}

extension [String] {
  fileprivate func merged(with others: [String]) -> [String] { (self + others).sorted() }
}
