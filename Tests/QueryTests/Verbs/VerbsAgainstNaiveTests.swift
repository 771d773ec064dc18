import Diagnostics
import Generators
import Query
import Tables
import TestSupport
import Testing

/// Random pipelines over random small tables give what the naive evaluator gives.
@Suite struct VerbsAgainstNaiveTests {
  @Test func randomPipelinesAgree() throws {
    var failures = 0
    for seed in 0..<2_000 where failures < 3 {
      var random = RandomPipeline(seed: UInt64(seed), hasFrames: true)
      let tables = ["t": random.table(), "u": random.table()]
      let code = random.pipeline()
      guard case .evaluation(_, let pipeline) = try parse(code)[0].body else { continue }
      let evaluator = NaiveEvaluator(tables: tables)
      let expected = evaluator.table(pipeline)
      // Of no rows the naive evaluator does not know the fields of a struct.
      if evaluator.reach.isExceeded, code.contains("unnest") { continue }
      #expect(!evaluator.reach.isExceeded)
      let real = try tables.mapValues { try random.columns(of: $0) }
      var found: String
      do {
        let (table, _) = try run(code, on: real)
        found = text(NaiveTable(names: table.schema.names, rows: (0..<table.rowCount).map(table.row)))
      } catch {
        found = transcript(error)
      }
      if found != text(expected) {
        failures += 1
        Issue.record("seed \(seed): \(code)\nt: \(text(tables["t"]))\nu: \(text(tables["u"]))")
        expectText(found, equals: text(expected))
      }
    }
  }

  private func text(_ table: NaiveTable?) -> String {
    guard let table else { return "" }
    // Floats in nine digits: sums are not added up in the same order everywhere.
    let rows = table.rows.map { row in
      row.map { if case .float = $0 { RecordedValue($0).text } else { "\($0)" } }.joined(separator: " · ")
    }
    return ([table.names.joined(separator: " · ")] + rows).joined(separator: "\n")
  }
}

/// Writes tables and pipelines whose types fit.
struct RandomPipeline {
  var random: SplitMix
  /// The columns there are at this point, by type.
  private var numbers: [String] = []
  private var floats: [String] = []
  private var texts: [String] = []

  /// Whether frames, conditions of aggregates and joins by order are among what is written.
  private let hasFrames: Bool

  init(seed: UInt64, hasFrames: Bool = false) {
    random = SplitMix(seed: seed)
    self.hasFrames = hasFrames
  }

  // MARK: Tables

  private static let types: [(String, DataType)] = [
    ("a", .i64), ("b", .f64), ("s", .string), ("f", .bool), ("x", .i64),
  ]

  mutating func table() -> NaiveTable {
    let count = random.pick([0, 1, 3, 8, 20])
    return NaiveTable(names: Self.types.map(\.0), rows: (0..<count).map { _ in row() })
  }

  private mutating func row() -> [Value] {
    [
      random.pick([.null, .integer(-2), .integer(0), .integer(1), .integer(1), .integer(7)]),
      random.pick([.null, .float(.nan), .float(-1.5), .float(0), .float(-0.0), .float(1), .float(.infinity)]),
      random.pick([.null, .text(""), .text("чай"), .text("Чай"), .text("а\u{301}"), .text("zz")]),
      random.pick([.null, .bool(true), .bool(false)]),
      random.pick([.integer(Int128(Int64.min)), .integer(Int128(Int64.max)), .integer(-1), .null]),
    ]
  }

  func columns(of table: NaiveTable) throws -> Table {
    let columns = try Self.types.enumerated().map { index, type in
      try Column(type.1, table.rows.map { $0[index] })
    }
    return Table(Schema(Self.types.map { Field($0.0, $0.1) }), columns, rowCount: table.rows.count)
  }

  // MARK: Pipelines

  mutating func pipeline() -> String {
    (numbers, floats, texts) = (["a"], ["b"], ["s"])
    var isWhole = true
    var stages = ["t"]
    for _ in 0...random.below(3) {
      let (stage, keepsColumns) = stage(isWhole: isWhole)
      stages.append(stage)
      if !keepsColumns { isWhole = false }
      if numbers.isEmpty { break }
    }
    return stages.joined(separator: " | ")
  }

