import Diagnostics
import Display
import Parallelism
import Query
import Tables

extension Command {
  static let variables = Command(
    "vars", summary: "lists the variables of the session, with type and memory"
  ) { (_, session) throws(Diagnostic) in
    let table = try session.variables()
    session.emit(.table(session.excerpt(table, rows: table.rowCount)))
    session.lastListing = "vars"
  }

  static let drop = Command(
    "drop", "NAME …", summary: "deletes variables and frees their memory", example: "tp"
  ) { (argument, session) throws(Diagnostic) in
    for name in Command.names(in: try argument.required("a name")) {
      if let cell = Session.cell(ofResult: name), session.results[cell] != nil {
        session.results[cell] = nil
        session.describeResults()
        continue
      }
      guard session.forget(name) else {
        throw Diagnostic(
          "nothing is called `\(name)`", at: argument.span, label: didYouMean(name, among: session.names) ?? "")
      }
    }
  }

  /// The names that `:drop` deletes.
  static func names(in argument: String) -> [String] {
    argument.split { $0 == " " || $0 == "," }.map(String.init)
  }

  static let reset = Command(
    "reset", summary: "deletes all variables and results; the record of executed cells stays"
  ) { (_, session) throws(Diagnostic) in
    session.take([:], Results())
    session.seeds = SeedSource(session.seed)
  }

  static let time = Command(
    "time", "STATEMENT", summary: "runs a statement and shows the time it took, however short",
    discussion: "The statement runs once. Its output is printed, then the wall time.",
    example: "train | group_by user_id"
  ) { (argument, session) throws(Diagnostic) in
    _ = try argument.required("a statement")
    let clock = ContinuousClock()
    // Parsed at its position in the cell, so that a drawn seed is inserted there.
    for statement in try session.parser.statements(in: argument.span) {
      if case .command = statement.body {
        throw Diagnostic("`:time` takes a statement, and this is a command", at: statement.span)
      }
      let start = clock.now
      let value = try session.run(statement)
      let elapsed = seconds(clock.now - start)
      if let value { session.keep(value, ofCell: session.nextCell) }
      try session.show(value, of: statement)
      session.emit(.note("took \(durationText(seconds: elapsed))"))
    }
  }

  static let trace = Command(
    "trace", "on|off", summary: "shows the rows and the time after each stage of a pipeline", example: "on"
  ) { (argument, session) throws(Diagnostic) in
    switch argument.text {
    case "on", "": session.isTracing = true
    case "off": session.isTracing = false
    default: throw Diagnostic("`:trace` takes `on` or `off`", at: argument.span)
    }
    session.emit(.note("trace is \(session.isTracing ? "on" : "off")"))
  }

  static let set = Command(
    "set", "⟨name value⟩", summary: "shows the settings, or changes one",
    discussion: "`:set rows 20` shows twenty rows of a table; `:set table polars` prints tables as polars does.",
    example: "rows 20"
  ) { (argument, session) throws(Diagnostic) in
    guard let name = argument.words.first else {
      let rows = Settings.all.map {
        "| `\($0.name)` | \(session.settings.value(of: $0)) | \($0.summary) | \($0.values) |\n"
      }
      session.emit(.page("| setting | value | what it is | takes |\n|---|---|---|---|\n" + rows.joined()))
      return
    }
    let value = argument.words.dropFirst().joined(separator: " ")
    guard !value.isEmpty else {
      guard let setting = Settings.all.first(where: { $0.name == name }) else {
        var settings = session.settings
        return try settings.set(name, to: "", at: argument.span)
      }
      session.emit(.note("\(name) is \(session.settings.value(of: setting)): \(setting.summary)"))
      return
    }
    try session.settings.set(name, to: value, at: argument.span)
    session.applySettings()
  }

  static let view = Command(
    "view", "⟨NAME⟩", summary: "opens the last printed value, a variable, `vars` or `help` in the viewer",
    example: "train",
    isReplayed: false
  ) { (argument, session) throws(Diagnostic) in
    let name = argument.text.isEmpty ? session.lastListing ?? "_" : argument.text
    switch name {
    case "vars" where session.values[name] == nil:
      let names = Dictionary(uniqueKeysWithValues: session.names.map { ($0, $0) })
      try session.view(session.variables(), opening: .pipelines(names), command: ":view vars")
    case "help" where session.values[name] == nil:
      try session.view(session.helpTable, command: ":view help")
    default:
      let value = try session.requireValue(Identifier(name, argument.span))
      try session.show(session.view(value, pipeline: name))
    }
  }

  static let quit = Command("quit", summary: "leaves Lectern, like Ctrl-D", isReplayed: false) {
    (_, session) throws(Diagnostic) in
    session.isOver = true
  }
}
