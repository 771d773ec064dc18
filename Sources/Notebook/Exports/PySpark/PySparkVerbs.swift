import Diagnostics
import Formats
import Query
import Recommenders
import Spark
import Tables

// Translates verbs that need files or engines. Models are left to Lectern, and a comment says so.

extension PythonTranslator {
  func sparkVerb(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    switch call.name {
    case "connect":
      guard case .expression(let expression)? = call.arguments.first, case .literal(.text(let typed)) = expression.node
      else { throw PythonGap(reason: "`connect` without an address") }
      // A token does not belong in a file.
      if typed.string.contains("token=") {
        remarks.insert("connect: the token is left out; `SPARK_REMOTE` may have it")
      }
      remote = SparkAddress.shown(typed.string)
      return .lines([])
    case "load": return try sparkLoaded(call)
    case "collect", "view":
      guard case .table? = input, let input else { break }
      return input
    case "values", "value":
      guard case .table(let table)? = input else { break }
      let name = call.nameArguments.first?.name ?? table.schema.names.first ?? ""
      let column = table.chain.then("select(\(sparkNames([name])))")
      if call.name == "value" { return .value(column.then("first()").text() + "[0]") }
      return .value("[row[0] for row in \(column.then("collect()").text())]")
    case "assert": return try sparkAsserted(call, on: input)
    case "save": return try sparkSaved(call, on: input)
    case "fit":
      let kind = call.wordArgument(0)?.name ?? ""
      throw PythonGap(reason: "`\(kind)` is fitted by Lectern\(PySparkModels.nearest[kind].map { "; \($0)" } ?? "")")
    case "plot":
      throw PythonGap(reason: "`plot`; `.toPandas()` makes a table that matplotlib draws")
    default: throw PythonGap(reason: "`\(call.name)` is Lectern's alone")
    }
    throw PythonGap(reason: "`\(call.name)` of something that is no table")
  }

  // MARK: - Files

  private func sparkLoaded(_ call: VerbCall) throws(PythonGap) -> Product {
    guard case .table(let plan)? = trace.values[call.written.span.range.lowerBound] else {
      throw PythonGap(reason: "a model that was saved is read by Lectern alone")
    }
    var options = Dictionary(expressions(call).map { ($0.name, $0.value) }) { _, last in last }
    let isRemote = options.removeValue(forKey: "on") != nil
    options["columns"] = nil
    if let table = options.removeValue(forKey: "table") {
      return product("spark.table(\(try value(of: table)))", plan, isRemote: isRemote)
    }
    guard case .expression(let expression)? = call.arguments.first, case .literal(.text(let written)) = expression.node
    else { throw PythonGap(reason: "`load` of several paths; `unionByName` of what is read from each") }
    let path = written.string
    guard path != "-" else { throw PythonGap(reason: "a script has no standard input") }
    var arguments = [sparkPath(path, isRemote: isRemote)]
    let format = try sparkFormat(of: path, options.removeValue(forKey: "format").map { $0.span.text }, isRemote)
    if format == "csv" {
      let separator = try options.removeValue(forKey: "separator").map { (value) throws(PythonGap) in
        try self.value(of: value)
      }
      let header = try options.removeValue(forKey: "header").map { (value) throws(PythonGap) in
        try self.value(of: value)
      }
      arguments.append("header=\(header ?? "True")")
      if let separator = separator ?? (path.lowercased().hasSuffix(".tsv") ? "\"\\t\"" : nil) {
        arguments.append("sep=\(separator)")
      }
    }
    if let other = options.keys.sorted().first { throw PythonGap(reason: "`load … \(other)=` has no equal on Spark") }
    // Types are those that Lectern found, so that both read the same values.
    if format == "csv" || format == "json" { arguments.append("schema=\(try sparkSchema(plan.schema))") }
    return product("spark.read.\(format)(\(arguments.joined(separator: ", ")))", plan, isRemote: isRemote, format)
  }

