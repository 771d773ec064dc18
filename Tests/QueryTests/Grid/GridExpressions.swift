import Query
import Tables

/// What the grid runs: every operator, function, cast, aggregate, window and verb that the language declares.
///
/// A column's name is followed by a mark (U+200B), so that a session's value can take its place.
enum GridExpressions {
  private static let mark = "\u{200B}"

  private static let operators = [
    "+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">=", "and", "or",
  ]

  static func ofRows(_ a: String, _ b: String) -> [String] {
    let (first, second) = (a + mark, b + mark)
    var expressions = operators.map { "\(first) \($0) \(second)" }
    expressions += [
      "if k == 0 then \(first) else \(second)", "\(first) in $list_\(b)", "\(first) not in $list_\(b)",
      "\(first) in \(second)", "coalesce(\(first), \(second))", "if \(first) is null then \(second) else \(first)",
      "if \(first) == \(second) then 1 else 0",
    ]
    for function in functions where function.kind == .row && !["cast", "try_cast"].contains(function.name) {
      expressions += calls(of: function, [first, second])
    }
    if a == b {
      expressions += [
        "-\(first)", "not \(first)", "\(first) is null", "\(first) is not null", "[\(first)]", "\(first).a",
        "list_map(\(first), it)", "list_map(\(first), it is null)", "list_filter(\(first), it is not null)",
      ]
    }
    return expressions
  }

  /// Calls with columns where rows may differ, and hostile constants where they may not.
  private static func calls(of function: Function, _ columns: [String]) -> [String] {
    var argumentLists: [[String]] = [[]]
    var calls: [String] = []
    for (index, parameter) in function.parameters.enumerated() {
      if parameter.isOptional { calls += argumentLists.map { call(function, $0) } }
      let own = parameter.isConstant ? constants(function, index, parameter.accepts) : [columns[index % 2]]
      argumentLists = argumentLists.flatMap { list in own.map { list + [$0] } }
    }
    if function.parameters.last?.isRepeated == true {
      argumentLists += argumentLists.map { $0 + [columns[0]] }
    }
    return calls + argumentLists.map { call(function, $0) }
  }

  private static func call(_ function: Function, _ arguments: [String]) -> String {
    "\(function.name)(\(arguments.joined(separator: ", ")))"
  }

  private static func constants(_ function: Function, _ index: Int, _ accepts: Parameter.Accepts) -> [String] {
    switch accepts {
    case .text where function.name.hasSuffix("_zone"):
      index == 1 ? ["\"UTC\"", "\"+05:30\"", "\"a\"", "null"] : ["\"error\"", "\"earliest\"", "\"null\"", "null"]
    case .text where function.name == "format":
      [
        "\"\"", "\"a%\"", "\"%q\"", "\"%F\"", "\"%d.%m.%y, %A %a %B %b\"", "\"%e %j%%\"", "\"%F %T.%f\"",
        "\"%R %I %p\"", "\"%F %z\"", "null",
      ]
    case .text where ["matches", "extract", "extract_all", "replace_regex"].contains(function.name):
      index == 1
        ? ["\"\"", "\"a\"", "\"(\"", "\"(.)\"", "\"^.\"", "\"([0-9])+(.)\"", "\"-.+\"", "\"+\"", "null"]
        : ["\"\"", "\"a\"", "\"<$1>\"", "\"$0$0\"", "null"]
    case .wholeNumber: ["0", "-1", "2", "9223372036854775807", "-9223372036854775808", "null"]
    case .number: ["0", "0.5", "1", "-1e308", "null"]
    case .text:
      ["\"\"", "\"a\"", "\"(\"", "\"(.)\"", "\"1d\"", "\"1mo\"", "\"7h\"", "\"999999999y\"", "\"%Y-%m-%d\"", "null"]
    case .list: ["[0, 10]", "[0.5]", "[3, 1]", "[]", "1", "null"]
    default:
      [
        "1", "null", "\"%F\"", "[\"%F\", \"%d.%m.%Y\"]", "[\"%F %T\", \"%Y-%d-%m\"]", "\"%q\"", "\"%d.%m\"",
        "\"%F %I\"", "[1]",
      ]
    }
  }

