"""Times sixty-five operations on tables in Lectern, polars and DuckDB, and compares their results.

usage: python Scripts/benchmarks/time-operations.py LECTERN FOLDER [--rounds 2] [--only WORD]

LECTERN is the program, FOLDER holds the seminar's four tables in full size (`lectern simulate FOLDER --scale 1`). The
operations cover the verbs, the aggregates, the kinds of windows and of joins, few and many groups, narrow and wide keys,
text, nulls, lists and dates. Columns are in memory before the clock starts; in every round Lectern, polars and DuckDB run
each operation twice, one program after the other, and the best time counts. It prints a table in Markdown, then the
operations that are slower than in polars or DuckDB, and those with different results. The exit status is 1 if any differ.

Results are compared as sets of rows: by a hash of each row's exact values, and sums and sums of squares of floats.

Written for polars 2.1 and DuckDB 2.0.
"""
import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time

import duckdb
import polars as pl

c = pl.col
FILES = {
    "train": "train_orders", "test": "test_orders", "products": "product_information_full",
    "actions": "user_actions_full_sample_1_000_000",
}


def tile(count):
    """In which of so many parts of equal numbers of rows a row is; the first parts have one more."""
    size, longer = pl.len() // count, pl.len() % count
    place, border = pl.int_range(pl.len()), (pl.len() % count) * (pl.len() // count + 1)
    later = longer + (place - border) // pl.max_horizontal(size, 1)
    return pl.when(place < border).then(place // (size + 1)).otherwise(later) + 1


# Tables that operations start from, made before the clock starts: name, Lectern, polars, DuckDB.
PREPARED = [
    ("days", "train | group_by user_id, date agg n = len()",
     lambda t: t.train.group_by("user_id", "date", maintain_order=True).agg(n=pl.len()),
     "select user_id, date, count(*) as n from train group by all"),
    ("baskets", "test | group_by user_id agg ids = list(product_id)",
     lambda t: t.test.group_by("user_id", maintain_order=True).agg(ids="product_id"),
     "select user_id, list(product_id order by rowid) as ids from test group by all"),
    ("shelves", "products | unique type | select type, category_id",
     lambda t: t.products.unique("type", keep="first", maintain_order=True).select("type", "category_id"),
     "select type, first(category_id order by rowid) as category_id from products group by all"),
]
OPERATIONS = [  # name, Lectern, polars, DuckDB
    ("filter: a remainder and a day", 'train | filter date >= "2024-05-01" and user_id % 7 == 3',
     lambda t: t.train.filter((c("date") >= pl.date(2024, 5, 1)) & (c("user_id") % 7 == 3)),
     "from train where date >= date '2024-05-01' and user_id % 7 = 3"),
    ("filter: text that is there and long", "actions | filter search_query is not null and length(search_query) > 4",
     lambda t: t.actions.filter(c("search_query").is_not_null() & (c("search_query").str.len_chars() > 4)),
     "from actions where search_query is not null and length(search_query) > 4"),
    ("filter: a regular expression", 'actions | filter matches(search_query, "^к.*а$")',
     lambda t: t.actions.filter(c("search_query").str.contains("^к.*а$")),
     "from actions where regexp_matches(search_query, '^к.*а$')"),
    ("filter: 1,000 products by a list", "train | filter product_id in $wanted",
     lambda t: t.train.filter(c("product_id").is_in(t.wanted)),
     "from train where product_id in (select * from wanted)"),
    ("with: arithmetic and a choice", "train | with k = if product_id % 2 == 0 then user_id * 2 else user_id + 1",
     lambda t: t.train.with_columns(
         k=pl.when(c("product_id") % 2 == 0).then(c("user_id").cast(pl.Int64) * 2)
         .otherwise(c("user_id").cast(pl.Int64) + 1)),
     "select *, case when product_id % 2 = 0 then user_id * 2 else user_id + 1 end as k from train"),
    ("with: dates as text", 'train | with d = format(date, "%d.%m.%Y")',
     lambda t: t.train.with_columns(d=c("date").dt.strftime("%d.%m.%Y")),
     "select *, strftime(date, '%d.%m.%Y') as d from train"),
    ("with: three parts of a date", "train | with a = year(date), b = week(date), c = day(date)",
     lambda t: t.train.with_columns(a=c("date").dt.year(), b=c("date").dt.week(), c=c("date").dt.day()),
     "select *, year(date) as a, week(date) as b, day(date) as c from train"),
    ("with: pieces of text", 'actions | with a = replace(widget_name, "_", "-"), b = slice(action_type, 0, 3)',
     lambda t: t.actions.with_columns(
         a=c("widget_name").str.replace_all("_", "-", literal=True), b=c("action_type").str.slice(0, 3)),
     "select *, replace(widget_name, '_', '-') as a, substr(action_type, 1, 3) as b from actions"),
    ("with: text of numbers", "test | with a = cast(user_id, str)",
     lambda t: t.test.with_columns(a=c("user_id").cast(pl.String)),
     "select *, cast(user_id as varchar) as a from test"),
    ("fill_null", 'actions | fill_null search_query = "-", page_product_id = 0.0',
     lambda t: t.actions.with_columns(c("search_query").fill_null("-"), c("page_product_id").fill_null(0.0)),
     "select * replace (coalesce(search_query, '-') as search_query, coalesce(page_product_id, 0) as page_product_id) "
     "from actions"),
    ("agg: the whole table", "train | agg m = median(user_id), s = std(product_id), u = n_unique(product_id)",
     lambda t: t.train.select(
         m=c("user_id").median(), s=c("product_id").std(), u=c("product_id").n_unique()),
     "select median(user_id) as m, stddev(product_id) as s, count(distinct product_id) as u from train"),
    ("group_by 122 days: n_unique", "train | group_by date agg n = len(), u = n_unique(user_id)",
     lambda t: t.train.group_by("date").agg(n=pl.len(), u=c("user_id").n_unique()),
     "select date, count(*) as n, count(distinct user_id) as u from train group by all"),
    ("group_by 122 days: five moments",
     "train | group_by date agg a = sum(user_id), b = min(user_id), c = max(user_id), d = mean(user_id), "
     "e = std(user_id)",
     lambda t: t.train.group_by("date").agg(
         a=c("user_id").cast(pl.Int64).sum(), b=c("user_id").min(), c=c("user_id").max(), d=c("user_id").mean(),
         e=c("user_id").std()),
     "select date, sum(user_id) as a, min(user_id) as b, max(user_id) as c, avg(user_id) as d, "
     "stddev(user_id) as e from train group by all"),
    ("group_by 122 days: quantiles", "train | group_by date agg m = median(product_id), q = quantile(user_id, 0.9)",
     lambda t: t.train.group_by("date").agg(
         m=c("product_id").median(), q=c("user_id").quantile(0.9, interpolation="linear")),
     "select date, median(product_id) as m, quantile_cont(user_id, 0.9) as q from train group by all"),
    ("group_by 122 days: a correlation", "train | group_by date agg r = corr(user_id, product_id)",
     lambda t: t.train.group_by("date").agg(r=pl.corr("user_id", "product_id")),
     "select date, corr(user_id, product_id) as r from train group by all"),
    ("group_by 17,000 products: aggregates with where",
     'train | group_by product_id agg a = (len() where date < "2024-05-01"), m = mean(user_id) where user_id % 2 == 0',
     lambda t: t.train.group_by("product_id").agg(
         a=(c("date") < pl.date(2024, 5, 1)).sum(), m=c("user_id").filter(c("user_id") % 2 == 0).mean()),
     "select product_id, count(*) filter (date < date '2024-05-01') as a, "
     "avg(user_id) filter (user_id % 2 = 0) as m from train group by all"),
    ("group_by 1,000,000 users: sum and count",
     "train | group_by user_id agg s = sum(product_id), n = count(product_id)",
     lambda t: t.train.group_by("user_id").agg(s=c("product_id").sum(), n=c("product_id").count()),
     "select user_id, sum(product_id) as s, count(product_id) as n from train group by all"),
    ("group_by 1,000,000 users: std", "train | group_by user_id agg s = std(product_id)",
     lambda t: t.train.group_by("user_id").agg(s=c("product_id").std()),
     "select user_id, stddev(product_id) as s from train group by all"),
    ("group_by 1,000,000 users: median", "train | group_by user_id agg m = median(product_id)",
     lambda t: t.train.group_by("user_id").agg(m=c("product_id").median()),
     "select user_id, median(product_id) as m from train group by all"),
    ("group_by 1,000,000 users: n_unique", "train | group_by user_id agg u = n_unique(product_id)",
     lambda t: t.train.group_by("user_id").agg(u=c("product_id").n_unique()),
     "select user_id, count(distinct product_id) as u from train group by all"),
    ("group_by 1,000,000 users: any and all",
     'train | group_by user_id agg a = any(product_id % 10 == 0), b = all(date > "2024-03-10")',
     lambda t: t.train.group_by("user_id").agg(
         a=(c("product_id") % 10 == 0).any(), b=(c("date") > pl.date(2024, 3, 10)).all()),
     "select user_id, bool_or(product_id % 10 = 0) as a, bool_and(date > date '2024-03-10') as b from train "
     "group by all"),
    ("group_by users and days", "test | group_by user_id, date agg n = len(), m = max(product_id)",
     lambda t: t.test.group_by("user_id", "date").agg(n=pl.len(), m=c("product_id").max()),
     "select user_id, date, count(*) as n, max(product_id) as m from test group by all"),
    ("group_by users: lists", "test | group_by user_id agg ids = list(product_id)",
     lambda t: t.test.group_by("user_id").agg(ids="product_id"),
     "select user_id, list(product_id order by rowid) as ids from test group by all"),
    ("group_by text with nulls", "actions | group_by search_query agg n = len(), u = n_unique(user_id)",
     lambda t: t.actions.group_by("search_query").agg(n=pl.len(), u=c("user_id").n_unique()),
     "select search_query, count(*) as n, count(distinct user_id) as u from actions group by all"),
    ("group_by weeks and hours", 'actions | group_by w = truncate(timestamp, "1w"), h = hour(timestamp)',
     lambda t: t.actions.group_by(w=c("timestamp").dt.truncate("1w"), h=c("timestamp").dt.hour()).len(),
     "select date_trunc('week', timestamp) as w, hour(timestamp) as h, count(*) as len from actions group by all"),
    ("value_counts", "train | value_counts product_id | select product_id, len",
     lambda t: t.train["product_id"].value_counts(sort=True),
     "select product_id, count(*) as len from train group by all order by len desc"),
    ("unique pairs", "train | unique user_id, product_id | select user_id, product_id",
     lambda t: t.train.unique(["user_id", "product_id"], keep="first", maintain_order=True)
     .select("user_id", "product_id"),
     "select distinct user_id, product_id from train"),
    ("pivot", "actions | pivot rows=widget_name columns=action_type",
     lambda t: t.actions.pivot("action_type", index="widget_name", values="user_id", aggregate_function="len")
     .select("widget_name", "click", "favorite", "order", "search", "to_cart", "view"),
     "pivot actions on action_type using count(*) group by widget_name"),
    ("unpivot", "test | with a = cast(user_id, i64) | unpivot a, product_id | select date, variable, value",
     lambda t: t.test.with_columns(a=c("user_id").cast(pl.Int64))
     .unpivot(["a", "product_id"], index="date").select("date", "variable", "value"),
     "select date, variable, value from (select date, user_id::bigint as a, product_id from test) "
     "unpivot include nulls (value for variable in (a, product_id))"),
    ("sort by three columns", "test | sort product_id desc, date, user_id",
     lambda t: t.test.sort("product_id", "date", "user_id", descending=[True, False, False]),
     "from test order by product_id desc, date, user_id"),
    ("sort by text", "actions | sort widget_name, search_query, user_id | select user_id, widget_name, search_query",
     lambda t: t.actions.sort("widget_name", "search_query", "user_id", nulls_last=True)
     .select("user_id", "widget_name", "search_query"),
     "select user_id, widget_name, search_query from actions order by widget_name, search_query nulls last, user_id"),
    ("the first 1,000 of a sort", "train | sort product_id desc, user_id, date | head 1000",
     lambda t: t.train.sort("product_id", "user_id", "date", descending=[True, False, False]).head(1000),
     "from train order by product_id desc, user_id, date limit 1000"),
    ("window: a sum by user", "test | with s = sum(product_id) over user_id",
     lambda t: t.test.with_columns(s=c("product_id").sum().over("user_id")),
     "select *, sum(product_id) over (partition by user_id) as s from test"),
    ("window: a mean by product", "train | with m = mean(user_id) over product_id",
     lambda t: t.train.with_columns(m=c("user_id").mean().over("product_id")),
     "select *, avg(user_id) over (partition by product_id) as m from train"),
    ("window: ranks", "test | with r = rank() over (user_id order by date)",
     lambda t: t.test.with_columns(r=c("date").rank("min").over("user_id")),
     "select *, rank() over (partition by user_id order by date) as r from test"),
    ("window: the row before", "test | with p = lag(date, 1) over (user_id order by date, product_id)",
     lambda t: t.test.with_columns(p=c("date").shift(1).over("user_id", order_by=["date", "product_id"])),
     "select *, lag(date, 1) over (partition by user_id order by date, product_id) as p from test"),
    ("window: running sums", "test | with s = cum_sum(product_id) over (user_id order by date, product_id)",
     lambda t: t.test.with_columns(s=c("product_id").cum_sum().over("user_id", order_by=["date", "product_id"])),
     "select *, sum(product_id) over (partition by user_id order by date, product_id "
     "rows between unbounded preceding and current row) as s from test"),
    ("window: a mean of three rows", "test | with m = mean(product_id) over (user_id order by date, product_id rows 3)",
     lambda t: t.test.with_columns(
         m=c("product_id").rolling_mean(3, min_samples=1).over("user_id", order_by=["date", "product_id"])),
     "select *, avg(product_id) over (partition by user_id order by date, product_id "
     "rows between 2 preceding and current row) as m from test"),
    ("window: nulls filled forward", "actions | with q = forward_fill(search_query) over (user_id order by timestamp)",
     lambda t: t.actions.with_columns(q=c("search_query").forward_fill().over("user_id", order_by="timestamp")),
     "select *, last_value(search_query ignore nulls) over (partition by user_id order by timestamp "
     "rows between unbounded preceding and current row) as q from actions"),
    ("join: text, then a group", "test | join products on product_id | group_by brand agg n = len()",
     lambda t: t.test.join(t.products, on="product_id").group_by("brand").agg(n=pl.len()),
     "select brand, count(*) as n from test join products using (product_id) group by all"),
    ("join: on text", "actions | join shelves on search_query == type | select user_id, search_query, category_id",
     lambda t: t.actions.join(t.shelves, left_on="search_query", right_on="type")
     .select("user_id", "search_query", "category_id"),
     "select user_id, search_query, category_id from actions join shelves on search_query = type"),
    ("left join: users and days", "test | left_join days on user_id, date",
     lambda t: t.test.join(t.days, on=["user_id", "date"], how="left"),
     "from test left join days using (user_id, date)"),
    ("full join: two counts",
     "train | group_by product_id agg a = len() | full_join (test | group_by product_id agg b = len()) on product_id",
     lambda t: t.train.group_by("product_id").agg(a=pl.len()).join(
         t.test.group_by("product_id").agg(b=pl.len()), on="product_id", how="full", coalesce=True),
     "from (select product_id, count(*) as a from train group by all) "
     "full join (select product_id, count(*) as b from test group by all) using (product_id)"),
    ("anti join: users and products", "test | anti_join train on user_id, product_id",
     lambda t: t.test.join(t.train, on=["user_id", "product_id"], how="anti"),
     "from test anti join train using (user_id, product_id)"),
    ("as-of join: the last day before", "test | asof_join days on user_id by date | select user_id, date, n",
     lambda t: t.test.sort("date").join_asof(t.days.sort("date"), on="date", by="user_id")
     .select("user_id", "date", "n"),
     "select test.user_id, test.date, n from test asof left join days "
     "on test.user_id = days.user_id and test.date >= days.date"),
    ("concat", "train | concat test | filter product_id % 3 == 0",
     lambda t: pl.concat([t.train, t.test]).filter(c("product_id") % 3 == 0),
     "from (from train union all from test) where product_id % 3 = 0"),
    ("explode", "baskets | explode ids",
     lambda t: t.baskets.explode("ids"),
     "select user_id, unnest(ids) as ids from baskets"),
    ("lists: how many, how many different, the greatest",
     "baskets | select user_id, n = list_len(ids), u = list_len(list_unique(ids)), m = list_max(ids)",
     lambda t: t.baskets.select(
         "user_id", n=c("ids").list.len(), u=c("ids").list.n_unique(), m=c("ids").list.max()),
     "select user_id, len(ids) as n, list_unique(ids) as u, list_max(ids) as m from baskets"),
    ("group_by 17,000 products: first and last", "train | group_by product_id agg a = first(user_id), b = last(date)",
     lambda t: t.train.group_by("product_id").agg(a=c("user_id").first(), b=c("date").last()),
     "select product_id, first(user_id order by rowid) as a, last(date order by rowid) as b from train group by all"),
    ("group_by 17,000 products: the most frequent day", "test | group_by product_id agg m = mode(date)",
     lambda t: t.test.group_by("product_id").agg(m=c("date").mode().min()),
     "select product_id, date as m from (select product_id, date, count(*) as n from test group by all) "
     "qualify row_number() over (partition by product_id order by n desc, date) = 1"),
    ("group_by 122 days: variance, skewness, kurtosis",
     "train | group_by date agg v = var(user_id), s = skew(user_id), k = kurtosis(user_id)",
     lambda t: t.train.group_by("date").agg(v=c("user_id").var(), s=c("user_id").skew(), k=c("user_id").kurtosis()),
     "select date, var_samp(user_id) as v, skewness(user_id) * (count(*) - 2) / sqrt(count(*) * (count(*) - 1.0)) as s, "
     "kurtosis_pop(user_id) as k from train group by all"),
    ("group_by 1,000,000 users: the latest product and the first", "train | group_by user_id agg a = arg_max(product_id, date), "
     "b = arg_min(product_id, date)",
     lambda t: t.train.group_by("user_id").agg(
         a=c("product_id").get(c("date").arg_max()), b=c("product_id").get(c("date").arg_min())),
     "select user_id, first(product_id order by date desc, rowid) as a, first(product_id order by date, rowid) as b from train "
     "group by all"),
    ("group_by users: lists of different products", "test | group_by user_id agg ids = unique(product_id)",
     lambda t: t.test.group_by("user_id").agg(ids=c("product_id").unique(maintain_order=True)),
     "select user_id, list(product_id order by place) as ids from (select user_id, product_id, min(rowid) as place from test "
     "group by all) group by user_id"),
    ("window: numbers of rows and dense ranks",
     "test | with a = row_number() over (user_id order by date, product_id), b = dense_rank() over (user_id order by date)",
     lambda t: t.test.with_columns(
         a=pl.int_range(1, pl.len() + 1).over("user_id", order_by=["date", "product_id"]),
         b=c("date").rank("dense").over("user_id")),
     "select *, row_number() over (partition by user_id order by date, product_id) as a, "
     "dense_rank() over (partition by user_id order by date) as b from test"),
    ("window: quarters and shares of ranks",
     "days | with a = ntile(4) over (date order by n, user_id), b = percent_rank() over (date order by n)",
     lambda t: t.days.with_columns(
         a=tile(4).over("date", order_by=["n", "user_id"]),
         b=((c("n").rank("min") - 1.0) / (pl.len() - 1)).over("date")),
     "select *, ntile(4) over (partition by date order by n, user_id) as a, "
     "percent_rank() over (partition by date order by n) as b from days"),
    ("window: the row after, the greatest so far",
     "test | with a = lead(date, 1) over (user_id order by date, product_id), "
     "b = cum_max(product_id) over (user_id order by date, product_id)",
     lambda t: t.test.with_columns(
         a=c("date").shift(-1).over("user_id", order_by=["date", "product_id"]),
         b=c("product_id").cum_max().over("user_id", order_by=["date", "product_id"])),
     "select *, lead(date) over w as a, max(product_id) over (w rows unbounded preceding) as b from test "
     "window w as (partition by user_id order by date, product_id)"),
    ("window: nulls filled backward", "actions | with q = backward_fill(search_query) over (user_id order by timestamp)",
     lambda t: t.actions.with_columns(
         q=c("search_query").backward_fill().over("user_id", order_by="timestamp")),
     "select *, first_value(search_query ignore nulls) over (partition by user_id order by timestamp rows between current row "
     "and unbounded following) as q from actions"),
    ("window: sums of the last seven days", 'days | with s = sum(n) over (user_id order by date range "6d")',
     lambda t: t.days.sort("user_id", "date").with_columns(
         s=c("n").cast(pl.Int64).rolling_sum_by("date", window_size="7d").over("user_id")),
     "select *, sum(n) over (partition by user_id order by date range between interval 6 days preceding and current row) as s "
     "from days"),
    ("window: means of three rows before and after",
     "test | with m = mean(product_id) over (user_id order by date, product_id rows 3 before 3 after)",
     lambda t: t.test.with_columns(
         m=c("product_id").rolling_mean(7, min_samples=1, center=True).over("user_id", order_by=["date", "product_id"])),
     "select *, avg(product_id) over (partition by user_id order by date, product_id rows between 3 preceding and 3 following) "
     "as m from test"),
    ("semi join: users and products", "test | semi_join train on user_id, product_id",
     lambda t: t.test.join(t.train, on=["user_id", "product_id"], how="semi"),
     "from test semi join train using (user_id, product_id)"),
    ("join: days of a promotion, by comparison",
     'test | join (table stop = ["2024-07-03", "2024-07-20"] | with stop = cast(stop, date)) on date < stop',
     lambda t: t.test.join_where(
         pl.DataFrame({"stop": ["2024-07-03", "2024-07-20"]}).with_columns(c("stop").str.to_date()), c("date") < c("stop")),
     "select test.*, stop from test join (values (date '2024-07-03'), (date '2024-07-20')) as p(stop) on date < stop"),
    ("drop_nulls", "actions | drop_nulls search_query, product_id",
     lambda t: t.actions.drop_nulls(["search_query", "product_id"]),
     "from actions where search_query is not null and product_id is not null"),
    ("concat: a union of columns", "train | concat (test | with part = 1) schema=union | filter user_id % 3 == 0",
     lambda t: pl.concat([t.train, t.test.with_columns(part=pl.lit(1, dtype=pl.Int64))], how="diagonal")
     .filter(c("user_id") % 3 == 0),
     "from (select * from train union all by name select *, 1 as part from test) where user_id % 3 = 0"),
    ("pieces of text by regular expressions",
     'actions | with a = replace_regex(search_query, "[аеиоу]", "*"), b = extract(search_query, "^(.)", 1)',
     lambda t: t.actions.with_columns(
         a=c("search_query").str.replace_all("[аеиоу]", "*"), b=c("search_query").str.extract("^(.)", 1)),
     "select *, regexp_replace(search_query, '[аеиоу]', '*', 'g') as a, nullif(regexp_extract(search_query, '^(.)', 1), '') as b "
     "from actions"),
    ("lists: formulas", "baskets | with ids = list_filter(ids, it % 2 == 0), halves = list_map(ids, it // 2)",
     lambda t: t.baskets.with_columns(
         halves=c("ids").list.eval(pl.element().filter(pl.element() % 2 == 0) // 2),
         ids=c("ids").list.eval(pl.element().filter(pl.element() % 2 == 0))).select("user_id", "ids", "halves"),
     "select user_id, list_filter(ids, lambda x: x % 2 = 0) as ids, list_transform(list_filter(ids, lambda x: x % 2 = 0), "
     "lambda x: x // 2) as halves from baskets"),
]


class Tables:
    def __init__(self, folder):
        for name, file in FILES.items():
            setattr(self, name, pl.read_parquet(f"{folder}/{file}").rechunk())
        self.wanted = self.products["product_id"].head(1000)
        for name, _, by_polars, _ in PREPARED:
            setattr(self, name, by_polars(self).rechunk())


def connection(folder):
    database = duckdb.connect()
    database.execute(f"set threads = {len(os.sched_getaffinity(0))}")
    database.execute("set timezone = 'UTC'")
    for name, file in FILES.items():
        database.execute(f"create table {name} as select * from read_parquet('{folder}/{file}')")
    database.execute("create table wanted as select product_id from products limit 1000")
    for name, _, _, sql in PREPARED:
        database.execute(f"create table {name} as {sql}")
    return database


def time_lectern(program, folder, chosen, results):
    """The better of two runs of every operation; with a folder for results, those are saved instead."""
    lines = [f'{name} = load "{file}" | collect' for name, file in FILES.items()]
    lines.append("wanted = products | head 1000 | values product_id")
    lines += [f"{name} = {code} | collect" for name, code, _, _ in PREPARED]
    for number, (_, code, _, _) in enumerate(chosen):
        if results:
            lines.append(f'{code} | save "{results}/{number}.parquet"')
        else:
            lines += [f"r{number} = {code} | collect", f"r{number} = 0"] * 2
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "timings")
        run = subprocess.run(
            [program, "eval", "--data", folder, "--timings", path, "\n".join(lines)], capture_output=True, text=True)
        if run.returncode:
            sys.exit("the statements failed: " + run.stderr[-2000:])
        seconds = {}
        for record in map(json.loads, open(path)) if not results else []:
            name = record["statement"].split(" =")[0]
            if record["statement"].endswith("collect") and name[1:].isdigit():
                number = int(name[1:])
                seconds[number] = min(seconds.get(number, math.inf), record["seconds"])
    return [seconds.get(number) for number in range(len(chosen))]


def best(work):
    times = []
    for _ in range(2):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
        del result
    return min(times)


def fingerprint(frame):
    """What is the same for the same rows in any order and in types of another width."""
    frame = frame.rename({old: str(place) for place, old in enumerate(frame.columns)})
    exact, floats = [], []
    for name, kind in frame.schema.items():
        if kind.is_integer() or isinstance(kind, pl.Decimal):
            exact.append(c(name).cast(pl.Int64))
        elif isinstance(kind, pl.Datetime):
            exact.append(c(name).cast(pl.Datetime("us")))
        elif kind.is_float():
            floats.append(c(name).cast(pl.Float64))
        else:
            exact.append(c(name))
    rows = frame.select(exact).hash_rows(seed=1).cast(pl.Int128).sum() if exact else 0
    sums = []
    for number in floats:
        one = frame.select(a=number.sum(), b=(number * number).sum(), c=number.null_count())
        sums.append(one.row(0))
    return frame.height, rows, sums


def agree(a, b):
    if a[:2] != b[:2] or len(a[2]) != len(b[2]):
        return False
    return all(
        math.isclose(x, y, rel_tol=1e-7, abs_tol=1e-9) or (math.isnan(x) and math.isnan(y))
        for one, other in zip(a[2], b[2]) for x, y in zip(one, other))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lectern")
    parser.add_argument("folder")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", default="", help="operations whose name has this word")
    options = parser.parse_args()
    chosen = [operation for operation in OPERATIONS if options.only in operation[0]]
    tables = Tables(options.folder)
    database = connection(options.folder)
    print(f"polars {pl.__version__}, DuckDB {duckdb.__version__}; {options.rounds} rounds, two runs in each; "
          f"load {os.getloadavg()[0]:.1f} at the start", flush=True)
    differing = []
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as results:
        time_lectern(options.lectern, options.folder, chosen, results)
        for number, (name, _, by_polars, sql) in enumerate(chosen):
            own = fingerprint(pl.read_parquet(f"{results}/{number}.parquet"))
            os.remove(f"{results}/{number}.parquet")
            for peer, theirs in (("polars", by_polars(tables)), ("DuckDB", database.sql(sql).pl())):
                other = fingerprint(theirs)
                if not agree(own, other):
                    differing.append(f"{name}: {peer}: {own} and {other}")
    times = [[math.inf] * 3 for _ in chosen]
    for _ in range(options.rounds):
        ours = time_lectern(options.lectern, options.folder, chosen, None)
        for number, (_, _, by_polars, sql) in enumerate(chosen):
            found = (ours[number], best(lambda: by_polars(tables)), best(lambda: database.sql(sql).to_arrow_table()))
            times[number] = [min(pair) for pair in zip(times[number], found)]
    print("\n| what | Lectern, s | polars, s | ratio | DuckDB, s | ratio |\n|---|---|---|---|---|---|")
    ratios, slower = ([], []), []
    for (name, _, _, _), (own, polars, duck) in zip(chosen, times):
        x, y = polars / own, duck / own
        ratios[0].append(x)
        ratios[1].append(y)
        print(f"| {name} | {own:.3f} | {polars:.3f} | {x:.2f}× | {duck:.3f} | {y:.2f}× |")
        if min(x, y) < 1:
            slower.append(f"{name} ({', '.join(p for p, r in (('polars', x), ('DuckDB', y)) if r < 1)})")
    means = [math.exp(sum(map(math.log, values)) / len(values)) for values in ratios]
    print(f"\nGeometric mean of {len(chosen)}: {means[0]:.2f}× polars, {means[1]:.2f}× DuckDB; "
          f"load {os.getloadavg()[0]:.1f} at the end")
    print("Slower than a peer: " + ("; ".join(slower) if slower else "none"))
    print("Results that differ: " + ("\n".join([""] + differing) if differing else "none"))
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