  private func product(_ head: String, _ plan: Plan, isRemote: Bool, _ format: String = "") -> Product {
    var chain = PythonChain(head: head)
    let moments = plan.schema.fields.filter { $0.type == .datetime(.nanoseconds) }
    if format == "parquet", !isRemote, !moments.isEmpty {
      // Spark refuses moments in nanoseconds; as numbers it reads them.
      readsNanoseconds = true
      needs.modules.insert(.sparkFunctions)
      let names = moments.map { PythonSpelling.text($0.name) }
      chain = chain.then("transform(moments, \(names.joined(separator: ", ")))")
    }
    return .table(PythonTable(chain: chain, schema: plan.schema, plan: plan))
  }

  private func sparkPath(_ path: String, isRemote: Bool) -> String {
    if isRemote || path.hasPrefix("/") || path.contains("://") || session.dataPath(path) == path {
      return PythonSpelling.text(path)
    }
    needsData = true
    let quoted = PythonSpelling.text(path.replacing("{", with: "{{").replacing("}", with: "}}"))
    return "f\"{DATA}/" + quoted.dropFirst()
  }

  private func sparkFormat(of path: String, _ named: String?, _ isRemote: Bool) throws(PythonGap) -> String {
    let kinds = [
      "csv": "csv", "tsv": "csv", "json": "json", "ndjson": "json", "jsonl": "json", "orc": "orc", "parquet": "parquet",
    ]
    if let named, let kind = kinds[named] { return kind }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let ending = name.lowercased().split(separator: ".").dropFirst().last.map(String.init)
    if let ending, let kind = kinds[ending] { return kind }
    if isRemote { return "parquet" }
    let found = session.dataPath(path)
    if isFolder(found) || fileBegins(at: found, with: Array("PAR1".utf8)) { return "parquet" }
    throw PythonGap(reason: "`\(name)` is of a format that Spark does not read")
  }

  private func sparkSaved(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    guard case .table(let table)? = input else { throw PythonGap(reason: "models are saved by Lectern alone") }
    let options = Dictionary(expressions(call).map { ($0.name, $0.value) }) { _, last in last }
    var writer = table.chain.then("write")
    if options["overwrite"]?.span.text == "true" { writer = writer.then("mode(\"overwrite\")") }
    if let by = options["by"] {
      let names = if case .list(let items) = by.node { items.map(\.span.text) } else { [by.span.text] }
      writer = writer.then("partitionBy(\(names.map(PythonSpelling.text).joined(separator: ", ")))")
    }
    if let name = options["table"] { return .lines([writer.then("saveAsTable(\(try value(of: name)))").text()]) }
    guard case .expression(let expression)? = call.arguments.first, case .literal(.text(let written)) = expression.node,
      written.string != "-"
    else { throw PythonGap(reason: "`save` without a file") }
    let format = try sparkFormat(of: written.string, options["format"]?.span.text, true)
    remarks.insert("save: Spark writes a folder of files")
    let arguments = [PythonSpelling.text(written.string)] + (format == "csv" ? ["header=True"] : [])
    return .lines([writer.then("\(format)(\(arguments.joined(separator: ", ")))").text()])
  }

  private func sparkAsserted(_ call: VerbCall, on input: Product?) throws(PythonGap) -> Product {
    let (table, bound) = try claim(of: call, on: input)
    let holds = SparkExpression.alias(try sparkExpression(bound, table.schema), "holds")
    let text = try printed { (printer) throws(PythonGap) in try printer.code(holds).text }
    let broken = table.chain.then(self.call("select", [text]))
      .then("filter(~F.coalesce(\"holds\", F.lit(False)))").then("isEmpty()")
    var message = ""
    if case .message(let written)? = call.arguments.dropFirst().first { message = ", \(try value(of: written))" }
    before.append("assert \(broken.text())\(message)")
    return .table(table)
  }
}

/// What MLlib has in place of Lectern's models.
enum PySparkModels {
  static let nearest: [String: String] = [
    "iALS": "the nearest is MLlib's `ALS(implicitPrefs=True)`, which scales the regularization by counts",
    "ALS": "the nearest is MLlib's `ALS`, which scales the regularization by counts and has no biases",
    "TopPopular": "`groupBy` of the items and `count` are its numbers",
    "PersonalTopPopular": "`groupBy` of users and items and `count` are its numbers",
  ]
}
