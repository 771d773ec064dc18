import Notebook

/// An operation whose memory, and whose time to stop, are measured: a pipeline on `t`. That table is `train_orders` in
/// memory, or is made from it before the measurement.
struct Operation {
  let name: String
  let code: String
  /// The columns by which it filters, sorts, groups or joins, as `select` takes them.
  let keys: String
  /// The pipeline that makes `t` from `train`.
  var input = "train"
  /// Another table that it reads, and its keys.
  var other: (table: String, keys: String)?
  /// The columns of `t` that the result shares with its input, in the same memory: they do not count as output.
  var shared = ""
}

/// The tables that operations join with, by name, and the code that makes them.
let otherTables = [
  "products": "load \"product_information_full\" | collect", "some": "train | head 1000000",
  "pairs": "train | unique user_id, product_id", "texts": "load \"product_information_full\" | group_by name",
]

private let names = "train | left_join (products | select product_id, name) on product_id | select user_id, name, date"
private let lists = "train | group_by user_id agg ids = list(product_id)"
/// Keys of which one is shared by half of the rows; the other rows have different keys.
private let half = "train | select k = if user_id % 2 == 0 then 0 else product_id * 10000000 + user_id"
private let gaps = "train | select p = if user_id % 2 == 0 then product_id else null, date"
private let all = "user_id, product_id, date"
private let pairs = "train | head 4000000 | with s = concat(user_id, \"/\", product_id)"