  static func casts(of a: String) -> [String] {
    let simple = [
      "bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "str", "binary", "date", "time",
      "null", "datetime[us, \"+05:30\"]", "datetime[ms, UTC]",
      "datetime[ms]", "datetime[us]", "datetime[ns]", "duration[ms]", "duration[us]", "duration[ns]", "decimal[38,0]",
      "decimal[38,38]", "decimal[5,2]", "decimal[1,0]",
    ]
    let types = simple + simple.map { "list[\($0)]" } + ["list[list[i8]]"]
    return types.flatMap { ["cast(\(a + mark), \($0))", "try_cast(\(a + mark), \($0))"] }
  }

  static func aggregateCalls(_ a: String) -> [String] {
    functions.filter { $0.kind == .aggregate }.flatMap { calls(of: $0, [a, a]) }
  }

  static func windowCalls(_ a: String) -> [String] {
    functions.filter { $0.kind == .window }.flatMap { calls(of: $0, [a, a]) }
  }

  static func aggregates(_ a: String) -> [String] {
    aggregateCalls(a).flatMap { call in
      [
        "TABLE | agg x = \(call)", "TABLE | group_by k agg x = \(call)", "TABLE | select k, x = \(call) over k",
        "TABLE | with x = \(call)", "TABLE | filter \(a) == \(call)", "TABLE | agg x = \(call), y = len() + 1",
        "TABLE | select x = \(call) over (k order by \(a))",
      ]
    }
  }

  static func windows(_ a: String) -> [String] {
    windowCalls(a).flatMap { call in
      [
        "TABLE | select x = \(call)", "TABLE | select x = \(call) over k",
        "TABLE | select x = \(call) over (k order by \(a) desc)", "TABLE | select x = \(call) over (order by k, \(a))",
        "TABLE | select x = \(call) over \(a)",
      ]
    }
  }

  static func pairs(_ a: String, _ b: String) -> [String] {
    ["corr(\(a), \(b))", "sum(\(a) + \(b))", "max(if k == 0 then \(a) else \(b))"].map { "TABLE | agg x = \($0)" } + [
      "TABLE | group_by \(b) agg x = max(\(a)), y = n_unique(\(a))",
      "TABLE | select x = first(\(a)) over (order by \(b))",
    ]
  }

  /// Aggregates of two columns.
  static func pairCalls(_ a: String, _ b: String) -> [String] {
    ["corr(\(a), \(b))", "arg_max(\(a), \(b))", "arg_min(\(a), \(b))"]
  }

  static func verbs(_ a: String) -> [String] {
    let counts = ["0", "-1", "2", "9223372036854775807", "-9223372036854775808"]
    let own = [
      "sort X", "sort X desc, k", "unique X", "unique X keep=none", "unique k, X keep=last", "group_by X",
      "group_by X, k agg n = len(), l = list(X), u = unique(X)", "value_counts X", "describe X", "drop_nulls X",
      "fill_null X = X", "fill_null X = null", "fill_null X = 0", "fill_null X = \"\"", "fill_null X = 0.5",
      "pivot rows=k columns=X", "pivot rows=X columns=k agg x = first(X)", "explode X", "explode X keep=empty",
      "unnest X",
      "select X | concat (TABLE | select X)", "sample 3 seed=1", "sample 1 by=X seed=0",
      "sample fraction=1 by=X seed=4294967295",
      "select X | schema", "select X | shape", "select X | row_index | tail 2", "with y = X | filter y == X", "drop X",
      "rename y = X", "filter X is null", "filter X == X | filter X != X", "sort X | head 2", "sort X desc | tail 2",
      "select X | unpivot X", "select \"X\"", "select X | describe",
      "select X | head 2 | transpose", "select X, k | head 2 | transpose names=k",
    ]
    let cut = counts.flatMap {
      ["head \($0)", "tail \($0)", "slice \($0)", "slice \($0), 2", "slice 1, \($0)", "sample \($0)"]
    }
    return (own + cut.map { "select X | " + $0 }).map { "TABLE | " + $0.replacingWord("X", by: a) }
  }