  /// A verb, and whether the columns of the table are all there after it.
  private mutating func stage(isWhole: Bool) -> (String, keepsColumns: Bool) {
    switch random.below(isWhole ? hasFrames ? 24 : 16 : 8) {
    case 0, 1: return ("filter \(condition(2))", true)
    case 2:
      let name = "n\(random.below(2))"
      let text = "with \(name) = \(number(2))"
      if !numbers.contains(name) { numbers.append(name) }
      return (text, true)
    case 3:
      let verb = random.pick(["head", "tail"])
      return ("\(verb) \(random.pick([-2, 0, 1, 5, 100]))", true)
    case 4: return ("slice \(random.pick([-3, 0, 2, 30])), \(random.below(5))", true)
    case 5:
      let keys = (0...random.below(2)).map { _ in key() + random.pick(["", " desc"]) }
      return ("sort \(keys.joined(separator: ", "))", true)
    case 6: return ("unique \(key()) keep=\(random.pick(["first", "last", "none"]))", true)
    case 7: return grouping()
    case 8: return ("unique keep=\(random.pick(["first", "last", "none"]))", true)
    case 9: return ("drop_nulls \(random.pick(["", "a", "b, s", "x"]))", true)
    case 10: return ("fill_null a = \(random.pick(["0", "a", "n", "7"]).replacing("n", with: "-1")), s = \"?\"", true)
    case 11:
      let verb = random.pick(["semi_join", "anti_join"])
      return ("\(verb) u on \(random.pick(["a", "s", "b", "x", "a, s", "f"]))", true)
    case 12:
      let verb = random.pick(["join", "left_join"])
      return (
        "\(verb) (u | filter \(random.pick(["a in [1, 7]", "b >= 0", "s is not null"]))) on \(random.pick(["a", "s", "a, s", "x"]))",
        false
      )
    case 13: return ("rename q = x", false)
    case 16: return window()
    case 17:
      let verb = random.pick(["join", "left_join", "semi_join", "anti_join", "full_join"])
      let other = "(u | select s, lo = a, hi = b, y = x)"
      let keys = random.pick(["", "s, "])
      let bounds = random.pick(["lo <= a", "a > lo", "lo < a, a <= hi", "y >= x", "lo <= a, b < hi", "x > lo, hi > b"])
      return ("\(verb) \(other) on \(keys)\(bounds)", false)
    case 18:
      let by = random.pick(["a", "b", "x", "a == x", "s"])
      let on = random.pick(["", "on s ", "on f ", "on s, f "])
      if random.below(3) == 0 {
        let direction = random.pick(["", " direction=forward", " direction=nearest", " direction=nearest"])
        let limit = random.pick(["", " within=1", " within=3", " within=0"])
        return ("asof_join u \(on)by \(random.pick(["a", "x"]))\(direction)\(limit)", false)
      }
      let direction = random.pick(["", " direction=forward", " direction=backward"])
      return ("asof_join u \(on)by \(on.contains("s") && by == "s" ? "a" : by)\(direction)", false)
    case 19: return window()
    case 20...23: return reshaping()
    case 14: return ("row_index", false)
    default:
      if random.below(4) == 0 {
        numbers = []
        return ("select a, s, x | concat (u | select x, b, a, y = s) schema=union", false)
      }
      return numbers.count == 1 ? ("concat u", true) : ("filter a is not null", true)
    }
  }

  /// A verb after which the table has other columns, or a sample.
  private mutating func reshaping() -> (String, keepsColumns: Bool) {
    switch random.below(6) {
    case 0:
      numbers = []
      let rows = random.pick(["s", "b", "[s, b]"])
      let aggregates = random.pick(["", " agg n = sum(a)", " agg n = count(b), m = max(x)", " agg n = first(s)"])
      return ("pivot rows=\(rows) columns=\(random.pick(["a", "f", "[f, a]"]))\(aggregates)", false)
    case 1:
      numbers = []
      return ("head \(random.below(6)) | select a, x | transpose", false)
    case 2:
      numbers = []
      return ("unique s | filter s != \"\" | select s, a, x | transpose names=s", false)
    case 3:
      let lists = "group_by f agg l = list(a), m = list(s)"
      numbers = []
      return ("\(lists) | with z = list_last(list_zip(l, m)) | unnest z", false)
    case 4: return ("sample \(random.below(9)) seed=\(random.below(1000))", true)
    default:
      let by = random.pick(["", " by=s", " by=[f, a]"])
      return ("sample fraction=\(random.pick(["0.0", "0.3", "0.5", "1.0"]))\(by) seed=\(random.below(1000))", true)
    }
  }

