import Display
import Foundation
import Generators
import Notebook
import Tables
import Terminal

extension FuzzKind {
  /// Keys: pressed in the viewer on tables of every type, and typed at a prompt, which completes and draws lines.
  static let keys = FuzzKind(
    name: "keys", summary: "keys in the viewer, and lines typed, completed and drawn at the prompt", inputsPerLife: 600
  ) { random, probe in
    let life = KeyLife(session: try FuzzSession(probe, &random), probe: probe)
    for _ in 0..<12 {
      life.press(&random)
      life.type(&random)
    }
  }
}

private final class KeyLife {
  private let session: FuzzSession
  private let probe: Probe

  private static let opened = [
    "t", "t", "u", "e", "train", "t | describe", "t | group_by k", "products", "ease", "als", ":vars", "ids",
    "t | select c3, c20 | sort c3",
    "ease | recommend user=100", "als | factors", "t | value_counts k",
  ]

  init(session: FuzzSession, probe: Probe) {
    self.session = session
    self.probe = probe
  }

  /// Presses keys one after another on a table.
  func press(_ random: inout SplitMix) {
    let script = RandomKeys.script(&random, count: 40)
    let opened = random.pick(Self.opened)
    session.viewerKeys = script
    probe.trying("\(opened), keys \(script)", count: script.count)
    session.run(opened.hasPrefix(":") ? ":view" : opened + " | view")
    probe.gaveValue(count: script.count)
  }

  /// Types a line letter by letter. After each letter it completes at a random cursor and draws the line on a screen of
  /// random width.
  func type(_ random: inout SplitMix) {
    var line = ""
    var drawing = LineDrawing()
    let columns = random.pick([2, 9, 40, 80, 200])
    let text = random.mutated(random.pick(RealStatements.all), columns: session.columns.map(\.name))
    for character in text.prefix(25) {
      line.append(character)
      let cursor = random.chance(80) ? line.utf8.count : random.below(line.utf8.count + 1)
      probe.trying("typed \(line), completed at \(cursor)")
      line = complete(line, cursor, &random)
      let layout = LineLayout(
        prompt: "In [1]: ", continuation: "   ...: ", line: line, cursor: cursor, columns: columns)
      for row in layout.rows {
        if row.width > columns { probe.fault("a row of \(row.width) cells on a screen of \(columns)") }
        probe.examine(printed: row.text)
      }
      _ = drawing.update(to: layout, height: 1 + random.below(30))
      _ = Session.isIncomplete(line)
      probe.gaveValue()
    }
  }

  private func complete(_ line: String, _ cursor: Int, _ random: inout SplitMix) -> String {
    let list = session.session.completions(in: line, at: cursor)
    let bytes = Array(line.utf8)
    guard list.range.lowerBound >= 0, list.range.upperBound <= bytes.count else {
      probe.fault("completes outside the line, at \(list.range)")
      return line
    }
    let completion = Completion(
      range: list.range, candidates: list.candidates.map { .init($0.text, description: $0.description) })
    for row in CompletionMenu(candidates: completion.candidates, usesColor: false).rows(
      columns: 2 + random.below(100), height: 10)
    {
      probe.examine(printed: row.text)
    }
    let typed = String(decoding: bytes[list.range], as: UTF8.self)
    guard random.chance(10), let replacement = completion.replacement(for: typed, next: nil) else { return line }
    return String(decoding: bytes[..<list.range.lowerBound], as: UTF8.self) + replacement.text
      + String(decoding: bytes[list.range.upperBound...], as: UTF8.self)
  }
}
