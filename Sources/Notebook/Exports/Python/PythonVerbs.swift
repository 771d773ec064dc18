import Diagnostics
import Formats
import Query
import Tables

// Translates verbs that need files, models or plots.

extension PythonTranslator {
  func notebookVerb(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    switch call.name {
    case "load": return try loaded(call)
    case "collect": return try table(input, of: call)
    case "view":
      remarks.insert("view: a notebook shows the table")
      return try table(input, of: call)
    case "values", "value":
      guard case .table(let table) = try table(input, of: call) else { break }
      let name = call.nameArguments.first?.name ?? table.schema.names.first ?? ""
      let column = "get_column(\(PythonSpelling.text(name)))"
      return .value(table.chain.then(column).then(call.name == "value" ? "item()" : "to_list()").text())
    case "assert": return try asserted(call, on: input)
    case "save": return try saved(call, on: input)
    case "plot": return .lines(try plotted(call, on: input))
    case "split": return try split(call, on: input)
    case "fit": return try fitted(call, on: input)
    case "walk":
      remarks.insert("walk: the steps on the way are not shown")
      return try fitted(call, on: input)
    case "step": return try stepped(call, on: input)
    case "history": return try recounted(call, on: input)
    case "predict": return try predicted(call, on: input)
    case "compare": return try compared(call, on: input)
    case "tune": return try tuned(call, on: input)
    case "explain": return try explained(call, on: input)
    case "recommend": return try recommended(call, on: input)
    case "metrics": return try measured(call, on: input)
    case "links": return try linked(call, on: input)
    case "similar": return try likened(call, on: input)
    default: throw PythonGap(reason: "`\(call.name)` has no translation yet")
    }
    throw PythonGap(reason: "`\(call.name)` of something that is no table")
  }

  private func table(_ input: Product?, of call: VerbCall) throws(PythonGap) -> Product {
    guard case .table? = input, let input else {
      throw PythonGap(reason: "`\(call.name)` of something that is no table")
    }
    return input
  }

  // MARK: - Files

  private func loaded(_ call: VerbCall) throws(PythonGap) -> Product {
    guard case .table(let plan)? = trace.values[call.written.span.range.lowerBound] else {
      throw PythonGap(reason: "a model that was saved is read by Lectern alone")
    }
    guard case .expression(let expression)? = call.arguments.first, case .literal(.text(let written)) = expression.node
    else { throw PythonGap(reason: "`load` of several paths; `pl.concat` of what is read from each") }
    let path = written.string
    guard path != "-" else { throw PythonGap(reason: "a notebook has no standard input") }
    var options: [String] = []
    for option in call.options {
      guard case .expression(let value) = option.value else { continue }
      options.append(try readOption(option.name.name, value))
    }
    let found = session.dataPath(path)
    needs.modules.formUnion([.polars, .paths])
    var file =
      path.hasPrefix("/") || found == path
      ? "Path(\(PythonSpelling.text(path)))" : "DATA / \(PythonSpelling.text(path))"
    var name = path
    if isFolder(found) {
      let part = folderEntries(found).first { !$0.name.hasPrefix(".") && !$0.name.hasPrefix("_") && !$0.isFolder }
      name = part?.name ?? path
      let ending = name.split(separator: ".").dropFirst().last.map { "*." + $0 } ?? "*"
      file = "\(file) / \"\(ending)\""
    }
    let reader = try reader(of: name, found: isFolder(found) ? "\(found)/\(name)" : found)
    let arguments = ([file] + reader.arguments + options).joined(separator: ", ")
    return .table(
      PythonTable(chain: PythonChain(head: "pl.\(reader.function)(\(arguments))"), schema: plan.schema, plan: plan))
  }

