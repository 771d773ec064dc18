/// What people bring from pandas, polars, SQL and R, and what it is here.
enum ForeignIdioms {
  /// Words that begin a statement elsewhere, when another word follows.
  static let statements: [String: String] = [
    "import": "nothing has to be imported here; data comes by `train = load \"train_orders\"`",
    "from": "nothing has to be imported here; a pipeline starts with the table: `train | select user_id`",
    "def": "there are no functions to define; a pipeline can be named: `top = train | head 10`",
    "for": "verbs work on whole columns: `train | with double = product_id * 2`",
    "while": "verbs work on whole columns: `train | with double = product_id * 2`",
    "let": "a name is given with `=` alone: `top = train | head 10`",
    "var": "a name is given with `=` alone: `top = train | head 10`",
    "del": "`:drop NAME` forgets a value",
    "print": "a name alone shows its value: `train`",
    "show": "a name alone shows its value: `train`",
    "from_csv": "files are read by `load`: `train = load \"train.csv\"`",
    "create": "a table is written down as `table a = [1, 2], b = [\"x\", \"y\"]`",
    "CREATE": "a table is written down as `table a = [1, 2], b = [\"x\", \"y\"]`",
    "pip": "nothing has to be installed: `:help` lists what there is",
  ]
  static let print = "a name alone shows its value: `train`"

  /// Verbs of other libraries that have no synonym here.
  static let verbs: [String: String] = [
    "groupby": "did you mean `group_by`?",
    "case": "the form is `if condition then a else b`, inside `with x = …`",
    "orderby": "did you mean `sort`?",
    "order": "did you mean `sort`?",
    "merge": "did you mean `join`?",
    "inner_join": "did you mean `join`?",
    "right_join": "swap the tables: `other | left_join this on key`",
    "outer_join": "did you mean `full_join`?",
    "having": "filter after grouping: `group_by k | filter len > 1`",
    "distinct": "did you mean `unique`?",
    "drop_duplicates": "did you mean `unique`?",
    "dedup": "did you mean `unique`?",
    "dropna": "did you mean `drop_nulls`?",
    "fillna": "did you mean `fill_null`?",
    "melt": "did you mean `unpivot`?",
    "pivot_longer": "did you mean `unpivot`?",
    "pivot_wider": "did you mean `pivot`?",
    "summarise": "did you mean `agg`?",
    "summarize": "did you mean `agg`?",
    "aggregate": "did you mean `agg`?",
    "derive": "did you mean `with`?",
    "assign": "did you mean `with`?",
    "union": "did you mean `concat`?",
    "vstack": "did you mean `concat`?",
    "append": "did you mean `concat`?",
    "write_csv": "`save \"name.csv\"` writes a file",
    "to_csv": "`save \"name.csv\"` writes a file",
    "write_parquet": "`save \"name.parquet\"` writes a file",
    "to_parquet": "`save \"name.parquet\"` writes a file",
    "info": "did you mean `schema`?",
    "glimpse": "did you mean `schema`?",
    "nlargest": "sort and take the first: `sort a desc | head 5`",
    "nsmallest": "sort and take the first: `sort a | head 5`",
  ]

  /// Functions of other libraries that have no synonym here.
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
    "when": "`if condition then a else b`",
    "where": "`if condition then a else b`",
    "case_when": "`if condition then a else b`",
    "isin": "`x in [1, 2]`",
    "is_in": "`x in [1, 2]`",
    "str": "`cast(x, str)`",
    "int": "`cast(x, i64)`",
    "float": "`cast(x, f64)`",
    "to_date": "`cast(x, date)`",
    "strptime": "`cast(x, date)`",
    "pow": "`x ** y`",
    "power": "`x ** y`",
    "mod": "`x % y`",
    "like": "`starts_with(a, \"x\")`, `contains(a, \"x\")` or `matches(a, \"^x\")`",
    "shift": "`lag(x, 1) over (k order by d)`",
    "diff": "`x - lag(x) over (k order by d)`",
  ]

  /// Methods that are no verb or function here; `x` is the receiver, `…` what stood in the parentheses.
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

  /// Between a column and a method, elsewhere.
  static let accessors: Set<String> = ["str", "dt", "list", "cat", "arr"]

  static let sqlClauses: Set<String> = ["select", "from", "where", "group", "order", "limit", "having"]
}
