import Diagnostics
import Foundation
import Formats
import Notebook
import Parallelism

/// Prints an exported page to PDF with an installed Chromium.
enum PDFExport {
  static let name = "pdf"
  static let summary = "the web page, printed; needs Chromium or Chrome"

  /// The mark after the end of the PDF by which an export recognises its own files.
  private static let mark = "% written by lectern export\n"
  /// The timeout for Chromium in seconds.
  private static let longestWait = 120.0
  private static let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]

  /// Whether a file was made by an export.
  static func isOwn(_ path: String) -> Bool {
    guard let bytes = FileManager.default.contents(atPath: path) else { return false }
    return bytes.starts(with: Data("%PDF".utf8)) && bytes.suffix(mark.utf8.count) == Data(mark.utf8)
  }

  /// The path of the browser, or an error that says what to install.
  static func browser(
    paths: String = getenv("PATH").map { String(cString: $0) } ?? ""
  ) throws(Diagnostic) -> String {
    for folder in paths.split(separator: ":") {
      for name in names where access("\(folder)/\(name)", X_OK) == 0 { return "\(folder)/\(name)" }
    }
    throw Diagnostic(
      "no Chromium is installed, which would print the PDF",
      hint: "`--to html` writes a page that any browser prints, or install `chromium`")
  }

  /// Writes a page to a PDF file atomically.
  static func write(page: String, to path: String) throws(Diagnostic) {
    let browser = try browser()
    let folder = FileManager.default.temporaryDirectory.appending(path: "lectern-pdf-\(UUID().uuidString)").path
    guard createFolder(folder, mode: 0o700) else { throw Diagnostic("cannot make the folder `\(folder)`") }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try replaceFile(at: "\(folder)/page.html", with: page)
    // Root cannot use Chromium's sandbox; the page is our own and loads nothing.
    let arguments =
      ["--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer", "--user-data-dir=\(folder)/profile"]
      + (getuid() == 0 ? ["--no-sandbox"] : [])
      + ["--print-to-pdf=\(folder)/page.pdf", "file://\(folder)/page.html"]
    let status = try run(browser, arguments)
    guard let pdf = FileManager.default.contents(atPath: "\(folder)/page.pdf"), pdf.starts(with: Data("%PDF".utf8))
    else {
      throw Diagnostic(
        "`\(browser)` made no PDF (status \(status))", hint: "`--to html` writes a page that any browser prints")
    }
    try replaceFile(at: path, overwrite: true) { (append) throws(Diagnostic) in
      try append([UInt8](pdf) + Array(mark.utf8))
    }
  }

  /// Runs a program silently and returns its exit status. Ctrl-C ends it.
  private static func run(_ program: String, _ arguments: [String]) throws(Diagnostic) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in 0...2 as ClosedRange<Int32> {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    let words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var child = pid_t()
    guard posix_spawn(&child, program, &actions, nil, words, environ) == 0 else {
      throw Diagnostic("cannot start `\(program)`: \(String(cString: strerror(errno)))")
    }
    var status: Int32 = 0
    let clock = ContinuousClock()
    let start = clock.now
    while waitpid(child, &status, WNOHANG) == 0 {
      let isLate = clock.now - start > .seconds(longestWait)
      if isLate || Cancellation.current.isRequested {
        kill(child, SIGKILL)
        waitpid(child, &status, 0)
        if isLate { throw Diagnostic("`\(program)` took longer than \(Int(longestWait)) s, and was ended") }
        throw .interrupted
      }
      usleep(20_000)
    }
    return (status >> 8) & 0xff
  }
}
