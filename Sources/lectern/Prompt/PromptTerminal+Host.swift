import Diagnostics
import Display
import Formats
import Notebook
import Terminal

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Opens a text in the user's editor and returns the result.
func editText(_ text: String) throws(Diagnostic) -> String {
  let variables = ["VISUAL", "EDITOR"] as [String]
  let editor = variables.compactMap { name in getenv(name).map { String(cString: $0) } }.first { !$0.isEmpty }
  var name = Array("/tmp/lectern-XXXXXX.lectern".utf8CString)
  let file = mkstemps(&name, Int32(".lectern".utf8.count))
  guard file >= 0 else { throw Diagnostic("cannot make a file to edit: \(String(cString: strerror(errno)))") }
  close(file)
  let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  defer { unlink(path) }
  try replaceFile(at: path, with: text)
  let status = Echo.on { runInForeground("\(editor ?? "vi") '\(path)'") }
  guard status == 0 else {
    throw Diagnostic(
      "the editor `\(editor ?? "vi")` ended with status \(status)", hint: "set EDITOR to the one you use")
  }
  return try readTextFile(at: path)
}

/// Asks the user; nil if there is no terminal. Every answer except yes means no.
func askPerson(_ question: String) -> Bool? {
  guard TerminalStream.input.isTerminal, TerminalStream.error.isTerminal else { return nil }
  TerminalStream.error.write("\(sanitised(question)) [y/N] ")
  return readLine().map(isYes) ?? false
}

/// Whether an answer is yes.
func isYes(_ answer: String) -> Bool { ["y", "yes"].contains(answer.lowercased().filter { !$0.isWhitespace }) }

/// Runs a shell command in the foreground of the terminal and returns its exit status.
private func runInForeground(_ line: String) -> Int32 {
  var child = pid_t()
  let arguments = ["sh", "-c", line] as [String]
  let words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
  defer { words.forEach { free($0) } }
  guard posix_spawn(&child, "/bin/sh", nil, nil, words, environ) == 0 else { return -1 }
  var status: Int32 = 0
  while waitpid(child, &status, 0) < 0, errno == EINTR {}
  return (status >> 8) & 0xff
}
