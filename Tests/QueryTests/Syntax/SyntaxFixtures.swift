import Diagnostics
import Query
import Tables
import TestSupport
import Testing

/// The relational verbs, and some like those that `Notebook` declares.
let testParser = Parser(
  verbs: relationalVerbs.map(\.declaration) + [
    VerbDeclaration(
      "load", summary: "", arguments: .values(names: ["path"], required: 1),
      options: [Option("columns", .columns, ""), Option("format", .word(["parquet", "csv"]), "")], isSource: true,
      examples: [Example("load \"train_orders\"", "")]),
    VerbDeclaration(
      "fit", summary: "", arguments: .word(name: "model", choices: [], then: ["models"]), takesAnyOption: true,
      examples: [Example("train | fit EASE regularization=500", "")]),
    VerbDeclaration(
      "recommend", summary: "", arguments: .models(0...Int.max),
      options: [
        Option("top", .integer(1...1000), default: "10", ""), Option("seen", .word(["keep", "drop"]), ""),
        Option("user", .value, ""), Option("only", .list, ""), Option("names", .table, ""),
        Option("item", .column, ""), Option("lambda", .real(0...10), ""), Option("clip", .flag, ""),
        Option("title", .text, ""),
      ], examples: []),
    VerbDeclaration(
      "plot", summary: "", arguments: .word(name: "kind of plot", choices: ["bar", "line", "hist"], then: []),
      options: [Option("x", .column, ""), Option("y", .column, "")], examples: []),
    VerbDeclaration(
      "split", summary: "", arguments: .word(name: "kind of split", choices: ["random", "time"], then: []),
      options: [Option("test", .real(0...1), ""), Option("at", .value, "")], examples: []),
  ],
  functionNames: ["len", "sum", "mean", "n_unique", "abs", "round", "date", "rank", "contains", "cast", "upper"])

func parse(_ text: String) throws(Diagnostic) -> [Statement] {
  try testParser.statements(in: Source(name: "test", text: text))
}

func parseExpression(_ text: String) throws(Diagnostic) -> Expression {
  try testParser.expression(in: Source(name: "test", text: text))
}

// MARK: Trees as text

/// A tree as text, without spans: `(+ a (* 2 b))`.
func outline(_ expression: Expression) -> String {
  switch expression.node {
  case .literal(.text(let text)): "'\(text)'"
  case .literal(let value): "\(value)"
  case .name(let name): name
  case .session(let name): "$\(name)"
  case .list(let elements): "[\(elements.map(outline).joined(separator: " "))]"
  case .field(let base, let field): "(. \(outline(base)) \(field.name))"
  case .unary(let sign, let operand): "(\(sign.rawValue) \(outline(operand)))"
  case .binary(let sign, let left, let right, _): "(\(sign.rawValue) \(outline(left)) \(outline(right)))"
  case .membership(let left, let right, let isNegated):
    "(\(isNegated ? "not-in" : "in") \(outline(left)) \(outline(right)))"
  case .nullTest(let operand, let isNegated): "(\(isNegated ? "is-not-null" : "is-null") \(outline(operand)))"
  case .conditional(let condition, let then, let otherwise):
    "(if \(outline(condition)) \(outline(then)) \(outline(otherwise)))"
  case .call(let name, let arguments, let window):
    "(\(([name.name] + arguments.map(outline) + (window.map { [outline($0)] } ?? [])).joined(separator: " ")))"
  case .filtered(let call, let condition): "(where \(outline(call)) \(outline(condition)))"
  }
}

private func outline(_ window: Query.Window) -> String {
  let order = window.order.map { " by \(outline($0.expression))\($0.isDescending ? "↓" : "")" }.joined()
  let frame = window.frame.map { frame in
    let parts = [
      frame.extent.map(outline), frame.isBefore ? "before" : nil, frame.after.map { outline($0) + " after" },
    ]
    return " " + ([frame.unit.rawValue] + parts.compactMap { $0 }).joined(separator: " ")
  }
  return "over{\(window.keys.map(outline).joined(separator: " "))\(order)\(frame ?? "")}"
}

