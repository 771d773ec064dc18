import Query

/// Words of the language that are neither verbs nor functions.
let languageTopics: [HelpTopic] = [
  HelpTopic(
    "over", summary: "an aggregate or a rank beside each row, of the rows around it",
    synonyms: ["window", "windows", "frame", "frames", "running", "rows", "range", "partition"],
    examples: [
      Example("train | with n = len() over user_id | head 3", "how many rows the user has"),
      Example("train | with r = row_number() over (user_id order by date desc) | filter r <= 3 | head 3", "a rank"),
      Example(
        "train | group_by date agg n = len() | with week = mean(n) over (order by date range \"7d\") | head 3",
        "of this day and the seven before it"),
      Example(
        "train | with so_far = n_unique(product_id) over (user_id order by date running) | head 3",
        "up to each row"),
      Example(
        "train | group_by date agg n = len() | with m = mean(n) over (order by date rows 1 before 1 after) | head 3",
        "of the row before, the row and the row after"),
    ]
  ) {
    """
    ## over

    `f(x) over key` computes an aggregate of all rows with the same key, and puts it beside each of them. With several \
    keys, or with an order, brackets are needed: `f(x) over (key, … order by column ⟨desc⟩, … FRAME)`. Without keys the \
    whole table is one group.

    | frame | the rows that an aggregate sees |
    |---|---|
    | (none) | all rows of the group |
    | `running` | from the first row of the group, in the order, up to this one |
    | `rows 7` | this row and the six before it |
    | `rows 3 before 2 after` | three rows before, this row, two after |
    | `range "7d"` | rows whose key lies at most seven days before this row's, and rows with an equal key |
    | `range 10 before 10 after` | rows whose key differs by at most 10 |

    `rank`, `row_number`, `lag`, `cum_sum` and the other window functions take an order and no frame.
    """
  },
  HelpTopic(
    "where", summary: "an aggregate of the rows for which a condition is true",
    examples: [
      Example(
        "train | group_by user_id agg early = (len() where date < \"2024-05-01\"), all = len() | head 3",
        "two counts in one pass"),
      Example("train | agg m = mean(user_id) where product_id % 2 == 0", "a mean of some rows"),
    ]
  ) {
    """
    ## where

    `sum(x) where condition` is an aggregate of the rows for which the condition is true. It reaches up to `over` or the \
    end of the expression; what follows it needs brackets: `(sum(x) where a > 1) / len()`. As a verb, `where` is a \
    synonym of `filter`.
    """
  },
  HelpTopic(
    "it", summary: "an element, in the formula of a list function",
    examples: [
      Example(
        "train | group_by user_id agg ids = list(product_id) | with even = list_filter(ids, it % 2 == 0) | head 3", "")
    ]
  ) {
    """
    ## it

    In `list_map(xs, formula)` and `list_filter(xs, condition)`, `it` is an element of the list. Other names are columns \
    of the row. A column named `it` is written in backticks there.
    """
  },
  HelpTopic(
    "columns", summary: "several columns at once, by a type or by a pattern for their names",
    examples: [
      Example("products | select product_id, columns(str) | head 3", "all texts"),
      Example("actions | drop columns(\"page_.*\") | head 3", "by a pattern that fits the whole name"),
      Example("actions | fill_null columns(f64) = 0 | head 3", "an assignment to each"),
      Example("train | agg max(columns(\".*_id\"))", "an expression of each"),
    ]
  ) {
    """
    ## columns

    `columns(TYPE)` and `columns("PATTERN")` stand for the columns of a type, or for those whose whole name fits a \
    regular expression. In an expression they give one column each, under its own name: `max(columns(f64))`.
    """
  },
  HelpTopic(
    "define", summary: "give a pipeline a name, with parameters",
    examples: [
      Example(
        "define top_sold(by=product_id, n=10) = group_by $by | sort len desc | head $n; train | top_sold n=3",
        "with defaults for both parameters"),
      Example(
        "define recent(days) = filter date > max(date) - $days; train | recent days=7 | head 3",
        "one that has to be given"),
    ]
  ) {
    """
    ## define

    `define NAME(parameter, parameter=default) = PIPELINE` makes a verb of a pipeline that starts with one. Where it is \
    called, its parameters are replaced by what the call says: a value, or the name of a column or a table. A parameter \
    without a default has to be given. Other `$x` are the session's. Definitions may use others, not themselves; `:vars` \
    lists them, `:drop` forgets one.
    """
  },
]
