/// Idioms of pandas, polars, SQL and R, with the hint that names the equivalent in this language.
package enum ForeignIdioms {
  /// Words that begin a statement in other languages, when followed by another word.
  static let statements: [String: String] = [
    "import": "nothing has to be imported here; data comes by `train = load \"train_orders\"`",
    "from": "nothing has to be imported here; a pipeline starts with the table: `train | select user_id`",
    "def": "there are no functions to define; a pipeline can be named: `top = train | head 10`",
    "for": "verbs work on whole columns: `train | with double = product_id * 2`",
    "while": "verbs work on whole columns: `train | with double = product_id * 2`",
    "let": "assign with `=` alone: `top = train | head 10`",
    "var": "assign with `=` alone: `top = train | head 10`",
    "del": "`:drop NAME` forgets a value",
    "print": "a name alone shows its value: `train`",
    "show": "a name alone shows its value: `train`",
    "from_csv": "files are read by `load`: `train = load \"train.csv\"`",
    "create": "a table is written down as `table a = [1, 2], b = [\"x\", \"y\"]`",
    "CREATE": "a table is written down as `table a = [1, 2], b = [\"x\", \"y\"]`",
    "pip": "nothing has to be installed: `:help` lists what there is",
    "write": "`train | save \"train.csv\"` writes a file",
    "export": "`train | save \"train.csv\"` writes a file",
    "read": "files are read by `load`: `train = load \"train.csv\"`",
    "open": "files are read by `load`: `train = load \"train.csv\"`",
    "ls": "`:files` lists the files that `load` finds",
    "cd": "`:files` lists the files that `load` finds; `lectern --data FOLDER` names another folder",
  ]

  /// Calls that make up a whole statement in other languages.
  static let calls: [String: String] = [
    "print": "a name alone shows its value: `train`",
    "help": "`?load` explains a verb, `:help` lists what there is",
    "quit": "`:quit` leaves Lectern, like Ctrl-D",
    "exit": "`:quit` leaves Lectern, like Ctrl-D",
    "dir": "`:vars` lists the values of the session",
    "type": "`train | schema` lists columns and types; `:vars` lists the values of the session",
    "read_csv": "files are read by `load`: `train = load \"train.csv\"`",
    "read_parquet": "files are read by `load`: `train = load \"train.parquet\"`",
    "open": "files are read by `load`: `train = load \"train.csv\"`",
  ]

  /// Verbs of other libraries that this language does not accept as synonyms.
  package static let verbs: [String: String] = {
    var hints = otherVerbs
    for (verb, names) in namesOfVerbs {
      for name in names { hints[name] = "did you mean `\(verb)`?" }
    }
    return hints
  }()

  /// What verbs are called elsewhere, where they do about the same.
  private static let namesOfVerbs: [String: [String]] = [
    "agg": ["summarise", "summarize", "aggregate"],
    "anti_join": ["except", "minus", "setdiff"],
    "concat": ["append", "bind_rows", "hstack", "rbind", "union", "union_all", "vstack"],
    "describe": ["stats", "summary"],
    "drop": ["delete", "exclude", "remove"],
    "drop_nulls": ["dropna", "drop_na"],
    "fill_null": ["fillna"],
    "filter": ["query", "subset"],
    "group_by": ["groupby"],
    "head": ["slice_head"],
    "join": ["inner_join", "lookup", "merge"],
    "metrics": ["evaluate", "score"],
    "pivot": ["cast_wide", "crosstab", "pivot_wider", "spread"],
    "row_index": ["enumerate", "reset_index"],
    "sample": ["random", "slice_sample"],
    "save": ["export", "store", "write"],
    "schema": ["columns", "dtypes", "fields", "glimpse", "info", "names", "types"],
    "semi_join": ["intersect"],
    "shape": ["dim", "ncol", "nrow", "size"],
    "sort": ["order", "orderby"],
    "split": ["train_test_split"],
    "unique": ["dedup", "distinct", "drop_duplicates"],
    "unpivot": ["gather", "melt", "pivot_longer"],
    "value_counts": ["freq", "frequency", "tabulate"],
    "values": ["pull", "to_list"],
    "with": ["add", "assign", "derive", "let", "set", "transform", "update"],
  ]

  private static let otherVerbs: [String: String] = [
    "case": "the form is `if condition then a else b`, inside `with x = …`",
    "right_join": "swap the tables: `other | left_join this on key`",
    "outer_join": "did you mean `full_join`?",
    "having": "filter after grouping: `group_by k | filter len > 1`",
    "offset": "to skip rows: `slice 100, 10`",
    "skip": "to skip rows: `slice 100, 10`",
    "nth": "one row: `slice 4, 1`; rows are counted from 0",
    "iloc": "one row: `slice 4, 1`; rows are counted from 0",
    "using": "the keys of a join stand after `on`: `join products on product_id`",
    "ffill": "`with x = forward_fill(x) over (k order by d)`",
    "bfill": "`with x = backward_fill(x) over (k order by d)`",
    "cumsum": "`with x = cum_sum(x) over (k order by d)`",
    "isnull": "`filter x is null`",
    "is_null": "`filter x is null`",
    "nunique": "`agg n_unique(x)`",
    "find": "`filter contains(x, \"text\")`",
    "grep": "`filter matches(x, \"^text\")`",
    "search": "`filter contains(x, \"text\")`",
    "relocate": "columns stand in the order of `select`: `select b, a`",
    "shuffle": "all rows in random order: `sample fraction=1`",
    "write_csv": "`save \"name.csv\"` writes a file",
    "to_csv": "`save \"name.csv\"` writes a file",
    "write_parquet": "`save \"name.parquet\"` writes a file",
    "to_parquet": "`save \"name.parquet\"` writes a file",
    "nlargest": "sort and take the first: `sort a desc | head 5`",
    "nsmallest": "sort and take the first: `sort a | head 5`",
    "top": "sort and take the first: `sort a desc | head 5`",
    "top_n": "sort and take the first: `sort a desc | head 5`",
    "hist": "`plot hist x=a` draws a histogram",
    "histogram": "`plot hist x=a` draws a histogram",
    "bar": "`plot bar x=a y=b` draws bars",
    "line": "`plot line x=a y=b` draws a line",
    "scatter": "`plot scatter x=a y=b` draws points",
    "display": "a pipeline shows its value by itself: `train | head 5`",
    "print": "a pipeline shows its value by itself: `train | head 5`",
    "show": "a pipeline shows its value by itself: `train | head 5`",
  ]

  /// Constants and modules of other languages, by their names in small letters.
  static let names: [String: String] = [
    "nan": "it is written `cast(\"nan\", f64)`, and `is_nan(x)` tests for it",
    "inf": "it is written `cast(\"inf\", f64)`",
    "infinity": "it is written `cast(\"inf\", f64)`",
    "na": "a missing value is written `null`; to test for it, `a is null`",
    "nat": "a missing value is written `null`; to test for it, `a is null`",
    "pi": "it is written 3.141592653589793",
    "np": "functions stand alone, without a module: `sqrt(x)`",
    "math": "functions stand alone, without a module: `sqrt(x)`",
    "current_date": clock,
    "today": clock,
    "now": clock,
  ]

  private static let clock =
    "there is no clock here: a session says tomorrow what it says today. `max(date)` is the last day of a table"

  /// Functions of other libraries that this language does not accept as synonyms.
  static let functions: [String: String] = [
    "between": "`a <= x and x <= b`",
    "is_between": "`a <= x and x <= b`",
    "isnull": "`x is null`",
    "is_null": "`x is null`",
    "isna": "`x is null`",
    "ifnull": "`coalesce(x, 0)`",
    "nvl": "`coalesce(x, 0)`",
    "iif": "`if condition then a else b`",
    "if_else": "`if condition then a else b`",
    "ifelse": "`if condition then a else b`",
    "columns": "`select columns(f64)`, `drop columns(\"price_.*\")`: `columns` works only where a verb takes columns",
    "when": "`if condition then a else b`",
    "where": "`if condition then a else b`",
    "case_when": "`if condition then a else b`",
    "isin": "`x in [1, 2]`",
    "is_in": "`x in [1, 2]`",
    "str": "`cast(x, str)`",
    "int": "`cast(x, i64)`",
    "float": "`cast(x, f64)`",
    "to_date": "`parse_date(x, \"%d.%m.%Y\")`, or `cast(x, date)` of `2024-07-01`",
    "to_datetime": "`parse_datetime(x, \"%d.%m.%Y %H:%M\")`, or `cast(x, datetime[us])` of `2024-07-01 12:30`",
    "strptime": "`parse_date(x, \"%d.%m.%Y\")`, `parse_datetime(x, \"%d.%m.%Y %H:%M\")`",
    "to_timestamp": "`parse_datetime(x, \"%d.%m.%Y %H:%M\")`",
    "date_trunc": "`truncate(x, \"1mo\")`",
    "date_add": "`x + 7` adds days to a date, `add_months(x, 1)` months",
    "string_agg": "`join_text(list(x), \", \")`",
    "group_concat": "`join_text(list(x), \", \")`",
    "substr": "`slice(x, 0, 3)`: characters are counted from 0",
    "col": "the bare name of the column: `x`",
    "bin": "`cut(x, [10, 20, 30])`",
    "qcut": "`ntile(4) over (order by x)`",
    "pow": "`x ** y`",
    "power": "`x ** y`",
    "mod": "`x % y`",
    "like": "`starts_with(a, \"x\")`, `contains(a, \"x\")` or `matches(a, \"^x\")`",
    "shift": "`lag(x, 1) over (k order by d)`",
    "diff": "`x - lag(x) over (k order by d)`",
    "datediff": "`a - b`: days between dates, a duration between datetimes",
    "date_diff": "`a - b`: days between dates, a duration between datetimes",
    "datetime": "`cast(\"2024-07-01 12:30\", datetime[us])`",
    "timestamp": "`cast(\"2024-07-01 12:30\", datetime[us])`",
    "dayofweek": "`weekday(x)`",
    "dow": "`weekday(x)`",
    "today": "a date, `date(2024, 7, 1)`: there is no clock here. `max(date)` is the last day of a table",
    "now": "a date, `date(2024, 7, 1)`: there is no clock here. `max(date)` is the last day of a table",
    "rolling_mean": "`mean(x) over (order by d asc rows 7)`",
    "rolling_sum": "`sum(x) over (order by d asc rows 7)`",
    "rolling_max": "`max(x) over (order by d asc rows 7)`",
    "rolling_min": "`min(x) over (order by d asc rows 7)`",
    "rolling": "`mean(x) over (order by d asc rows 7)`",
    "first_value": "`first(x) over (k order by d)`",
    "last_value": "`last(x) over (k order by d)`",
    "rand": "`sample fraction=0.1 seed=0`: a verb draws rows",
    "random": "`sample fraction=0.1 seed=0`: a verb draws rows",
    "concat_ws": "`concat(a, \"-\", b)`",
  ]

  /// Types of SQL by the names that they have here.
  static let types: [String: String] = [
    "bigint": "i64", "decimal": "decimal[10,2]", "double": "f64", "int": "i64", "integer": "i64",
    "numeric": "decimal[10,2]", "real": "f64", "smallint": "i16", "text": "str", "timestamp": "datetime[us]",
    "varchar": "str",
  ]

  /// Methods of other libraries that have no verb or function of the same name here; `x` is the receiver, `…` the
  /// arguments.
  static let methods: [String: String] = [
    "isin": "x in …",
    "is_in": "x in …",
    "is_null": "x is null",
    "isnull": "x is null",
    "isna": "x is null",
    "is_not_null": "x is not null",
    "notnull": "x is not null",
    "notna": "x is not null",
    "alias": "… = x",
    "groupby": "x | group_by …",
    "sort_values": "x | sort …",
    "merge": "x | join …",
    "drop_duplicates": "x | unique",
    "dropna": "x | drop_nulls",
    "fillna": "x | fill_null a = …",
    "to_csv": "x | save …",
    "write_csv": "x | save …",
    "to_parquet": "x | save …",
    "write_parquet": "x | save …",
    "read_csv": "load …",
    "read_parquet": "load …",
    "scan_parquet": "load …",
    "scan_csv": "load …",
    "nunique": "n_unique(x)",
    "size": "len()",
    "fit": "train | fit …",
    "desc": "sort x desc",
  ]

  /// Names between a column and a method in pandas and polars, as in `x.str.lower()`.
  static let accessors: Set<String> = ["str", "dt", "list", "cat", "arr"]

  static let sqlClauses: Set<String> = ["select", "from", "where", "group", "order", "limit", "having"]
}