  private func reader(of name: String, found: String) throws(PythonGap) -> (function: String, arguments: [String]) {
    let ending = name.lowercased().split(separator: ".").dropFirst().last.map(String.init)
    switch ending {
    case "csv": return ("read_csv", ["try_parse_dates=True"])
    case "tsv": return ("read_csv", ["separator=\"\\t\"", "try_parse_dates=True"])
    case "ndjson", "jsonl": return ("read_ndjson", [])
    case "json": return ("read_json", [])
    case "arrow", "feather", "ipc": return ("read_ipc", [])
    case "xlsx": return ("read_excel", [])
    case "parquet": return ("read_parquet", [])
    default:
      if fileBegins(at: found, with: Array("PAR1".utf8)) { return ("read_parquet", []) }
      throw PythonGap(reason: "`\(name)` does not say by its name which of polars' readers it is for")
    }
  }

  private func readOption(_ name: String, _ value: Expression) throws(PythonGap) -> String {
    switch name {
    case "columns":
      if case .list(let items) = value.node {
        return "columns=[\(items.map { PythonSpelling.text($0.span.text) }.joined(separator: ", "))]"
      }
      return "columns=[\(PythonSpelling.text(value.span.text))]"
    case "separator": return "separator=\(try self.value(of: value))"
    case "header": return "has_header=\(try self.value(of: value))"
    case "nulls": return "null_values=\(try self.value(of: value))"
    case "skip": return "skip_rows=\(try self.value(of: value))"
    case "comment": return "comment_prefix=\(try self.value(of: value))"
    case "encoding": return "encoding=\(try self.value(of: value))"
    case "decimal": return "decimal_comma=\(try self.value(of: value) == "\",\"" ? "True" : "False")"
    case "sheet": return "sheet_name=\(try self.value(of: value))"
    default: throw PythonGap(reason: "`load … \(name)=` has no equivalent in polars")
    }
  }

  private func saved(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    guard case .table(let table)? = input else { throw PythonGap(reason: "models are saved by their own libraries") }
    guard case .expression(let expression)? = call.arguments.first else {
      throw PythonGap(reason: "`save` without a file")
    }
    let path = try value(of: expression)
    let lower = path.lowercased().dropLast()
    let methods = [
      "csv": "write_csv", "tsv": "write_csv", "json": "write_json", "ndjson": "write_ndjson", "jsonl": "write_ndjson",
      "arrow": "write_ipc", "parquet": "write_parquet",
    ]
    let method = lower.split(separator: ".").last.flatMap { methods[String($0)] }
    guard let method else { throw PythonGap(reason: "polars writes no file of this kind: \(path)") }
    let others = call.options.map(\.name.name).filter { $0 != "overwrite" }
    if !others.isEmpty { remarks.insert("save: left out \(others.joined(separator: ", "))") }
    let arguments = lower.hasSuffix(".tsv") ? "\(path), separator=\"\\t\"" : path
    return .lines([table.chain.then("\(method)(\(arguments))").text()])
  }

  /// The table of an `assert`, and what has to hold in each of its rows.
  func claim(of call: VerbCall, on input: Product?) throws(PythonGap) -> (table: PythonTable, claim: BoundExpression) {
    guard case .table(let table)? = input, case .expression(let claim)? = call.arguments.first else {
      throw PythonGap(reason: "`assert` of something that is no table")
    }
    do {
      let context = PlanningContext(catalog: self, environment: trace.environment, verbs: relationalVerbs, table: nil)
      return (table, try context.bindTruth(claim, to: table.schema, by: "assert"))
    } catch { throw PythonGap(reason: "the claim cannot be read") }
  }

  private func asserted(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    let (table, bound) = try claim(of: call, on: input)
    needs.helpers.insert(.checked)
    var parts = ["checked", try code(bound).expression]
    if case .message(let message)? = call.arguments.dropFirst().first { parts.append(try value(of: message)) }
    if isApproximate { parts.append("roughly=True") }
    return .table(
      PythonTable(chain: table.chain.then(self.call("pipe", parts)), schema: table.schema, plan: table.plan))
  }
}
