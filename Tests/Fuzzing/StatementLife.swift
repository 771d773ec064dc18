import Diagnostics
import Generators
import Notebook
import Query
import Tables

extension FuzzKind {
  /// Statements, generated from declarations or mutated from real ones: executed, printed, viewed, saved.
  static let statements = FuzzKind(
    name: "statements", summary: "statements, generated and mutated, executed in a session", inputsPerLife: 60
  ) { random, probe in
    let session = try FuzzSession(probe, &random)
    var life = StatementLife(session: session, random: random)
    for _ in 0..<60 { life.step() }
  }
}

/// Runs one cell after another in a session with more and more variables.
private struct StatementLife {
  let session: FuzzSession
  var random: SplitMix
  private var stages: StageGenerator

  private static let commands = Session().completions(in: ":", at: 1).candidates.map(\.text)
  private static let arguments = [
    "", "1", "0", "-1", "1-3", "t", "rows 5", "columns 3", "width 20", "width 300", "ascii on", "table polars",
    "emoji narrow",
    "color off", "links on", "top 3", "lang ru", "memory 100000000", "group_by", "on", "off", "t | head 2", "\u{1B}[2J",
  ]

  init(session: FuzzSession, random: SplitMix) {
    self.session = session
    self.random = random
    stages = StageGenerator(
      expressions: ExpressionGenerator(random: SplitMix(state: 0), columns: session.columns),
      folder: session.probe.scratch.path, columns: { [session] in session.columns(after: $0) })
  }

  mutating func step() {
    stages.expressions.random = SplitMix(state: random.next())
    session.viewerKeys = random.chance(50) ? "" : RandomKeys.script(&random, count: 12)
    session.run(cell())
  }

  private mutating func cell() -> String {
    switch random.below(100) {
    case 0..<45: return stages.pipeline()
    case 45..<60: return "r\(random.below(4)) = \(stages.pipeline())"
    case 60..<64: return stages.pipeline() + " | view"
    case 64..<66: return "(\(stages.expressions.expression(.anything, depth: 2)))"
    case 66..<68:
      let path =
        "\"\(session.probe.scratch.path)/own\(random.below(3)).\(random.pick(["parquet", "arrow", "csv", "ndjson", "md"]))\""
      return "\(stages.pipeline()) | save \(path) overwrite=true\nload \(path)"
    case 68..<71: return command()
    case 71..<72: return "?" + random.pick(StatementTokens.words)
    case 72..<73: return stages.pipeline() + " | \(random.pick(StatementTokens.words)) ?"
    case 73..<75: return stages.pipeline() + "\n" + stages.pipeline() + ";" + stages.pipeline()
    case 75..<78: return random.pick(RealStatements.all)
    default:
      let real = random.pick(random.chance(60) ? RealStatements.examples : RealStatements.all)
      return random.mutated(
        real, columns: session.columns.map { Spelling.name($0.name) } + ["user_id", "product_id", "date"])
    }
  }

  private mutating func command() -> String {
    let command = random.pick(Self.commands)
    // Commands that read or write files get paths in the probe's folder; `:time` gets a statement.
    switch command {
    case ":time": return ":time " + stages.pipeline()
    case ":save", ":open": return "\(command) \"\(session.probe.scratch.path)/s\(random.below(2)).md\""
    default: return "\(command) \(random.pick(Self.arguments))"
    }
  }
}
