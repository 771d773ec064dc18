import Foundation
import Generators
import Notebook
import Query

/// Statements that people wrote: examples of the reference, cells of sessions, and statements in tests.
enum RealStatements {
  /// The statements that run unchanged in the fuzzer's session.
  static let examples = Session.examples.map(\.code)

  static let all: [String] = {
    var found = examples
    for folder in ["sessions", "examples", "docs"] { found += files(in: folder, ending: ".md").flatMap(cells) }
    found += files(in: "Tests", ending: "Tests.swift").flatMap(literals)
    var seen: Set<String> = []
    // Long statements and slow ones do not find more.
    return found.filter { $0.utf8.count < 400 && !$0.contains("simulate") && seen.insert($0).inserted }
  }()

  /// The texts of a folder's files, sorted by name, so that the order is the same on every machine.
  private static func files(in folder: String, ending: String) -> [String] {
    let path = Checkout.path(folder)
    let names = (FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []).sorted()
    return names.filter { $0.hasSuffix(ending) }.compactMap {
      try? String(contentsOfFile: path + "/" + $0, encoding: .utf8)
    }
  }

  /// The statements in the cells of a session: each line, with the indented lines that continue it.
  private static func cells(of text: String) -> [String] {
    var found: [String] = []
    var isCell = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isCell = line.hasPrefix("```lectern")
      } else if isCell {
        if line.first == " ", let last = found.popLast() {
          found.append(last + "\n" + line)
        } else {
          found.append(String(line))
        }
      }
    }
    return found.filter { !$0.isEmpty }
  }

  /// The string literals in a test's source that look like a pipeline.
  private static func literals(of source: String) -> [String] {
    source.split(separator: "\n").flatMap { line -> [String] in
      guard line.contains(" | ") || line.contains(" = ") else { return [] }
      var found: [String] = []
      var rest = line[...]
      while let start = rest.firstIndex(of: "\"") {
        var end = rest.index(after: start)
        var text = ""
        while end < rest.endIndex, rest[end] != "\"" {
          if rest[end] == "\\", rest.index(after: end) < rest.endIndex {
            end = rest.index(after: end)
            if rest[end] == "n" { text += "\n" } else { text.append(rest[end]) }
          } else {
            text.append(rest[end])
          }
          end = rest.index(after: end)
        }
        if text.contains(" | ") || text.hasPrefix(":") { found.append(text) }
        guard end < rest.endIndex else { break }
        rest = rest[rest.index(after: end)...]
      }
      return found
    }
  }
}