func outline(_ pipeline: Pipeline) -> String {
  let head =
    switch pipeline.head {
    case .verb(let call): outline(call)
    case .name(let name): name.name
    case .expression(let expression): outline(expression)
    case .parenthesised(let inner): "(\(outline(inner)))"
    case .lastResult: "_"
    }
  return ([head] + pipeline.stages.map(outline)).joined(separator: " | ")
}

func outline(_ call: VerbCall) -> String {
  var parts = [call.name] + call.arguments.map(outline)
  for (keyword, arguments) in call.clauses.sorted(by: { $0.key < $1.key }) {
    parts.append("\(keyword){\(arguments.map(outline).joined(separator: " "))}")
  }
  for option in call.options {
    switch option.value {
    case .expression(let expression): parts.append("\(option.name.name):\(outline(expression))")
    case .table(let pipeline): parts.append("\(option.name.name):{\(outline(pipeline))}")
    }
  }
  return parts.joined(separator: " ")
}

private func outline(_ argument: Argument) -> String {
  switch argument {
  case .expression(let expression): outline(expression)
  case .message(let text): "!\(outline(text))"
  case .word(let word): "#\(word.name)"
  case .assignment(let name, let expression): (name.map { "\($0.name):=" } ?? "") + outline(expression)
  case .assignments(let columns, let value): "\(outline(columns)):=\(outline(value))"
  case .sortKey(let key): outline(key.expression) + (key.isDescending ? "↓" : "")
  case .table(let pipeline): "{\(outline(pipeline))}"
  case .joinComparison(let left, let sign, let right): "\(outline(left))\(sign.rawValue)\(outline(right))"
  case .joinKey(let left, let right): "\(outline(left))=\(outline(right))"
  }
}

func outline(_ statement: Statement) -> String {
  let text =
    switch statement.body {
    case .evaluation(let targets, let pipeline):
      (targets.isEmpty ? "" : targets.map(\.name).joined(separator: ",") + " := ") + outline(pipeline)
    case .command(let name, let argument, _): ":\(name.name)<\(argument)>"
    case .definition(let definition): definition.text
    case .help(let topic, let pipeline): "help<\(topic?.name ?? "")>" + (pipeline.map { " of " + outline($0) } ?? "")
    }
  return text + (statement.isSilenced ? ";" : "")
}

// MARK: Diagnostics as text

/// What a diagnostic says and where, a line each: enough to judge it by, without the drawing.
func transcript(_ diagnostic: Diagnostic) -> String {
  var lines = [diagnostic.message]
  for label in diagnostic.labels {
    let place = "\(label.span.range.lowerBound)..<\(label.span.range.upperBound)"
    lines.append("  \(place) «\(label.span.text)»" + (label.text.isEmpty ? "" : " " + label.text))
  }
  if let hint = diagnostic.hint { lines.append("  hint: " + hint) }
  lines += diagnostic.notes.map { "  = " + $0 }
  return lines.joined(separator: "\n")
}

/// The transcript of the first mistake of a cell.
func mistake(in text: String) -> String {
  do {
    let statements = try parse(text)
    return "no mistake: " + statements.map(outline).joined(separator: " ⏎ ")
  } catch {
    return transcript(error)
  }
}

/// Expects every cell to earn the transcript below it: blocks of `▸ cell` (`⏎` is a line end), then what is said.
func expectMistakes(_ golden: String) {
  let blocks = golden.split(separator: "\n\n")
  #expect(blocks.count > 10)
  let found = blocks.map { block in
    let title = block.prefix { $0 != "\n" }
    return title + "\n" + mistake(in: String(title.dropFirst(2)).replacing("⏎", with: "\n"))
  }
  expectText(found.joined(separator: "\n\n"), equals: golden)
}