  /// An aggregate of some rows beside each row.
  private mutating func window() -> (String, keepsColumns: Bool) {
    if random.below(3) == 0 {
      let places = random.pick([
        "percent_rank()", "ntile(3)", "ntile(1)", "forward_fill(b)", "backward_fill(s)", "rank()", "lead(s)",
        "lag(a, 2)",
      ])
      let keys = random.pick(["", "s ", "f, s "])
      return ("with w = \(places) over (\(keys)order by \(random.pick(["a", "b desc", "x, b"])))", false)
    }
    let kind = random.pick([
      "std(a)", "quantile(a, 0.5)", "arg_max(s, a)", "arg_min(x, b)",
      "sum(a)", "count(b)", "min(b)", "max(b)", "first(s)", "last(a)", "len()", "n_unique(s)", "mode(a)",
    ])
    let condition = random.pick(["", "", " where a > 0", " where b is not null"])
    let frame = random.pick(["rows 2", "rows 3 before", "rows 1 before 1 after", "rows 2 after", "running"])
    let keys = random.pick(["", "s ", "f, s "])
    if random.below(3) == 0 {
      let frame = random.pick(["range 1", "range 2 before 1 after", "range 6 after", "range 0"])
      let order = random.pick(["a", "a desc", "b", "b desc", "x"])
      return ("with w = \(kind)\(condition) over (\(keys)order by \(order) \(frame))", false)
    }
    let order = random.pick(["a", "b desc", "x, b", "s desc, a"])
    return ("with w = \(kind)\(condition) over (\(keys)order by \(order) \(frame))", false)
  }

  private mutating func grouping() -> (String, keepsColumns: Bool) {
    let key = random.pick(numbers + floats + texts)
    let kinds = [
      "len()", "count(b)", "n_unique(s)", "sum(a)", "mean(a)", "min(b)", "max(b)", "first(s)", "last(a)", "min(s)",
      "std(a)", "var(a)", "quantile(a, 0.25)", "skew(a)", "kurtosis(a)", "corr(a, b)", "arg_max(s, b)", "arg_min(b, a)",
    ]
    let aggregates = (0...random.below(2)).map { number in
      let kind = random.pick(kinds)
      let condition = hasFrames ? random.pick(["", "", " where a > 0", " where s != \"чай\" or b > 0"]) : ""
      return "g\(number) = \(kind)\(condition)"
    }.joined(separator: ", ")
    let text: String
    switch random.below(3) {
    case 0: text = "agg \(aggregates)"
    case 1: text = "group_by \(key)"
    default: text = "group_by k = \(key) agg \(aggregates)"
    }
    numbers = []
    return (text, false)
  }

  // MARK: Expressions

  private mutating func key() -> String { random.pick(numbers + floats + texts) }

  private mutating func number(_ depth: Int) -> String {
    if depth == 0 { return random.pick(numbers + ["2", "-3"]) }
    switch random.below(6) {
    case 0: return "(\(number(depth - 1)) \(random.pick(["+", "-", "*"])) \(number(depth - 1)))"
    case 1: return "(\(number(depth - 1)) \(random.pick(["//", "%"])) \(random.pick(["2", "-3", "7"])))"
    case 2: return "(if \(condition(depth - 1)) then \(number(depth - 1)) else \(number(depth - 1)))"
    case 3: return "coalesce(\(number(depth - 1)), 5)"
    case 4: return "abs(\(number(depth - 1)))"
    default: return "-\(random.pick(numbers))"
    }
  }

  private mutating func condition(_ depth: Int) -> String {
    let comparison = random.pick(["==", "!=", "<", "<=", ">", ">="])
    if depth > 0, random.below(2) == 0 {
      switch random.below(3) {
      case 0: return "not \(condition(0))"
      default: return "(\(condition(depth - 1)) \(random.pick(["and", "or"])) \(condition(depth - 1)))"
      }
    }
    switch random.below(7) {
    case 0: return "\(random.pick(numbers)) \(comparison) \(random.pick(["0", "1", "0.5", "a"]))"
    case 1: return "b \(comparison) \(random.pick(["0", "-1.5", "a", "b"]))"
    case 2: return "s \(comparison) \(random.pick(["\"чай\"", "\"\"", "s"]))"
    case 3: return "\(random.pick(numbers + texts)) is \(random.pick(["", "not "]))null"
    case 4: return "a \(random.pick(["", "not "]))in [1, 7]"
    case 5: return "s in [\"чай\", \"zz\"]"
    default: return "a / 2 \(comparison) b"
    }
  }
}
