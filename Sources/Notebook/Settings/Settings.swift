public import Diagnostics

/// The settings that `:set` changes: how results look, and how many resources they may use.
///
/// Each setting is declared once, below; parsing, range errors, the list of `:set` and completion are derived from
/// it.
public struct Settings: Sendable, Hashable {
  public var rows = 10
  public var columns = 0
  /// The width in cells; 0 means the terminal's width, or 100 without a terminal.
  public var width = 0
  public var table = "lectern"
  public var color = true
  public var ascii = false
  public var links = true
  public var emoji = "wide"
  public var projector = false
  public var mouse = false
  public var threads = 0
  /// The memory limit in gigabytes for decoded columns, and half of that for results without a variable; 0 means half
  /// of the machine's memory.
  public var memory = 0
  public var link = "https://www.ozon.ru/product/{id}"
  public var top = 10
  public var language = "en"

  public init() {}

  public static let all: [Setting] = [
    .integer("rows", \.rows, in: 0...100_000, "the number of rows of a printed table"),
    .integer("columns", \.columns, in: 0...1_000, "the number of columns of a printed table; 0 for as many as fit"),
    .integer(
      "width", \.width, in: 0...1_000, "the width of a printed table in characters; 0 for the width of the terminal"),
    .word("table", \.table, ["lectern", "polars"], "the look of printed tables"),
    .flag("color", \.color, "colours on a terminal"),
    .flag("ascii", \.ascii, "draw borders and plots with ASCII characters only"),
    .flag("links", \.links, "clickable links, if the terminal supports them"),
    .word("emoji", \.emoji, ["narrow", "wide"], "whether an emoji is one or two cells wide on this terminal"),
    .flag("projector", \.projector, "strong colours, for a bright room"),
    .flag("mouse", \.mouse, "mouse clicks and wheel in the viewer; hold Shift to select text"),
    .integer("threads", \.threads, in: 0...1_024, "the number of cores in use; 0 for all"),
    .integer(
      "memory", \.memory, in: 0...1_000_000,
      "memory in gigabytes for columns of files, and half of that for results without a name; 0 for half of the machine's memory"
    ),
    .text("link", \.link, "the address of an item, with `{id}` in place of its id"),
    .integer("top", \.top, in: 1...10_000, "how many items `recommend` gives by default"),
    .word("lang", \.language, ["en"], "the language of messages"),
  ]

  /// The value of a setting, as it would be typed.
  public func value(of setting: Setting) -> String { setting.read(self) }

  /// Changes one setting.
  public mutating func set(_ name: String, to text: String, at span: SourceSpan?) throws(Diagnostic) {
    guard let setting = Settings.all.first(where: { $0.name == name }) else {
      throw Diagnostic(
        "no setting `\(name)`", at: span, label: didYouMean(name, among: Settings.all.map(\.name)) ?? "",
        hint: "`:set` lists them")
    }
    guard setting.write(&self, text) else {
      throw Diagnostic(
        "`\(text)` is not a value of `\(name)`", at: span, hint: "it takes \(setting.values): \(setting.summary)")
    }
  }
}

/// A setting: its name, its range, and how it is stored.
public struct Setting: Sendable {
  public let name: String
  public let summary: String
  /// A description of the allowed values.
  public let values: String
  /// The allowed words, for completion; empty for numbers and texts.
  public let choices: [String]
  let read: @Sendable (Settings) -> String
  let write: @Sendable (inout Settings, String) -> Bool

  static func integer(
    _ name: String, _ path: any WritableKeyPath<Settings, Int> & Sendable, in range: ClosedRange<Int>,
    _ summary: String
  ) -> Setting {
    Setting(
      name: name, summary: summary, values: "a whole number from \(range.lowerBound) to \(range.upperBound)",
      choices: [], read: { String($0[keyPath: path]) },
      write: { settings, text in
        guard let value = Int(text.filter { $0 != "_" }), range.contains(value) else { return false }
        settings[keyPath: path] = value
        return true
      })
  }

  static func flag(
    _ name: String, _ path: any WritableKeyPath<Settings, Bool> & Sendable, _ summary: String
  ) -> Setting {
    Setting(
      name: name, summary: summary, values: "`on` or `off`", choices: ["on", "off"],
      read: { $0[keyPath: path] ? "on" : "off" },
      write: { settings, text in
        switch text {
        case "on", "true", "yes": settings[keyPath: path] = true
        case "off", "false", "no": settings[keyPath: path] = false
        default: return false
        }
        return true
      })
  }

  static func word(
    _ name: String, _ path: any WritableKeyPath<Settings, String> & Sendable, _ choices: [String], _ summary: String
  ) -> Setting {
    Setting(
      name: name, summary: summary, values: choices.map { "`\($0)`" }.joined(separator: " or "), choices: choices,
      read: { $0[keyPath: path] },
      write: { settings, text in
        guard choices.contains(text) else { return false }
        settings[keyPath: path] = text
        return true
      })
  }

  static func text(
    _ name: String, _ path: any WritableKeyPath<Settings, String> & Sendable, _ summary: String
  ) -> Setting {
    Setting(
      name: name, summary: summary, values: "a text", choices: [], read: { $0[keyPath: path] },
      write: { settings, text in
        settings[keyPath: path] = text
        return true
      })
  }
}