  /// Options and clauses of verbs: that nothing traps, and that errors are ordinary, is what is looked at.
  static func options(_ a: String) -> [String] {
    let own = [
      "select X | concat (TABLE | select X, k) schema=union", "select X | concat (TABLE | select y = X) schema=union",
      "select X | concat (TABLE | select X = k)", "unpivot X, k", "unpivot X name=X", "unpivot X value=k",
      "unpivot X name=n value=v",
      "row_index name=X", "row_index name=i | filter X == i", "transpose", "transpose names=X", "describe",
      "describe X, k",
      "unique X keep=last", "unique X keep=first | sort X", "unique", "drop_nulls",
      "pivot rows=k columns=X agg n = len(), f = first(X)",
      "pivot rows=k columns=X agg m = max(k)", "pivot rows=X columns=k agg l = list(X), n = n_unique(X)",
      "sample fraction=0.5 seed=1", "sample fraction=0 by=X seed=1", "sample 2 by=[X, k] seed=1",
      "asof_join (TABLE | select X, other = k) by X",
      "asof_join (TABLE | select X, other = k) by X direction=nearest within=1",
      "asof_join (TABLE | select X, other = k) by X within=\"1d\"",
      "asof_join (TABLE | select k, other = X) on X == other by k",
      "join (TABLE | select X) on X", "full_join (TABLE | select X, other = k) on X, k == other",
      "cross_join (TABLE | select y = X | tail 1)",
      "join (TABLE | select other = X) on X < other", "explode X | explode X", "unnest X | schema",
      "value_counts X | transpose",
      "group_by X | sort len desc, X", "group_by y = X, k agg a = first(X), b = last(k)",
      "agg x = list(X) | explode x | unique",
      "sort k desc, X desc", "rename X = k, k = X", "drop X | schema", "select columns(i64)",
      "with columns(str) = null", "tail -1", "slice -2, 1",
      "filter X is not null | sample 1 seed=3", "fill_null k = X", "fill_null X = k", "fill_null X = \"2024-07-01\"",
      "shape | unpivot rows, columns",
    ]
    return own.map { "TABLE | " + $0.replacingWord("X", by: a) }
  }

  static func verbs(_ a: String, _ b: String) -> [String] {
    let joins = ["join", "left_join", "full_join", "semi_join", "anti_join"].flatMap { kind in
      ["\(kind) (TABLE | select other = Y, k) on X == other", "\(kind) (TABLE | select other = Y, k) on k, X == other"]
    }
    let own = [
      "fill_null X = Y", "unpivot X, Y", "select x = X | concat (TABLE | select x = Y)", "group_by X, Y", "unique X, Y",
      "sort X, Y desc", "pivot rows=X columns=k agg x = max(Y)", "filter X in $list_Y", "filter X == Y | filter X < Y",
      "filter k == 0 | filter X > Y", "with x = X, x2 = Y | filter x == x2",
      "select X, k | cross_join (TABLE | select y = Y | head 2)",
    ]
    let ordered = [
      "join (TABLE | select other = Y, k) on k, X < other", "left_join (TABLE | select other = Y) on other <= X",
      "anti_join (TABLE | select other = Y, k) on k, X >= other",
      "asof_join (TABLE | select other = Y, k) on k by X == other",
      "asof_join (TABLE | select other = Y) by X == other direction=forward",
      "asof_join (TABLE | select other = Y, k) on k by X == other direction=nearest within=1",
    ]
    return (own + joins + ordered).map { "TABLE | " + $0.replacingWord("X", by: a).replacingWord("Y", by: b) }
  }
}

extension String {
  /// The text with a letter that stands alone replaced.
  fileprivate func replacingWord(_ word: Character, by other: String) -> String {
    var result = ""
    let letters = Array(self)
    for (index, letter) in letters.enumerated() {
      let isInside =
        index > 0 && letters[index - 1].isLetter || index + 1 < letters.count && letters[index + 1].isLetter
      result += letter == word && !isInside ? other : String(letter)
    }
    return result
  }
}