/// Every kind of operation, in all variants that differ in cost.
let operations: [Operation] = [
  Operation(
    name: "filter by two conditions", code: "t | filter user_id % 2 == 0 and product_id > 0",
    keys: "user_id, product_id"),
  Operation(
    name: "filter, few rows out", code: "t | filter product_id not in [519413018, 576985723]", keys: "product_id"),
  Operation(name: "new column of numbers", code: "t | with n = product_id * 2 + user_id", keys: "", shared: all),
  Operation(
    name: "new column by a condition", code: "t | with n = if user_id > 5 then date else null", keys: "", shared: all),
  Operation(
    name: "new column of texts", code: "t | with s = concat(user_id, \"/\", product_id)", keys: "", shared: all),
  // Each distinct value is converted once, so the rows are grouped by value: the column is a key.
  Operation(name: "numbers as texts", code: "t | with s = cast(product_id, str)", keys: "product_id", shared: all),
  Operation(name: "users as texts", code: "t | with s = cast(user_id, str)", keys: "user_id", shared: all),
  Operation(
    name: "texts as numbers", code: "t | with n = cast(s, i64)", keys: "s",
    input: "train | select user_id, s = cast(user_id, str)", shared: "user_id, s"),
  Operation(
    name: "texts in words", code: "t | with w = split(name, \" \")", keys: "name", input: names,
    shared: "user_id, name, date"),
  Operation(
    name: "texts by texts", code: "t | with s = upper(name)", keys: "name", input: names, shared: "user_id, name, date"),
  Operation(name: "texts that contain one", code: "t | filter contains(name, \"a\")", keys: "name", input: names),

  Operation(name: "group by product", code: "t | group_by product_id", keys: "product_id"),
  Operation(name: "group by date", code: "t | group_by date", keys: "date"),
  Operation(name: "group by user and product", code: "t | group_by user_id, product_id", keys: "user_id, product_id"),
  Operation(name: "group by text", code: "t | group_by name", keys: "name", input: names),
  Operation(name: "group by a text of every row", code: "t | group_by s", keys: "s", input: pairs),
  Operation(
    name: "sum by user and date", code: "t | group_by user_id, date agg s = sum(product_id)", keys: all),
  Operation(
    name: "lists of products a user", code: "t | group_by user_id agg ids = unique(product_id)",
    keys: "user_id, product_id"),
  Operation(
    name: "all products a user", code: "t | group_by user_id agg ids = list(product_id)", keys: "user_id, product_id"),
  Operation(
    name: "distinct users a product", code: "t | group_by product_id agg u = n_unique(user_id)",
    keys: "product_id, user_id"),
  Operation(
    name: "sum, mean and deviation a user",
    code: "t | group_by user_id agg s = sum(product_id), m = mean(product_id), d = std(product_id)",
    keys: "user_id, product_id"),
  Operation(
    name: "extremes a product", code: "t | group_by product_id agg a = min(date), b = max(date), c = first(user_id)",
    keys: "product_id, date"),
  Operation(
    name: "median a user", code: "t | group_by user_id agg m = median(product_id)", keys: "user_id, product_id"),
  Operation(name: "mode a user", code: "t | group_by user_id agg m = mode(product_id)", keys: "user_id, product_id"),
  Operation(
    name: "correlation a date", code: "t | group_by date agg r = corr(user_id, product_id)",
    keys: "date, user_id, product_id"),
  Operation(
    name: "mode, median and distinct values of two groups",
    code: """
      t | group_by big = user_id > 1000000 agg m = mode(product_id), q = median(product_id), n = n_unique(user_id), \
      l = unique(user_id)
      """, keys: "user_id, product_id"),
  Operation(
    name: "mean, deviation and quartiles of all",
    code: "t | agg mean(product_id), std(product_id), median(product_id), q = quantile(product_id, 0.25)",
    keys: "product_id"),
  Operation(
    name: "distinct values of all", code: "t | agg n_unique(user_id), n_unique(product_id)", keys: "product_id"),
  Operation(name: "mode of all", code: "t | agg mode(product_id), mode(user_id)", keys: "product_id"),
  Operation(name: "describe", code: "t | describe", keys: all),
  Operation(name: "value counts of users", code: "t | value_counts user_id", keys: "user_id"),
  Operation(name: "value counts of products", code: "t | value_counts product_id", keys: "product_id"),
  Operation(name: "value counts of texts", code: "t | value_counts name", keys: "name", input: names),
  Operation(
    name: "pivot: products by month", code: "t | with m = month(date) | pivot rows=product_id columns=m",
    keys: "product_id, m = month(date)"),
  Operation(name: "unpivot", code: "t | unpivot user_id, product_id", keys: ""),

  Operation(
    name: "group by a key, half its rows alike and half of their own", code: "t | group_by k", keys: "k", input: half),
  Operation(
    name: "distinct rows, half of them alike", code: "t | unique k keep=last", keys: "k", input: half),
  Operation(name: "sort by user and date", code: "t | sort user_id, date", keys: "user_id, date"),
  Operation(name: "sort by product", code: "t | sort product_id desc", keys: "product_id"),
  Operation(name: "sort by everything", code: "t | sort date, product_id, user_id", keys: all),
  Operation(name: "sort by text", code: "t | sort name", keys: "name", input: names),
  Operation(
    name: "sort by a text of every row", code: "t | sort s", keys: "s", input: pairs),
  Operation(name: "sort, first million", code: "t | sort date desc, user_id | head 1000000", keys: "date, user_id"),
  Operation(
    name: "sort, the first of rows in the other order", code: "t | sort row desc | head 60000", keys: "row",
    input: "train | row_index | select row"),
  Operation(
    name: "mode of rows that all differ", code: "t | agg mode(row)", keys: "row",
    input: "train | row_index | select row"),
  Operation(name: "sort, first ten", code: "t | sort date desc, user_id | head 10", keys: "date, user_id"),
  Operation(name: "distinct users and products", code: "t | unique user_id, product_id", keys: "user_id, product_id"),
  Operation(
    name: "the last of every user", code: "t | unique user_id keep=last", keys: "user_id"),
  Operation(name: "the last of every text", code: "t | unique name keep=last", keys: "name", input: names),
  Operation(
    name: "rows without an equal", code: "t | unique user_id, product_id keep=none", keys: "user_id, product_id"),
  Operation(name: "sample of half", code: "t | sample fraction=0.5 seed=1", keys: "user_id"),
  Operation(
    name: "sample by user and date", code: "t | sample fraction=0.5 by=[user_id, date] seed=1", keys: "user_id, date"),
  Operation(name: "sample by user", code: "t | sample fraction=0.5 by=user_id seed=1", keys: "user_id"),

  Operation(
    name: "left join with products", code: "t | left_join products on product_id", keys: "product_id",
    other: ("products", "product_id"), shared: all),
  Operation(
    name: "inner join with products", code: "t | join products on product_id", keys: "product_id",
    other: ("products", "product_id")),
  Operation(
    name: "full join with products", code: "t | full_join products on product_id", keys: "product_id",
    other: ("products", "product_id")),
  Operation(
    name: "semi join with products", code: "t | semi_join products on product_id", keys: "product_id",
    other: ("products", "product_id")),
  Operation(
    name: "left join by text", code: "t | left_join texts on name", keys: "name", input: names,
    other: ("texts", "name"), shared: "user_id, name, date"),
  Operation(
    name: "anti join with a million rows", code: "t | anti_join some on user_id, product_id",
    keys: "user_id, product_id", other: ("some", "user_id, product_id")),
  Operation(
    name: "left join with all pairs", code: "t | left_join pairs on user_id, product_id",
    keys: "user_id, product_id", other: ("pairs", "user_id, product_id"), shared: all),
  Operation(
    name: "join of many to many", code: "t | head 100000 | join (some | head 100000) on product_id",
    keys: "product_id", other: ("some", "product_id")),
  Operation(
    name: "cross join", code: "t | head 3000 | cross_join (some | head 3000 | select other = user_id)", keys: "",
    other: ("some", "user_id")),

  Operation(
    name: "window: place within the user by date",
    code: "t | with n = row_number() over (user_id order by date)", keys: "user_id, date", shared: all),
  Operation(
    name: "window: rank of the date within the product",
    code: "t | with n = dense_rank() over (product_id order by date)", keys: "product_id, date", shared: all),
  Operation(
    name: "window: the product before", code: "t | with p = lag(product_id) over (user_id order by date)",
    keys: "user_id, date", shared: all),
  Operation(
    name: "window: sum over the product", code: "t | with s = sum(user_id) over product_id",
    keys: "product_id, user_id", shared: all),
  Operation(
    name: "window: running sum of a user", code: "t | with s = cum_sum(product_id) over (user_id order by date)",
    keys: "user_id, date", shared: all),
  Operation(
    name: "window: running maximum of a user", code: "t | with s = cum_max(product_id) over user_id",
    keys: "user_id, product_id", shared: all),
  Operation(
    name: "window: mean of three rows of a user",
    code: "t | with s = mean(product_id) over (user_id order by date rows 3)", keys: "user_id, date, product_id",
    shared: all),
  Operation(
    name: "window: sum of the last seven days of a product",
    code: "t | with s = sum(user_id) over (product_id order by date range \"7d\")", keys: "product_id, date, user_id",
    shared: all),
  Operation(
    name: "window: quarter of the dates of a user", code: "t | with q = ntile(4) over (user_id order by date)",
    keys: "user_id, date", shared: all),
  Operation(
    name: "window: share of the rank of a user's dates",
    code: "t | with s = percent_rank() over (user_id order by date)", keys: "user_id, date", shared: all),
  Operation(
    name: "window: nulls filled forward", code: "t | with q = forward_fill(p) over (order by date)", keys: "p, date",
    input: gaps, shared: "p, date"),
  Operation(
    name: "as-of join with a million rows",
    code: "t | asof_join (some | select user_id, date, before = product_id) on date by user_id", keys: "user_id, date",
    other: ("some", "user_id, date"), shared: all),
  Operation(
    name: "join by comparison",
    code: "t | join (table stop = [\"2024-05-01\"] | with stop = cast(stop, date)) on date < stop",
    keys: "date"),

  Operation(name: "concat", code: "t | concat train", keys: "", other: ("train", "user_id")),
  Operation(name: "explode", code: "t | explode ids", keys: "", input: lists),
  Operation(
    name: "lists in order", code: "t | with s = list_sort(ids)", keys: "ids", input: lists, shared: "user_id, ids"),
  Operation(
    name: "distinct elements of lists", code: "t | with s = list_unique(ids)", keys: "ids", input: lists,
    shared: "user_id, ids"),
  Operation(
    name: "lists without others' elements", code: "t | with s = set_difference(ids, other)", keys: "ids, other",
    input: lists + " | with other = list_reverse(ids)", shared: "user_id, ids, other"),
  Operation(
    name: "lists filtered", code: "t | with s = list_filter(ids, it % 2 == 0)", keys: "ids", input: lists,
    shared: "user_id, ids"),
  Operation(name: "sort by lists", code: "t | sort ids", keys: "ids", input: lists),
  Operation(name: "row numbers", code: "t | row_index", keys: "", shared: all),
  Operation(
    name: "nulls filled", code: "t | fill_null p = 0", keys: "p", input: gaps, shared: "date"),
  Operation(
    name: "nulls dropped", code: "t | drop_nulls p", keys: "p", input: gaps),
  Operation(name: "values as a list", code: "t | values user_id", keys: "", shared: "user_id"),
  Operation(name: "split at random", code: "t | split random test=0.2 seed=0", keys: "user_id"),
]

extension Operation {
  /// Makes the tables that it works on, with `t` from the first `rows` rows of `train` (nil stands for all).
  @MainActor func prepare(in session: Session, rows: Int? = nil) {
    if session.value(named: "train") == nil {
      session.run("train = load \"train_orders\" | filter product_id not in [519413018, 576985723] | collect;")
    }
    if let other, session.value(named: other.table) == nil {
      session.run("\(other.table) = \(otherTables[other.table] ?? "");")
    }
    if input.contains("products"), session.value(named: "products") == nil {
      session.run("products = \(otherTables["products"] ?? "");")
    }
    let first = rows.map { " | head \($0)" } ?? ""
    session.run("t = \(input.replacing("train", with: "(train\(first))", maxReplacements: 1)) | collect;")
  }
}
